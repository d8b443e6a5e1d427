"""The draw by seed: the same seed and pools give the same draw, whoever does it and in whatever order the pools stand."""

import hashlib

import pytest

from quality.draw import Candidate, DrawError, Team, digest, draw

DEPARTMENTS = ("civil", "health", "fire", "market")
FACILITIES = [f"f{number}" for number in range(1, 39)]
INSPECTORS = [Candidate(f"i{n}", DEPARTMENTS[n % 4]) for n in range(1, 21)]


def drawn(seed="2024-10-15", facilities=FACILITIES, inspectors=INSPECTORS, count=5, **fields):
    return draw(seed=seed, facilities=facilities, inspectors=inspectors, departments=DEPARTMENTS, count=count, **fields)


def test_the_same_seed_gives_the_same_draw_in_whatever_order_the_pools_stand():
    assert drawn() == drawn(facilities=FACILITIES[::-1], inspectors=INSPECTORS[::-1])


def test_another_seed_gives_another_draw():
    assert drawn() != drawn(seed="2024-10-16")


def test_it_is_the_draw_that_the_documented_steps_give():
    """Done again here by hand, so that no later change of the code can change a past draw."""

    def sha(text):
        return hashlib.sha256(text.encode()).hexdigest()

    facilities = sorted(["f1", "f2", "f3"], key=lambda one: sha(f"种子|{one}"))[:2]
    pool = [Candidate("i1", "civil"), Candidate("i2", "civil")]
    first = min(["i1", "i2"], key=lambda one: sha(f"种子|{facilities[0]}|{one}"))
    second = "i2" if first == "i1" else "i1"  # who was put on a team gives way

    teams = draw(seed="种子", facilities=["f1", "f2", "f3"], inspectors=pool, departments=["civil"], count=2)

    assert teams == [Team(facilities[0], [first]), Team(facilities[1], [second])]


def test_a_draw_of_the_past_stays_what_it_was():
    assert drawn(seed="种子", count=2) == [
        Team("f29", ["i20", "i9", "i6", "i3"]),
        Team("f8", ["i12", "i5", "i18", "i7"]),
    ]


def test_a_digest_is_sha_256_of_the_parts_with_bars_between():
    assert digest("a", "b") == "0eab8a0a3380abf4c7d1fb0b43b66aafbb64a4b953e4eb2dccca579461912d0c"


def test_every_team_has_one_of_each_department():
    departments = dict(INSPECTORS)

    assert [[departments[key] for key in team.inspectors] for team in drawn()] == [list(DEPARTMENTS)] * 5


def test_more_of_each_department_are_drawn_where_asked_and_nobody_twice_on_a_team():
    teams = drawn(per_department=2)

    assert [len(set(team.inspectors)) for team in teams] == [8] * 5


def test_the_work_is_spread_over_the_pool():
    put = [key for team in drawn(count=5) for key in team.inspectors]

    assert sorted(put) == sorted(one.key for one in INSPECTORS)  # 5 of each department, each on one team


def test_all_facilities_can_be_drawn():
    assert sorted(team.facility for team in drawn(count=38)) == sorted(FACILITIES)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"count": 39}, ("", 39, 38)),
        ({"per_department": 6}, ("civil", 6, 5)),
        ({"inspectors": [one for one in INSPECTORS if one.department != "fire"]}, ("fire", 1, 0)),
    ],
)
def test_a_pool_that_is_too_small_is_told_with_both_numbers(fields, told):
    with pytest.raises(DrawError) as error:
        drawn(**fields)

    assert error.value.args == told
