from django.db import OperationalError, connection
from django_tasks_db.management.commands import db_worker
from django_tasks_db.utils import is_locked_database_exception


def wait_for_turn(execute, sql, params, many, context):
    """Run a statement; where SQLite is locked, until it is not.

    Transactions take the lock when they begin, so that what is refused has written nothing and can be said again.
    """
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if not is_locked_database_exception(error):
                raise


class Command(db_worker.Command):
    help = "Send what is to be sent, and do what is asked for. Nobody waits for it: it waits, however long an import takes."

    def handle(self, **options):
        with connection.execute_wrapper(wait_for_turn):
            super().handle(**options)
