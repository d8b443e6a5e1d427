"""What the worker (`manage.py db_worker`) does. Asked for inside a transaction, it is done after the commit, or not at all."""

from django.core.management import call_command
from django.db import transaction
from django_tasks import task

from tasks import delivering
from tasks.models import Delivery


@task()
def deliver(pk: int) -> None:
    """Send one message of the outbox; when it did not leave, come back later."""
    if next_at := delivering.deliver(pk):
        deliver.using(run_after=next_at).enqueue(pk)


@task()
def daily() -> None:
    """What is done once a day, as often as it is asked for."""
    call_command("daily", verbosity=0)


@transaction.atomic
def post(*, key: str, **fields) -> Delivery | None:
    """Put a message (the fields of Delivery) in the outbox, once for each key; None where it stands there already."""
    delivery, created = Delivery.objects.get_or_create(key=key, defaults=fields)
    if not created:
        return None
    deliver.enqueue(delivery.pk)
    return delivery
