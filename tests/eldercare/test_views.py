import re

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from districts.models import District
from tasks.lights import Light

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    district = District.objects.create(code="310113", name="宝山区")
    return User.objects.create_user("staff", password="right", role=Role.STAFF, district=district)


@pytest.fixture
def signed_in(client, staff):
    client.force_login(staff)
    return client


def test_health_needs_no_session_and_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_health_is_503_when_the_database_fails(client, monkeypatch):
    def refuse():
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"status": "unavailable"})


def test_the_components_are_for_those_signed_in(client):
    assert client.get("/components/").url == "/accounts/login/?next=/components/"


def test_the_components_page_shows_every_light_with_its_word(signed_in):
    page = signed_in.get("/components/").content.decode()

    for light in Light:
        assert f'<span class="light light-{light.value}">{light.label}</span>' in page


def test_the_sign_in_page_lists_demo_accounts_only_when_there_are_any(client, staff):
    before = client.get("/accounts/login/").content.decode()
    staff.demo = True
    staff.set_password(settings.DEMO_PASSWORD)
    staff.save()
    after = client.get("/accounts/login/").content.decode()

    assert "演示账号" not in before
    assert settings.DEMO_PASSWORD not in before
    assert "<code>staff</code>" in after
    assert f"<code>{settings.DEMO_PASSWORD}</code>" in after


def test_the_sign_in_page_shows_no_password_that_is_not_the_demos(client, staff):
    User.objects.filter(pk=staff.pk).update(demo=True)

    page = client.get("/accounts/login/").content.decode()

    assert settings.DEMO_PASSWORD not in page
    assert "密码为建立演示数据时所设。" in page


def test_a_wrong_password_is_told_in_chinese_and_keeps_the_name(client, staff):
    page = client.post("/accounts/login/", {"login": "staff", "password": "wrong"}).content.decode()

    assert "您提供的用户名或密码不正确" in page
    assert 'value="staff"' in page


def test_five_wrong_passwords_lock_the_name_and_say_so(client, staff):
    for _ in range(5):
        client.post("/accounts/login/", {"login": "staff", "password": "wrong"})

    response = client.post("/accounts/login/", {"login": "staff", "password": "right"})

    assert response.status_code == 200
    assert "登录失败次数过多" in response.content.decode()


@pytest.mark.parametrize("name", ["logout", "password/change", "password/reset", "reauthenticate"])
def test_pages_of_the_account_stand_in_the_frame(signed_in, name):
    page = signed_in.get(f"/accounts/{name}/").content.decode()

    assert '<main id="main" class="entrance"' in page
    assert 'class="btn btn-primary"' in page


def test_sign_up_is_closed_and_says_who_opens_accounts(client):
    assert "账号由本区管理员开通" in client.get("/accounts/signup/").content.decode()


def test_a_visitor_can_change_the_language(client):
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})

    assert response.url == "/accounts/login/"
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


def test_a_missing_page_says_what_to_do_and_keeps_the_navigation(signed_in):
    response = signed_in.get("/no-such-page/")
    page = response.content.decode()

    assert response.status_code == 404
    assert "找不到页面" in page
    assert 'aria-label="主导航"' in page


def test_the_navigation_unfolds_the_group_of_the_page(signed_in):
    groups = re.findall(
        r'<details class="nav-group" (open)?>\s*<summary.*?class="nav-link-title">(\S+)</span>',
        signed_in.get("/findings/").content.decode(),
        re.DOTALL,
    )

    assert groups == [("open", "机构监管")]


def test_a_stale_form_says_that_nothing_typed_is_lost(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)

    response = client.post("/accounts/logout/")

    assert response.status_code == 403
    assert "您输入的内容仍在上一页" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_error_pages_made_without_a_request_lead_home(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert 'href="/"' in render_to_string(name)


class TestFailures:
    """What a page answers whose view ends in an exception."""

    @pytest.fixture
    def answer(self, signed_in, monkeypatch):
        def answer(error, **since_then):
            """`since_then` is what the connection does from the error on."""

            def fail(*_args):
                for name, does in since_then.items():
                    monkeypatch.setattr(connection, name, does)
                raise error

            monkeypatch.setattr("eldercare.views._examples", fail)
            signed_in.raise_request_exception = False
            return signed_in.get("/components/")

        return answer

    def test_a_database_that_is_locked_is_asked_again_later(self, answer):
        response = answer(OperationalError("database is locked"))

        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert "数据库正忙，或正在重新启动" in response.content.decode()

    def test_a_database_that_went_away_is_asked_again_later(self, answer):
        closed = OperationalError("server closed the connection unexpectedly")

        assert answer(closed, is_usable=lambda: False).status_code == 503

    def test_a_database_that_does_not_start_is_asked_again_later(self, answer):
        def refuse():
            raise OperationalError("connection refused")

        assert answer(OperationalError("connection refused"), ensure_connection=refuse).status_code == 503

    @pytest.mark.parametrize("error", [OperationalError("no such column: x"), ZeroDivisionError()])
    def test_a_fault_of_the_portal_is_not_asked_again(self, answer, error):
        response = answer(error)

        assert response.status_code == 500
        assert "Retry-After" not in response.headers
        assert "系统出错" in response.content.decode()
