"""What the browser may keep of a page, and whose session a page's scripts may use."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/alive/", "/nowhere/", "/settings/notices/"])
def test_nothing_of_a_signed_in_person_is_stored(sign_in, official, address):
    assert sign_in(official).get(address).headers["Cache-Control"] == "private, no-store"


def test_a_page_that_says_itself_how_it_is_stored_is_left_alone(sign_in, official):
    response = sign_in(official).get("/healthz")

    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_what_comes_without_a_session_says_nothing_of_it(client):
    assert "Cache-Control" not in client.get("/").headers


def test_a_page_of_the_signed_in_person_is_answered(sign_in, official):
    assert sign_in(official).get("/alive/", headers={"X-User": str(official.pk)}).status_code == 204


def test_a_page_whose_session_has_ended_is_told_so(client, official):
    response = client.get("/alive/", headers={"X-User": str(official.pk)})

    assert response.status_code == 401
    assert response.text == "登录已过期，刚才的内容没有发送，仍在本页。请在新窗口登录，再回到本页重试。"


def test_a_page_of_somebody_else_is_told_who_is_signed_in_now(sign_in, official, neighbour):
    response = sign_in(neighbour).get("/alive/", headers={"X-User": str(official.pk)})

    assert response.status_code == 401
    assert response.text == (
        "此浏览器现由友谊经办人登录，刚才的内容没有发送，仍在本页。请在新窗口换回原账号，再回到本页重试。"
    )


def test_nothing_is_written_in_the_name_of_another(sign_in, official, neighbour):
    page = {"X-User": str(official.pk)}

    assert sign_in(neighbour).post("/settings/notices/", {"muted": "x"}, headers=page).status_code == 401
    assert sign_in(official).post("/settings/notices/", {}, headers=page).status_code == 302


@pytest.mark.parametrize("owner", ["", "x", "None", "0", "-1"])
def test_a_garbled_owner_is_nobody(client, sign_in, official, owner):
    assert client.get("/alive/", headers={"X-User": owner}).status_code == 401
    assert sign_in(official).get("/alive/", headers={"X-User": owner}).status_code == 401
