"""No text holds the character NUL: nobody types it, and PostgreSQL does not store it."""

from django.core.exceptions import BadRequest
from django.utils.deprecation import MiddlewareMixin

NUL = "\0"


class PlainTextMiddleware(MiddlewareMixin):
    def process_request(self, request):
        """400 for an address or a form with a NUL, before it reaches the database."""
        values = (value for data in (request.GET, request.POST) for _name, found in data.lists() for value in found)
        if NUL in request.path or any(NUL in value for value in values):
            raise BadRequest("NUL in the request")
