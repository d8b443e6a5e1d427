"""One mail a day a person: what they were told and have not read."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tasks.background import post
from tasks.models import Delivery, Notification
from tasks.notification_words import words

AGE = dt.timedelta(days=7)  # older news is no news: it stays on the notices page
MOST = 30  # notices in one mail; the others are counted


def make(on: dt.date) -> int:
    """Put the day's mails in the outbox, one for each person who has unread news: how many."""
    return sum(_digest(user, list(notices), on) for user, notices in groupby(_news(), key=lambda notice: notice.user))


def _news():
    """What stands in no mail yet, of people who get mail, without the kinds that they muted; person by person."""
    fresh = Notification.objects.unread().filter(digest=None, at__gte=timezone.now() - AGE)
    reached = fresh.filter(user__is_active=True, user__digest=True).exclude(user__email="")
    ordered = reached.select_related("user", "district").order_by("user", "-at", "-pk")
    return [notice for notice in ordered if notice.kind not in notice.user.muted]


@transaction.atomic
def _digest(user, notices: Sequence[Notification], on: dt.date) -> bool:
    """False where the person's mail of that day is in the outbox already: what came later is in the next one."""
    delivery = post(
        key=f"digest-{user.pk}-{on}",
        district=notices[0].district,
        user=user,
        channel=Delivery.Channel.EMAIL,
        subject=_("养老服务重点任务平台：%(count)s 条通知（%(day)s）")
        % {"count": len(notices), "day": date_format(on, _("n月j日"))},
        body=_body(user, notices),
    )
    if delivery is None:
        return False
    Notification.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest=delivery)
    return True


def _body(user, notices: Sequence[Notification]) -> str:
    rows = [
        {
            "kind": notice.get_kind_display(),
            **words(notice)._asdict(),
            "url": settings.SITE_URL + reverse("notice", args=[notice.pk]),
        }
        for notice in notices[:MOST]
    ]
    more = max(len(notices) - MOST, 0)
    context = {"user": user, "count": len(notices), "rows": rows, "more": more, "site": settings.SITE_URL}
    return render_to_string("tasks/mail/digest.txt", context).strip()
