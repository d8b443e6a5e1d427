"""The outbox: what leaves the portal stands there first, is sent at most once, and is tried again when it did not leave."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from tasks import channels
from tasks.models import Delivery, Notification
from tasks.notifying import tell

logger = logging.getLogger(__name__)
DELAYS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]  # before the second and later tries
A_SEND = dt.timedelta(minutes=10)  # longer than any send takes
LATE = dt.timedelta(minutes=15)  # whoever was to send it is gone
MAX_ERROR = Delivery._meta.get_field("error").max_length
State = Delivery.State


def deliver(pk: int) -> dt.datetime | None:
    """Send one message, unless somebody else has it or its time has not come: when to try again, None for never.

    That it is being sent is committed before it is: whoever is killed in the middle leaves a row whose end is unknown,
    and nobody sends it again but a person.
    """
    now = timezone.now()
    claim = {"state": State.SENDING, "attempts": F("attempts") + 1, "next_at": now + A_SEND, "error": ""}
    if not Delivery.objects.filter(pk=pk).due(now).update(**claim):
        return None
    delivery = Delivery.objects.select_related("district", "user").get(pk=pk)
    try:
        _send(delivery)
    except channels.NotSent as error:
        return _not_sent(delivery, str(error))
    except channels.Unknown as error:
        _give_up(delivery, str(error))
    except Exception as error:
        logger.exception("delivery %s ended in an unknown way", pk)  # the message may have left all the same
        _give_up(delivery, f"{type(error).__name__}: {error}")
    else:
        _end(delivery, state=State.SENT, sent_at=timezone.now())
    return None


def _send(delivery: Delivery) -> None:
    if delivery.channel == Delivery.Channel.WEBHOOK:
        channels.robot(delivery.district.webhook_url, delivery.body)
    elif delivery.user.is_active and delivery.user.email:
        channels.mail(delivery.user.email, delivery.subject, delivery.body)
    else:
        raise channels.NotSent(_("收件人没有邮箱或已停用。"))


def _end(delivery: Delivery, error: str = "", **fields) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(error=error[:MAX_ERROR], **fields)


def _not_sent(delivery: Delivery, error: str) -> dt.datetime | None:
    """Wait longer each time; after the last try it is given up."""
    if delivery.attempts > len(DELAYS):
        _give_up(delivery, error, state=State.FAILED)
        return None
    next_at = timezone.now() + DELAYS[delivery.attempts - 1]
    _end(delivery, error, state=State.WAITING, next_at=next_at)
    return next_at


@transaction.atomic
def _give_up(delivery: Delivery, error: str, state: str = State.SENDING) -> None:
    """It failed for good or, still SENDING, its end is unknown: from now on it is a person's to decide."""
    delivery.state, delivery.error, delivery.next_at = state, error[:MAX_ERROR], timezone.now()
    delivery.save(update_fields=["state", "error", "next_at"])
    tell_stuck(delivery)


def tell_stuck(delivery: Delivery) -> None:
    """Tell the district's administrators, once each time that it got stuck."""
    tell(
        users=User.objects.filter(district=delivery.district).who_may(Permission.MANAGE),
        kind=Notification.Kind.DELIVERY,
        district=delivery.district,
        facts={"subject": delivery.subject, "error": delivery.error, "unknown": delivery.is_unknown},
        url=reverse("deliveries"),
        key=f"delivery-{delivery.pk}-{delivery.next_at:%Y%m%d%H%M%S%f}",
    )


def again(pk: int) -> bool:
    """A person wants a stuck message sent once more, from its first try on; False where it is not stuck."""
    now = timezone.now()
    fresh = {"state": State.WAITING, "attempts": 0, "next_at": now}
    return bool(Delivery.objects.filter(pk=pk).stuck(now).update(**fresh))


def forgotten() -> list[int]:
    """What should have been sent a while ago: the worker that was to send it ended first."""
    return list(Delivery.objects.due(timezone.now() - LATE).values_list("pk", flat=True))
