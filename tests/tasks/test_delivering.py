"""The outbox: sent at most once, tried again when it did not leave, and a person's to decide when nobody knows."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from tasks import channels, delivering
from tasks.models import Delivery, Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

MINUTE = dt.timedelta(minutes=1)
FIELDS = ("state", "attempts", "error", "next_at", "sent_at")


@pytest.fixture
def letter(official):
    official.email = "official@example.com"
    official.save()
    return Delivery.objects.create(
        district=official.district, user=official, channel="email", key="k", subject="三条通知", body="您好"
    )


@pytest.fixture
def summary(district):
    district.webhook_url = "https://qyapi.weixin.qq.com/x"
    district.save()
    return Delivery.objects.create(district=district, channel="webhook", key="s", subject="小结", body="**小结**")


@pytest.fixture
def sending(monkeypatch):
    """What is sent ends with the next of `ends`, or well; `sent` is what was handed over."""

    class Sending:
        sent, ends = [], []

        def __call__(self, *message):
            self.sent.append(message)
            if self.ends and (error := self.ends.pop(0)):
                raise error

    sending = Sending()
    sending.sent, sending.ends = [], []
    monkeypatch.setattr(channels, "mail", sending)
    monkeypatch.setattr(channels, "robot", sending)
    return sending


def standing(delivery):
    return Delivery.objects.values_list(*FIELDS).get(pk=delivery.pk)


def test_a_mail_goes_to_its_person(letter, october):
    assert delivering.deliver(letter.pk) is None

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["official@example.com"], "三条通知", "您好")
    state, attempts, error, _next_at, sent_at = standing(letter)
    assert (state, attempts, error, sent_at) == ("sent", 1, "", october)


def test_a_post_goes_to_the_districts_robot(summary, sending):
    delivering.deliver(summary.pk)

    assert sending.sent == [("https://qyapi.weixin.qq.com/x", "**小结**")]
    assert standing(summary)[0] == "sent"


def test_what_is_sent_is_not_sent_again(letter, sending):
    delivering.deliver(letter.pk)
    delivering.deliver(letter.pk)

    assert len(sending.sent) == 1
    assert standing(letter)[:2] == ("sent", 1)


def test_what_another_worker_is_sending_is_left_alone(letter, sending):
    Delivery.objects.update(state="sending", next_at=timezone.now() + MINUTE)

    assert delivering.deliver(letter.pk) is None
    assert sending.sent == []


def test_that_it_is_being_sent_stands_before_it_is(letter, monkeypatch, october):
    seen = []
    monkeypatch.setattr(channels, "mail", lambda *message: seen.append(standing(letter)))

    delivering.deliver(letter.pk)

    assert seen == [("sending", 1, "", october + 10 * MINUTE, None)]


def test_what_did_not_leave_is_tried_after_growing_delays_and_then_given_up(letter, sending, time_machine):
    sending.ends = [channels.NotSent("没有应答")] * 6
    waits = []
    while next_at := delivering.deliver(letter.pk):
        assert standing(letter)[:4] == ("waiting", len(waits) + 1, "没有应答", next_at)
        waits.append((next_at - timezone.now()) // MINUTE)
        time_machine.move_to(next_at)

    assert waits == [1, 5, 30, 120, 360]
    assert standing(letter)[:3] == ("failed", 6, "没有应答")
    assert len(sending.sent) == 6


def test_a_later_try_that_succeeds_leaves_no_error(letter, sending, time_machine):
    sending.ends = [channels.NotSent("没有应答")]
    time_machine.move_to(delivering.deliver(letter.pk))

    delivering.deliver(letter.pk)

    assert standing(letter)[:3] == ("sent", 2, "")


def test_it_is_not_tried_before_its_time(letter, sending, time_machine):
    sending.ends = [channels.NotSent("没有应答")]
    time_machine.move_to(delivering.deliver(letter.pk) - dt.timedelta(seconds=1))

    delivering.deliver(letter.pk)

    assert len(sending.sent) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [(channels.Unknown("连接中断"), "连接中断"), (RuntimeError("意外"), "RuntimeError: 意外")],
)
def test_what_may_have_arrived_is_not_sent_again(letter, sending, error, words, october):
    sending.ends = [error]

    assert delivering.deliver(letter.pk) is None
    assert delivering.deliver(letter.pk) is None

    assert len(sending.sent) == 1
    assert standing(letter) == ("sending", 1, words, october, None)
    letter.refresh_from_db()
    assert (letter.is_unknown, str(letter.told)) == (True, "结果未知")


def test_a_worker_that_is_killed_in_the_middle_leaves_an_unknown_end(letter, sending, time_machine, october):
    sending.ends = [SystemExit()]
    with pytest.raises(SystemExit):
        delivering.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.is_unknown, str(letter.told)) == (False, "发送中")
    time_machine.move_to(october + 10 * MINUTE)
    assert delivering.deliver(letter.pk) is None
    assert (letter.is_unknown, len(sending.sent)) == (True, 1)


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_who_cannot_be_reached_any_more_gets_nothing(letter, sending, change):
    vars(letter.user).update(change)
    letter.user.save()

    delivering.deliver(letter.pk)

    assert sending.sent == []
    assert standing(letter)[:3] == ("waiting", 1, "收件人没有邮箱或已停用。")


class TestTellingAdministrators:
    def told(self):
        return list(Notification.objects.values_list("user__username", "kind", "url", "facts"))

    @pytest.mark.parametrize(
        ("end", "attempts", "unknown"), [(channels.NotSent("坏了"), 5, False), (channels.Unknown("坏了"), 0, True)]
    )
    def test_they_are_told_of_what_got_stuck(self, letter, sending, admin, staff, end, attempts, unknown):
        Delivery.objects.update(attempts=attempts)
        sending.ends = [end]

        delivering.deliver(letter.pk)

        facts = {"subject": "三条通知", "error": "坏了", "unknown": unknown}
        assert self.told() == [("admin", "delivery", "/settings/deliveries/", facts)]

    def test_they_are_told_once_of_each_time(self, letter, sending, admin, time_machine, october):
        sending.ends = [channels.Unknown("坏了")] * 2
        delivering.deliver(letter.pk)
        delivering.tell_stuck(Delivery.objects.get())
        assert len(self.told()) == 1

        time_machine.move_to(october + MINUTE)
        delivering.again(letter.pk)
        delivering.deliver(letter.pk)
        assert len(self.told()) == 2

    def test_what_will_be_tried_again_is_no_news(self, letter, sending, admin):
        sending.ends = [channels.NotSent("坏了")]

        delivering.deliver(letter.pk)

        assert self.told() == []


class TestAgain:
    @pytest.mark.parametrize("stuck", [{"state": "failed"}, {"state": "sending"}])
    def test_a_person_sends_what_is_stuck_once_more_with_all_its_tries(self, letter, sending, stuck, october):
        Delivery.objects.update(attempts=6, error="坏了", next_at=october, **stuck)

        assert delivering.again(letter.pk) is True
        assert standing(letter) == ("waiting", 0, "坏了", october, None)
        delivering.deliver(letter.pk)
        assert standing(letter)[:3] == ("sent", 1, "")

    @pytest.mark.parametrize(
        "other",
        [
            {"state": "waiting"},
            {"state": "sent", "sent_at": dt.datetime(2024, 10, 1, tzinfo=dt.UTC)},
            {"state": "sending", "next_at": dt.datetime(2024, 10, 15, 3, tzinfo=dt.UTC)},
        ],
    )
    def test_what_is_on_its_way_or_there_is_not_sent_again(self, letter, other):
        Delivery.objects.update(**other)

        assert delivering.again(letter.pk) is False
        assert Delivery.objects.filter(**other).exists()


def test_what_no_worker_came_for_in_a_quarter_of_an_hour_is_forgotten(letter, summary, october):
    Delivery.objects.filter(pk=letter.pk).update(next_at=october - 15 * MINUTE)
    Delivery.objects.filter(pk=summary.pk).update(next_at=october - 14 * MINUTE)

    assert delivering.forgotten() == [letter.pk]
