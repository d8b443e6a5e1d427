import logging
import socket
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import User
from eldercare import processes
from tasks import background
from tasks.models import Programme

logger = logging.getLogger(__name__)
DAY_BEGINS = 7  # o'clock: nobody wants a mail at night
AN_HOUR = 60 * 60  # seconds between two looks at what the day asks for


def _refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.PORT))
        except OSError as error:
            raise CommandError(
                f"端口 {settings.PORT} 已被占用，请换一个：make run PORT=8001 / port {settings.PORT} is taken, choose another"
            ) from error


def server(*, port: int, embedded: bool, application: str = "eldercare.wsgi:application") -> list[str]:
    """The command of the server; on SQLite (`embedded`) one process writes."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", application),
        *("--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"),
        *("--workers", "1" if embedded else "2", "--blocking-threads", "2" if embedded else "1"),
    ]


class Command(BaseCommand):
    help = "Migrate, make the demo when the database is empty, and serve on 127.0.0.1 at PORT, with a worker beside."

    def handle(self, **options):
        _refuse_taken_port()
        call_command("migrate", verbosity=0, interactive=False)
        if not settings.PRODUCTION and not Programme.objects.exists() and not User.objects.exists():
            self.stdout.write("数据库为空，正在写入演示数据 / filling the empty database with the demo …")
            call_command("demo", stdout=self.stdout)
        self.stdout.write(f"\n  http://127.0.0.1:{settings.PORT}/\n")
        if account := User.objects.filter(demo=True).first():
            known = account.check_password(settings.DEMO_PASSWORD)
            password = settings.DEMO_PASSWORD if known else "建立演示数据时所设 / as set when the demo was made"
            towns = User.objects.filter(demo=True, username__startswith="town-").order_by("username")
            self.stdout.write(
                f"  演示账号 / demo accounts: admin, staff, leader, facility-demo, {towns.first().username} …\n"
                f"  密码 / password: {password}\n"
            )
        self.stdout.flush()
        embedded = connection.vendor == "sqlite"  # SQLite is served from one process
        connection.close()
        worker = [sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker", "--verbosity", "0"]
        worker += ["--interval", "5" if embedded else "1"]
        if code := processes.serve(server(port=settings.PORT, embedded=embedded), worker, Clock()):
            sys.exit(code)


class Clock:
    """Asks the worker every hour of the day for what is done daily, so that a portal that runs needs no timer."""

    def __init__(self):
        self.next_at = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self.next_at or timezone.localtime().hour < DAY_BEGINS:
            return
        self.next_at = time.monotonic() + AN_HOUR
        try:
            background.daily.enqueue()
        except DatabaseError:
            logger.exception("the daily work could not be asked for")
        finally:
            connection.close()
