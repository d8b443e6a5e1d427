"""How far an import is, for the page that waits for it."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from tasks import progress
from tests.tasks.test_views_imports import post_file
from tests.tasks.workbooks import table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_told():
    """Files outlive a test."""
    caches["progress"].clear()


class TestProgress:
    """A page asks how far its import is by the name it gave it."""

    @pytest.fixture(autouse=True)
    def told(self, monkeypatch):
        """Every answer that would have been given while an import ran."""
        told = []
        monkeypatch.setattr(progress, "OFTEN", 0)
        store = type(caches["progress"])
        monkeypatch.setattr(store, "set", lambda cache, key, value, timeout: told.append((key, *value)))
        return told

    def test_an_upload_is_told_under_its_name_until_it_is_done(self, baoshan, admin, sign_in, told):
        post_file(sign_in(admin), table(E5=3), watch="0123456789-1")

        assert {key for key, _phase, _share in told} == {f"{admin.pk}:0123456789-1"}
        assert list(dict.fromkeys(phase for _key, phase, _share in told)) == [
            "read",
            "check",
            "compare",
            "write",
            "tell",
        ]

    def test_a_confirmation_and_another_preview_are_told(self, baoshan, admin, sign_in, told):
        client = sign_in(admin)
        address = post_file(client, table(E5=3)).url
        assert told == []

        client.post(f"{address}again/", {"watch": "again-1234"})
        client.post(f"{address}confirm/", {"reason": "年中调整", "watch": "confirm-1234"})

        assert list(dict.fromkeys(key for key, *_told in told)) == [
            f"{admin.pk}:again-1234",
            f"{admin.pk}:confirm-1234",
        ]

    @pytest.mark.parametrize("name", ["", "short", "../../etc/passwd", "x" * 41])
    def test_a_name_that_is_none_is_not_used(self, baoshan, admin, sign_in, told, name):
        assert post_file(sign_in(admin), table(E5=3), watch=name).status_code == 302
        assert told == []


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("zh-hans", {"words": "正在核对表中内容", "share": 0.412}),
        ("en", {"words": "Checking the table", "share": 0.412}),
    ],
)
def test_progress_is_told_in_the_readers_language(baoshan, admin, sign_in, language, answer):
    caches["progress"].set(f"{admin.pk}:0123456789", ("check", 0.41234))
    client = sign_in(admin)
    client.cookies["django_language"] = language

    response = client.get(reverse("import-progress", args=["baoshan-2024"]), {"watch": "0123456789"})

    assert response.json() == answer
    assert "no-store" in response["Cache-Control"]


def test_nobody_elses_progress_is_told_nor_one_that_is_over(baoshan, admin, staff, sign_in):
    caches["progress"].set(f"{staff.pk}:0123456789", ("check", 0.4))
    address = reverse("import-progress", args=["baoshan-2024"])

    assert sign_in(admin).get(address, {"watch": "0123456789"}).json() == {}
    assert sign_in(admin).get(address).json() == {}
