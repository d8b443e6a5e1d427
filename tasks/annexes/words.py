"""Messages that are kept: made once, said again in the language of whoever reads them later."""

from collections.abc import Mapping

from django.utils.translation import gettext

Kept = str | list  # what JSON holds of words: data as it is, or a list of data and of [message, its values]


class Words(str):
    """A message in the language of now, that knows what it was made of. Filled in by %, lengthened by +."""

    parts: tuple

    def __new__(cls, *parts):
        """From data as it is and pairs of a message and its values (None: there are none to fill in)."""
        made = super().__new__(cls, "".join(map(_say, parts)))
        made.parts = parts
        return made

    def __mod__(self, values: Mapping[str, object]) -> "Words":
        values = {name: value if isinstance(value, int | str) else str(value) for name, value in values.items()}
        return Words(*((message, values) for message, _none in self.parts))

    def __add__(self, other: str) -> "Words":
        return Words(*self.parts, *_parts(other))

    def __radd__(self, other: str) -> "Words":
        return Words(*_parts(other), *self.parts)


def text(message: str) -> Words:
    """Mark a message as gettext does, where its words are to be kept: import this as `_`."""
    return Words((message, None))


def joined(separator: str, words: list[str]) -> str:
    """`separator.join(words)` that knows what it was made of."""
    parts = [part for word in words for part in (*_parts(separator), *_parts(word))]
    return Words(*parts[len(_parts(separator)) :])


def kept(words: str) -> Kept:
    """What JSON holds of words, whatever language they were said in."""
    return list(map(_kept_part, words.parts)) if isinstance(words, Words) else words


def said(words: Kept) -> str:
    """Kept words in the language of now."""
    if isinstance(words, str):
        return words
    return "".join(_say(part if isinstance(part, str) else (part[0], _values(part[1]))) for part in words)


def _say(part: str | tuple) -> str:
    if isinstance(part, str):
        return part
    message, values = part
    return gettext(message) if values is None else gettext(message) % values


def _parts(words: str) -> tuple:
    return words.parts if isinstance(words, Words) else (words,)


def _kept_part(part: str | tuple) -> str | list:
    if isinstance(part, str):
        return part
    message, values = part
    return [message, values and {name: _kept_value(value) for name, value in values.items()}]


def _kept_value(value: int | str) -> int | Kept:
    return kept(value) if isinstance(value, str) else value


def _values(values: Mapping | None) -> dict | None:
    return values and {name: said(value) if isinstance(value, list) else value for name, value in values.items()}
