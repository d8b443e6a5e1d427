import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cookie", "wish", "language"),
    [
        (None, "en-US,en", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("tlh", "en", "zh-hans"),
    ],
    ids=["a browser's wish does not count", "chosen", "chosen Chinese", "unknown"],
)
def test_the_language_is_the_chosen_one_else_chinese(client, cookie, wish, language):
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get("/accounts/login/", headers={"accept-language": wish})

    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language
