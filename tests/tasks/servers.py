"""Small servers on this machine that answer as they are told, and keep what they got."""

import json
import socketserver
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


@contextmanager
def served(server):
    """The server, answering in a thread of its own."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Robot(HTTPServer):
    """A group robot: answers each post with the next of `answers` (status and body; None hangs up), keeps `posts`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Posts)
        self.posts, self.answers = [], []

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server_address[1]}/cgi-bin/webhook/send?key=k"

    def handle_error(self, request, client_address):
        """Whoever hung up is no news."""


class _Posts(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, self.headers["Content-Type"], json.loads(body)))
        answer = self.server.answers.pop(0) if self.server.answers else (200, {"errcode": 0, "errmsg": "ok"})
        if answer is None:
            return
        status, content = answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

    def log_message(self, *args):
        """Say nothing."""


class Mail(socketserver.TCPServer):
    """A mail server: keeps `letters`. `at_data` is its answer to a whole letter; None hangs up instead."""

    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Letters)
        self.letters, self.greeting, self.at_rcpt, self.at_data = [], "220 here", "250 ok", "250 taken"

    @property
    def settings(self):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.server_address[1],
        }


class _Letters(socketserver.StreamRequestHandler):
    def handle(self):
        self._say(self.server.greeting)
        while line := self.rfile.readline().decode().strip():
            match line.split(" ")[0].upper().split(":")[0]:
                case "RCPT":
                    self._say(self.server.at_rcpt)
                case "DATA":
                    self._say("354 go on")
                    self.server.letters.append(self._letter())
                    if self.server.at_data is None:
                        return
                    self._say(self.server.at_data)
                case "QUIT":
                    return self._say("221 bye")
                case _other:
                    self._say("250 ok")

    def _letter(self):
        return b"".join(iter(self.rfile.readline, b".\r\n"))

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())
