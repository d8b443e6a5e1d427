"""One way to write a document down, so that its hash is the same on every machine and in every year. Pure."""

import datetime as dt
import hashlib
import json
from decimal import Decimal


def text(document: object) -> str:
    """JSON with sorted names and without blanks; numbers and days as strings, `8.50` and `8.5` alike as `8.5`.

    Raises TypeError for a float or anything else that could be written in more than one way.
    """
    return json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: object) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text(document).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")  # + 0: no minus before a zero
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"no canonical form: {value!r}")
