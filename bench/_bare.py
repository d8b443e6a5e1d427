"""The barest durable Django write, as an application: one INSERT through the ORM for each request, and no middleware."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eldercare.settings")  # the portal's database, written to as it does
django.setup()
settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []


class BareLine(models.Model):
    """About what a draft keeps of a line."""

    typed = models.JSONField()

    class Meta:
        app_label = "bare"


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(BareLine)


def write(_request):
    BareLine.objects.create(typed={"value": "12", "words": "", "reason": ""})
    return HttpResponse(status=204)


def healthz(_request):
    return HttpResponse(status=204)


urlpatterns = [path("write/", write), path("healthz", healthz)]
application = WSGIHandler()
