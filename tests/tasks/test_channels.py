"""Mail and group robots, against servers that answer, refuse, hang up, or are not there."""

import email
import socket
from email.policy import default
from http.client import HTTPConnection

import pytest

from tasks import channels
from tasks.channels import NotSent, Unknown, clipped, mail, robot
from tests.tasks.servers import Mail, Robot, served


@pytest.fixture
def group(monkeypatch, settings):
    """A robot on this machine; TLS is left out, everything else is as with the real one."""
    monkeypatch.setattr(channels, "HTTPSConnection", HTTPConnection)
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with served(Robot()) as server:
        yield server


@pytest.fixture
def post(settings):
    with served(Mail()) as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        yield server


def nobody_there():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestRobot:
    def test_it_gets_markdown_at_its_own_address(self, group):
        robot(group.url, "**催办**")

        content = {"msgtype": "markdown", "markdown": {"content": "**催办**"}}
        assert group.posts == [("/cgi-bin/webhook/send?key=k", "application/json", content)]

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), "对方拒收：93000 invalid webhook url"),
            ((404, b""), "对方答复 404。"),
            ((429, b""), "对方答复 429。"),
            ((503, b""), "对方答复 503。"),
        ],
    )
    def test_what_it_refuses_was_not_sent(self, group, answer, words):
        group.answers = [answer]

        with pytest.raises(NotSent) as refused:
            robot(group.url, "x")

        assert str(refused.value) == words

    @pytest.mark.parametrize("answer", [(502, b""), (302, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"), None])
    def test_after_an_answer_that_says_nothing_nobody_knows(self, group, answer):
        group.answers = [answer]

        with pytest.raises(Unknown):
            robot(group.url, "x")
        assert len(group.posts) == 1

    def test_an_answer_that_does_not_come_leaves_it_unknown(self, monkeypatch, settings):
        monkeypatch.setattr(channels, "HTTPSConnection", HTTPConnection)
        monkeypatch.setattr(channels, "TIMEOUT", 0.05)
        settings.WEBHOOK_HOSTS = ["127.0.0.1"]
        with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unknown):
            robot(f"https://127.0.0.1:{silent.getsockname()[1]}/", "x")

    def test_where_nobody_listens_it_was_not_sent(self, group):
        with pytest.raises(NotSent):
            robot(f"https://127.0.0.1:{nobody_there()}/", "x")

    def test_the_certificate_is_asked_for(self, settings):
        settings.WEBHOOK_HOSTS = ["127.0.0.1"]
        with served(Robot()) as plain, pytest.raises(NotSent):
            robot(plain.url, "x")
        assert plain.posts == []

    @pytest.mark.parametrize("url", ["", "http://127.0.0.1/", "https://example.com/", "https://127.0.0.1.example.com/"])
    def test_other_addresses_are_not_posted_to(self, group, url):
        with pytest.raises(NotSent, match="群机器人地址不可用"):
            robot(url, "x")
        assert group.posts == []


class TestClipped:
    def test_what_fits_stays_whole(self):
        text = "中" * 1365 + "a"  # 4,096 bytes

        assert clipped(text) == text

    def test_what_is_longer_loses_whole_lines_from_the_end(self):
        text = "\n".join(["中" * 1000, "行" * 300, "末" * 100])

        assert clipped(text) == "\n".join(["中" * 1000, "行" * 300, "…"])

    def test_one_endless_line_is_cut_between_characters(self):
        assert clipped("中" * 5000) == "中" * 1364 + "\n…"


class TestMail:
    def test_it_is_plain_text_and_a_page(self, post):
        mail("official@example.com", "三条通知", "您好：\n\nhttp://127.0.0.1/notices/1/")

        letter = email.message_from_bytes(post.letters[0], policy=default)
        text, page = (part.get_content() for part in letter.iter_parts())
        assert (letter["To"], letter["Subject"]) == ("official@example.com", "三条通知")
        assert text.replace("\r", "").strip() == "您好：\n\nhttp://127.0.0.1/notices/1/"
        assert '<a href="http://127.0.0.1/notices/1/" rel="nofollow">http://127.0.0.1/notices/1/</a>' in page

    def test_the_page_holds_nobody_elses_markup(self, post):
        mail("official@example.com", "通知", "退回原因：<b>核对</b>")

        letter = email.message_from_bytes(post.letters[0], policy=default)
        assert "<p>退回原因：&lt;b&gt;核对&lt;/b&gt;</p>" in letter.get_body(["html"]).get_content()

    def test_where_no_server_is_it_was_not_sent(self, post, settings):
        settings.EMAIL_PORT = nobody_there()

        with pytest.raises(NotSent):
            mail("official@example.com", "通知", "x")

    @pytest.mark.parametrize(
        "refusal", [{"greeting": "554 no"}, {"at_rcpt": "550 unknown"}, {"at_data": "552 too large"}]
    )
    def test_what_the_server_refuses_was_not_sent(self, post, refusal):
        vars(post).update(refusal)

        with pytest.raises(NotSent):
            mail("official@example.com", "通知", "x")

    def test_a_server_that_hangs_up_after_the_letter_may_have_taken_it(self, post):
        post.at_data = None

        with pytest.raises(Unknown):
            mail("official@example.com", "通知", "x")
        assert len(post.letters) == 1
