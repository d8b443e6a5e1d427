"""Messages that are kept: said again in another language, from what they were made of."""

import json

import pytest
from django.utils import translation

from tasks.annexes.words import Words, joined, kept, said
from tasks.annexes.words import text as _
from tests.factories import TownFactory

TWICE = "序号 %(number)s 重复，已在 %(cell)s 出现"


def in_english(words: str) -> str:
    """What a reader of English sees of words that were kept while Chinese was spoken."""
    stored = json.loads(json.dumps(kept(words)))
    with translation.override("en"):
        return said(stored)


def test_a_message_is_a_text_of_the_language_it_was_made_in():
    message = _(TWICE) % {"number": 3, "cell": "A7"}

    assert message == "序号 3 重复，已在 A7 出现"
    with translation.override("en"):
        assert _(TWICE) % {"number": 3, "cell": "A7"} == "Number 3 appears twice; it is already in A7"


@pytest.mark.parametrize(
    ("make", "english"),
    [
        (lambda: _("任务名称为空"), "The task has no name"),
        (lambda: _(TWICE) % {"number": 3, "cell": "A7"}, "Number 3 appears twice; it is already in A7"),
        (lambda: _("任务名称为空") + "!", "The task has no name!"),
        (lambda: "A7 " + _("任务名称为空"), "A7 The task has no name"),
        (
            lambda: joined("\n", [_("任务名称为空"), "A7", _("权重为空")]),
            "The task has no name\nA7\nThe weight is empty",
        ),
        (lambda: joined(", ", []), ""),
        (
            lambda: _(TWICE) % {"number": 3, "cell": _("第%(row)s行第%(col)s列") % {"row": 1, "col": 2}},
            "Number 3 appears twice; it is already in row 1, column 2",
        ),
        (lambda: "友谊路街道", "友谊路街道"),
    ],
    ids=["bare", "filled", "lengthened", "led", "joined", "joined-nothing", "nested", "data"],
)
def test_kept_words_are_said_in_the_readers_language(make, english):
    assert in_english(make()) == english


@pytest.mark.django_db
def test_a_value_is_kept_as_it_was_said():
    town = TownFactory(name="庙行镇")

    message = _("“%(found)s”不是本区的街镇") % {"found": town}
    town.name = "别处"

    assert said(kept(message)) == "“庙行镇”不是本区的街镇"


def test_what_is_kept_does_not_depend_on_the_language():
    with translation.override("en"):
        english = kept(_(TWICE) % {"number": 3, "cell": "A7"})

    assert english == kept(_(TWICE) % {"number": 3, "cell": "A7"}) == [[TWICE, {"number": 3, "cell": "A7"}]]


def test_data_beside_a_message_is_kept_beside_it():
    assert kept("A7 " + _("权重为空")) == ["A7 ", ["权重为空", None]]
    assert Words("A7", " ", "B8") == "A7 B8"
