"""The outbox as administrators see it: what stands how, trying again, and a test to the group."""

import datetime as dt

import pytest
from django_tasks import default_task_backend

from tasks.models import Delivery
from tests.factories import DistrictFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def asked():
    """What the worker was asked for in this test."""
    default_task_backend.clear()
    return default_task_backend.results


@pytest.fixture
def client(admin, sign_in):
    return sign_in(admin)


def letter(user, key="k", **fields):
    given = {"channel": "email", "subject": f"{key}的通知", "body": "x"} | fields
    return Delivery.objects.create(district=user.district, user=user, key=key, **given)


def page(client, address="/settings/deliveries/"):
    return client.get(address).content.decode()


def told(client, answer):
    return [str(message) for message in client.get(answer.url).context["messages"]]


class TestList:
    def test_each_shows_how_it_stands(self, client, official, october):
        letter(official, "一", state="sent", sent_at=october, attempts=1)
        letter(official, "二", state="waiting", attempts=2, error="没有应答", next_at=october + AN_HOUR)
        letter(official, "三", state="failed", attempts=6, error="信箱已满")
        letter(official, "四", state="sending", attempts=1, next_at=october + AN_HOUR)
        letter(official, "五", state="sending", attempts=1, next_at=october - AN_HOUR)

        shown = page(client)

        order = ["五的通知", "结果未知", "对方可能已经收到", "四的通知", "发送中", "三的通知", "发送失败", "信箱已满"]
        order += ["二的通知", "待发送", "没有应答", "10-15 11:00 再试", "一的通知", "已发送"]
        places = [shown.index(words) for words in order]
        assert places == sorted(places)
        assert shown.count("/again/") == 2

    def test_it_can_be_narrowed_to_what_is_stuck(self, client, official, october):
        letter(official, "一", state="sent", sent_at=october)
        letter(official, "二", state="failed")

        shown = page(client, "/settings/deliveries/?stuck=1")

        assert ("二的通知" in shown, "一的通知" in shown) == (True, False)

    @pytest.mark.parametrize(
        ("address", "said"),
        [("/settings/deliveries/", "还没有发送过"), ("/settings/deliveries/?stuck=1", "没有需要处理的发送")],
    )
    def test_an_empty_list_says_so(self, client, address, said):
        assert said in page(client, address)

    def test_another_districts_are_not_shown(self, client):
        other = UserFactory(district=DistrictFactory(code="310105", name="长宁区"))
        letter(other, "密")

        assert "密的通知" not in page(client)

    def test_it_goes_out_as_a_file(self, client, official):
        letter(official, "一", state="failed", attempts=6, error="信箱已满")

        lines = client.get("/settings/deliveries/?export=csv").content.decode("utf-8-sig").splitlines()

        assert lines == [
            "时间,渠道,收件人,标题,状态,已尝试次数,错误,发送时间",
            "2024-10-15 10:00,邮件,庙行经办人,一的通知,发送失败,6,信箱已满,",
        ]

    def test_that_no_mail_server_is_set_is_said(self, client, settings):
        assert "EMAIL_URL" not in page(client)
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert "EMAIL_URL" in page(client)

    def test_it_costs_the_same_for_one_and_for_three(self, client, official, django_assert_num_queries):
        letter(official)
        with django_assert_num_queries(7):
            client.get("/settings/deliveries/")
        for key in ("b", "c"):
            letter(official, key)

        with django_assert_num_queries(7):
            client.get("/settings/deliveries/")


class TestAgain:
    def test_what_failed_goes_to_the_worker_once_more(self, client, official, asked):
        one = letter(official, state="failed", attempts=6)

        answer = client.post(f"/settings/deliveries/{one.pk}/again/")

        one.refresh_from_db()
        assert (one.state, one.attempts) == ("waiting", 0)
        assert [task.args for task in asked] == [[one.pk]]
        assert told(client, answer) == ["已交给后台再次发送。"]

    def test_what_is_there_already_is_not_sent_again(self, client, official, asked, october):
        one = letter(official, state="sent", sent_at=october)

        answer = client.post(f"/settings/deliveries/{one.pk}/again/")

        assert told(client, answer) == ["这条消息不需要再试：已发送。"]
        assert asked == []

    def test_another_districts_is_not_there(self, client):
        one = letter(UserFactory(district=DistrictFactory(code="310105", name="长宁区")), state="failed")

        assert client.post(f"/settings/deliveries/{one.pk}/again/").status_code == 404


class TestTest:
    def test_it_goes_to_the_group_through_the_outbox(self, client, district, asked):
        district.webhook_url = "https://qyapi.weixin.qq.com/x"
        district.save()

        answer = client.post("/settings/deliveries/")

        one = Delivery.objects.get()
        assert (one.channel, one.subject, one.body) == ("webhook", "测试", "这是一条测试消息，由admin发送。")
        assert [task.args for task in asked] == [[one.pk]]
        assert told(client, answer) == ["测试消息已交给后台发送，结果见下表。"]

    def test_each_click_is_a_message_of_its_own(self, client, district):
        district.webhook_url = "https://qyapi.weixin.qq.com/x"
        district.save()

        for _twice in range(2):
            client.post("/settings/deliveries/")

        assert Delivery.objects.count() == 2

    def test_without_a_robot_it_says_what_is_missing(self, client):
        assert "向群机器人发送测试" not in page(client)

        answer = client.post("/settings/deliveries/")

        assert told(client, answer) == ["本区没有可用的群机器人地址：请在“用户与基础数据”的“区”中填写。"]
        assert Delivery.objects.count() == 0
