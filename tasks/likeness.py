"""Which indicators a task or a clause may be about, by the likeness of their words: a suggestion, never a decision."""

from collections.abc import Iterable

from tasks.annexes.names import squash
from tasks.models import Indicator

ENOUGH = 0.6  # of the pairs of characters in the indicator's name
MOST = 4
VERBS = ("新增", "新建", "改建", "建设", "完成", "实施")  # 新建 in one annex is 新增 in another


def suggested(text: str, indicators: Iterable[Indicator]) -> list[Indicator]:
    """The indicators whose names are found in `text`, whole or nearly, the likest first (four at most)."""
    pairs = _pairs(text)
    found = [(max(_likeness(name, pairs) for name in (one.name, *one.aliases)), one) for one in indicators]
    likest = sorted((pair for pair in found if pair[0] >= ENOUGH), key=lambda pair: (-pair[0], pair[1].order))
    return [one for _likeness_, one in likest[:MOST]]


def _likeness(name: str, pairs: set[str]) -> float:
    for verb in VERBS:
        name = name.removeprefix(verb)
    own = _pairs(name)
    return len(own & pairs) / len(own) if own else 0


def _pairs(text: str) -> set[str]:
    plain = squash(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
