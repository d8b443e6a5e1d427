"""One mail a day a person: of what is unread, not muted, and in no mail yet."""

import datetime as dt

import pytest
from django.utils import timezone

from tasks import digests
from tasks.models import Delivery, Notification
from tasks.notifying import tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)
TOMORROW = dt.date(2024, 10, 16)


@pytest.fixture
def reader(official):
    official.email = "official@example.com"
    official.save()
    return official


def remind(user, key="k", kind="reminded"):
    facts = {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10", "lines": ["养老床位"], "reason": "不符"}
    tell(users=[user], kind=kind, district=user.district, facts=facts, url="/p/plan/report/2024Q3/", key=key)
    return Notification.objects.get(user=user, key=key)


def test_the_mail_says_what_is_unread_with_whole_addresses(reader, settings):
    settings.SITE_URL = "https://portal.example.gov.cn"
    first, second = remind(reader), remind(reader, "other", kind="returned")

    assert digests.make(TODAY) == 1

    letter = Delivery.objects.get()
    assert (letter.user, letter.channel, letter.state) == (reader, "email", "waiting")
    assert letter.subject == "养老服务重点任务平台：2 条通知（10月15日）"
    assert letter.body.splitlines() == [
        "庙行经办人，您好：",
        "",
        "养老服务重点任务平台有 2 条未读通知：",
        "",
        "【填报被退回】2024年第三季度填报被退回：养老床位",
        "退回原因：不符",
        f"https://portal.example.gov.cn/notices/{second.pk}/",
        "",
        "【催办】催办：请填报2024年第三季度进展",
        "还有 5 行未报，10月10日截止",
        f"https://portal.example.gov.cn/notices/{first.pk}/",
        "",
        "全部通知：https://portal.example.gov.cn/notices/",
        "不想收邮件：https://portal.example.gov.cn/settings/notices/",
    ]


def test_there_is_one_mail_a_day_and_what_came_later_is_in_the_next(reader):
    remind(reader)
    digests.make(TODAY)
    late = remind(reader, "later")

    assert digests.make(TODAY) == 0
    assert digests.make(TOMORROW) == 1
    assert list(Delivery.objects.get(key=f"digest-{reader.pk}-{TOMORROW}").notifications.all()) == [late]


def test_no_notice_is_in_two_mails(reader):
    remind(reader)

    assert [digests.make(TODAY), digests.make(TOMORROW)] == [1, 0]


def test_each_gets_their_own(reader, staff):
    staff.email = "staff@example.com"
    staff.save()
    for user in (reader, staff):
        remind(user)

    assert digests.make(TODAY) == 2
    assert sorted(Delivery.objects.values_list("user__username", flat=True)) == ["official", "staff"]


@pytest.mark.parametrize(
    "change",
    [{"email": ""}, {"digest": False}, {"is_active": False}, {"muted": ["reminded"]}],
    ids=["no address", "no digest", "left", "muted"],
)
def test_who_wants_none_or_has_no_address_gets_none(reader, change):
    remind(reader)
    type(reader).objects.update(**change)

    assert digests.make(TODAY) == 0


def test_a_muted_kind_is_left_out_and_stays_unread_in_the_portal(reader):
    reader.muted = ["reminded"]
    reader.save()
    muted, sent = remind(reader), remind(reader, "other", kind="returned")

    digests.make(TODAY)

    assert list(Delivery.objects.get().notifications.all()) == [sent]
    assert list(Notification.objects.visible_to(reader).unread()) == [sent, muted]


@pytest.mark.parametrize(
    "change",
    [{"read_at": timezone.now()}, {"at": dt.datetime(2024, 10, 8, 1, 59, tzinfo=dt.UTC)}],
    ids=["read", "a week ago"],
)
def test_what_is_read_or_old_is_no_news(reader, change):
    remind(reader)
    Notification.objects.update(**change)

    assert digests.make(TODAY) == 0


def test_a_long_mail_names_thirty_and_counts_the_rest(reader):
    for number in range(32):
        remind(reader, str(number))

    digests.make(TODAY)

    body = Delivery.objects.get().body
    assert body.count("【催办】") == 30
    assert "另有 2 条，请到平台查看。" in body
    assert Notification.objects.filter(digest=None).count() == 0
