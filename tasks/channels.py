"""The ways out of the portal: mail, and posts to a group robot. What fails tells whether the message may have arrived."""

import json
from http.client import HTTPException, HTTPSConnection
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from districts.robots import allowed

MAX_POST = 4096  # bytes of a robot's message
TIMEOUT = 10  # seconds, for connecting and for each answer
REFUSED = {503, *range(400, 500)}  # answers by which the other side has taken nothing


class NotSent(Exception):
    """The message did not leave, and may be tried again; the message is for people."""


class Unknown(Exception):
    """The message was handed over and nobody knows whether it arrived: sending it again might send it twice."""


def mail(to: str, subject: str, body: str) -> None:
    """Send a plain text, and the same as a simple page. Raises NotSent or Unknown."""
    message = EmailMultiAlternatives(subject, body, to=[to])
    message.attach_alternative(
        render_to_string("tasks/mail/message.html", {"subject": subject, "body": body}), "text/html"
    )
    server = get_connection()
    try:
        server.open()
    except (OSError, SMTPException) as error:
        raise NotSent(str(error)) from error
    try:
        server.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        raise NotSent(str(error)) from error
    except (OSError, SMTPException) as error:
        raise Unknown(str(error)) from error
    finally:
        _close(server)


def _close(server) -> None:
    try:
        server.close()
    except (OSError, SMTPException):
        return  # the server has answered already: how it parts does not matter


def robot(url: str, text: str) -> None:
    """Post markdown to a WeCom group robot. Raises NotSent or Unknown."""
    if not allowed(url):
        raise NotSent(_("群机器人地址不可用，须为 https，主机须在允许之列。"))
    parts = urlsplit(url)
    body = json.dumps({"msgtype": "markdown", "markdown": {"content": clipped(text)}}, ensure_ascii=False).encode()
    server = HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        server.connect()
    except OSError as error:
        raise NotSent(str(error)) from error
    try:
        server.request("POST", f"{parts.path}?{parts.query}", body, {"Content-Type": "application/json"})
        with server.getresponse() as answer:
            _read(answer.status, answer.read(65536))
    except (OSError, HTTPException, ValueError) as error:
        raise Unknown(str(error)) from error
    finally:
        server.close()


def clipped(text: str) -> str:
    """As much as a robot's message holds: whole lines, or of one endless line its beginning."""
    if len(text.encode()) <= MAX_POST:
        return text
    head = text.encode()[: MAX_POST - len("\n…".encode())].decode(errors="ignore")
    return (head.rpartition("\n")[0] or head) + "\n…"


def _read(status: int, content: bytes) -> None:
    if status in REFUSED:
        raise NotSent(_("对方答复 %(status)s。") % {"status": status})
    answer = json.loads(content) if status == 200 else None
    if not isinstance(answer, dict) or "errcode" not in answer:
        raise Unknown(_("对方答复 %(status)s，内容不明。") % {"status": status})
    if answer["errcode"] != 0:
        raise NotSent(
            _("对方拒收：%(code)s %(words)s") % {"code": answer["errcode"], "words": answer.get("errmsg", "")}
        )
