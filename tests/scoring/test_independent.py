"""The portal against an independent scorer: the same workbooks, the same points to the cent, the same places."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command

from districts.models import Town
from scoring.marking import give
from scoring.models import Criterion
from tests.scoring import independent
from tests.scoring.cases import Case, case
from tests.scoring.workbooks import write, write_targets

pytestmark = pytest.mark.django_db

SLUG = "baoshan-2024"
POLICIES = (independent.BY_TEXT, independent.FULL, independent.EXCLUDE)
SECTIONS = 5
MARKED_ON = dt.date(2024, 9, 1)
MOMENTS = {"2024-03-31": ("2024Q1",), "2024-09-30": ("2024Q1", "2024Q3")}


def command(*args):
    out = io.StringIO()
    call_command(*args, "--json", stdout=out)
    return json.loads(out.getvalue())


def send(made: Case, folder):
    """The case's tables through the importer, its marks as staff give them."""
    if made.revised:
        outcome = command("import_annex", str(write_targets(made, folder / "targets.xlsx")), "--programme", SLUG)
        assert (outcome["kind"], outcome["errors"]) == ("allocation", [])
    for at, table in enumerate(made.tables):
        file = write(table, folder / f"{at}.xlsx", made.seed)
        options = ("--programme", SLUG, "--kind", "progress", "--quarter", table.quarter)
        outcome = command("import_annex", str(file), *options)
        assert (outcome["applied"], outcome["errors"]) == (True, [])
    _give(made)


def _give(made: Case):
    towns = {town.name: town for town in Town.objects.all()}
    criteria = {
        criterion.title: criterion
        for criterion in Criterion.objects.select_related("section__rubric__programme__district")
    }
    for name, lines in made.marks.items():
        for title, marks in lines.items():
            for at, points in enumerate(marks):
                give(
                    criterion=criteria[title],
                    town=towns[name],
                    points=Decimal(points.numerator) / points.denominator,
                    reason="测试",
                    document="测试文件",
                    given_on=MARKED_ON - dt.timedelta(days=len(marks) - 1 - at),
                    by=None,
                    key=f"{name}-{title}-{at}",
                )


def portal(as_of, policy):
    """Criterion points, section points, total and place by town, as the command prints them."""
    answer = command("score", SLUG, "--as-of", as_of, "--no-target", policy)
    return {
        town["town"]: (
            {line["title"]: line["points"] for line in town["criteria"]},
            {section["title"]: section["points"] for section in town["sections"]},
            town["total"],
            town["rank"],
        )
        for town in answer["towns"]
    }


def page(client, as_of, policy):
    """The same as the page of all towns' points shows it, in its file."""
    asked = {"as_of": as_of, "no_target": policy, "export": "csv"}
    file = client.get(f"/p/{SLUG}/scores/", asked).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(file, newline=""))
    titles, shown = head[4:], {}
    for rank, town, total, _share, *points in rows:
        parts = [(title, f"{Decimal(one):.2f}") for title, one in zip(titles, points, strict=True)]
        shown[town] = (dict(parts[SECTIONS:]), dict(parts[:SECTIONS]), f"{Decimal(total):.2f}", int(rank))
    return shown


def expected(made: Case, as_of, policy):
    facts = made.facts(MOMENTS[as_of], marked=as_of >= MARKED_ON.isoformat())
    return {
        town: (
            {title: _printed(points) for title, points in one.criteria.items()},
            {title: _printed(points) for title, points in one.sections.items()},
            _printed(one.total),
            one.rank,
        )
        for town, one in independent.score(facts, policy).items()
    }


def _printed(points: Fraction) -> str:
    return f"{Decimal(points.numerator) / points.denominator:.2f}"


@pytest.mark.parametrize("seed", range(8))  # all layouts; thousands of towns: test_independent_rules.py
def test_random_workbooks_score_as_the_independent_scorer_says(baoshan, tmp_path, staff, sign_in, seed):
    made, client = case(seed), sign_in(staff)
    send(made, tmp_path)

    for as_of, policy in [("2024-09-30", policy) for policy in POLICIES] + [("2024-03-31", POLICIES[seed % 3])]:
        by_hand = expected(made, as_of, policy)
        assert portal(as_of, policy) == by_hand
        assert page(client, as_of, policy) == by_hand
