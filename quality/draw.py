"""The joint draw (双随机): a seed and two pools give facilities and their teams. Pure, and the same wherever it is done again.

Anyone can repeat it with a pen and SHA-256. The digest of a text is the hexadecimal SHA-256 of its UTF-8 bytes.

1. Facilities: the digest of `seed|facility key` for each of the pool; the `count` smallest digests are drawn, in their order.
2. Teams: for each facility drawn, in that order, and each department in the order given: the inspectors of the department
   who were put on the fewest teams so far, and among them those with the smallest digests of
   `seed|facility key|inspector key`; the first `per_department` of them.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class DrawError(Exception):
    """The pools do not hold enough; `args` are the department ("" for facilities), how many are needed and found."""

    def __init__(self, department: str, needed: int, found: int):
        super().__init__(department, needed, found)
        self.department, self.needed, self.found = department, needed, found


class Candidate(NamedTuple):
    """An inspector of the pool."""

    key: str
    department: str


class Team(NamedTuple):
    """A facility that was drawn, and who visits it: keys."""

    facility: str
    inspectors: list[str]


def draw(
    *,
    seed: str,
    facilities: Sequence[str],
    inspectors: Sequence[Candidate],
    departments: Sequence[str],
    count: int,
    per_department: int = 1,
) -> list[Team]:
    """`count` facilities, each with `per_department` inspectors of every department; keys decide, not the pools' order.

    Raises DrawError where the pool of facilities or of a department is too small.
    """
    if len(facilities) < count:
        raise DrawError("", count, len(facilities))
    pools = {name: [one.key for one in inspectors if one.department == name] for name in departments}
    for name, pool in pools.items():
        if len(pool) < per_department:
            raise DrawError(name, per_department, len(pool))
    drawn = sorted(facilities, key=lambda facility: digest(seed, facility))[:count]
    put: Counter[str] = Counter()
    return [Team(facility, _team(seed, facility, pools, per_department, put)) for facility in drawn]


def digest(*parts: str) -> str:
    """SHA-256 of the parts with bars between them, in hexadecimal digits."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _team(seed: str, facility: str, pools: dict[str, list[str]], each: int, put: Counter[str]) -> list[str]:
    team = []
    for pool in pools.values():
        chosen = sorted(pool, key=lambda one: (put[one], digest(seed, facility, one)))[:each]
        put.update(chosen)
        team += chosen
    return team
