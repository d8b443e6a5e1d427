import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from eldercare.keys import secret_key


def test_a_given_key_is_taken_and_nothing_is_written(tmp_path):
    path = tmp_path / "var" / "secret-key"

    assert secret_key("given", production=False, path=path) == "given"
    assert not path.parent.exists()


def test_a_development_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "var" / "secret-key"

    first = secret_key("", production=False, path=path)

    assert secret_key("", production=False, path=path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_machines_have_two_keys(tmp_path):
    assert secret_key("", production=False, path=tmp_path / "a") != secret_key(
        "", production=False, path=tmp_path / "b"
    )


def test_production_does_not_start_without_a_key(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="生产环境必须设置 SECRET_KEY"):
        secret_key("", production=True, path=tmp_path / "secret-key")
    assert not (tmp_path / "secret-key").exists()
