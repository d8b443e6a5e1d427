"""`manage.py score`: its JSON; and both commands as a shell sees them."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from districts.models import Town
from eldercare.demo import FIXTURES
from scoring.annex import write_version
from scoring.marking import give, revoke
from scoring.models import Criterion, Mark, Rubric
from tasks.models import Indicator, Report
from tests.factories import ProgrammeFactory, RubricFactory, accepted

SLUG = "baoshan-2024"
Q3_END = "2024-09-30"


def score(*options):
    out = io.StringIO()
    call_command("score", SLUG, *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def town_of(answer, name="庙行镇"):
    return next(town for town in answer["towns"] if town["town"] == name)


def line_of(answer, title, town="庙行镇"):
    return next(line for line in town_of(answer, town)["criteria"] if line["title"] == title)


@pytest.fixture
def stations(baoshan):
    """庙行镇 has built 4 of its 10 stations by the third quarter, as accepted on 9 October."""
    at = dt.datetime(2024, 10, 9, 10, tzinfo=dt.UTC)
    indicator = Indicator.objects.get(programme=baoshan, name="新增家门口养老服务站")
    period = baoshan.periods.select_related("programme__district").get(label="2024Q3")
    return accepted(period, Town.objects.get(name="庙行镇"), subject=indicator, value=Decimal(4), at=at)


@pytest.mark.django_db
class TestTheJson:
    def test_has_the_promised_keys(self, baoshan):
        answer = score("--as-of", Q3_END)

        assert list(answer) == ["programme", "as_of", "rubric_version", "towns"]
        assert (answer["programme"], answer["as_of"], answer["rubric_version"]) == (SLUG, Q3_END, 1)
        assert len(answer["towns"]) == 12
        for town in answer["towns"]:
            assert set(town) == {"town", "code", "total", "attainable", "rank", "sections", "criteria"}
            assert [set(section) for section in town["sections"]] == [{"title", "weight", "points"}] * 5
            keys = {"key", "section", "title", "weight", "points", "status", "rule", "inputs", "explanation"}
            assert [set(line) for line in town["criteria"]] == [keys] * 23

    def test_points_are_strings_with_two_decimals(self, stations):
        town = town_of(score("--as-of", Q3_END))
        points = [town["total"], town["attainable"]]
        for part in (*town["sections"], *town["criteria"]):
            points += [part["points"], part["weight"]]

        assert {type(one) for one in points} == {str}
        assert {one for one in points if f"{Decimal(one):.2f}" != one} == set()

    def test_towns_have_full_names_codes_and_ranks(self, baoshan):
        answer = score()

        assert [(town["town"], town["code"], town["rank"]) for town in answer["towns"][:2]] == [
            ("友谊路街道", "310113003", 1),
            ("吴淞街道", "310113007", 1),
        ]

    def test_a_line_tells_inputs_and_explanation(self, stations):
        line = line_of(score("--as-of", Q3_END), "新建家门口养老服务站")

        assert line == {
            "key": "2.8",
            "section": "民心工程和政府实事项目",
            "title": "新建家门口养老服务站",
            "weight": "3.00",
            "points": "1.20",
            "status": "computed",
            "rule": "completion",
            "inputs": {
                "figures": {
                    "": {
                        "name": "新增家门口养老服务站",
                        "unit": "个",
                        "value": "4",
                        "target": "10",
                        "comparator": "ge",
                        "text_target": "",
                    }
                },
                "awards": [],
            },
            "explanation": "完成 4个 ÷ 目标 10个 × 权重 3.00 = 1.20",
        }

    def test_every_status_is_one_of_five(self, stations):
        statuses = {
            (policy, line["status"])
            for policy in ("by_text", "full", "exclude")
            for town in score("--no-target", policy)["towns"]
            for line in town["criteria"]
        }

        assert {status for _policy, status in statuses} == {
            *("computed", "pending", "awaiting", "no_target", "excluded"),
        }
        assert [policy for policy, status in statuses if status == "excluded"] == ["exclude"]

    def test_a_town_without_a_target_gets_what_the_policy_says(self, baoshan):
        points = {
            policy: line_of(score("--no-target", policy), "新建困难重残养护床位")
            for policy in ("by_text", "full", "exclude")
        }

        assert {policy: (line["points"], line["status"]) for policy, line in points.items()} == {
            "by_text": ("0.00", "no_target"),
            "full": ("3.00", "no_target"),
            "exclude": ("0.00", "excluded"),
        }


@pytest.mark.django_db
class TestTheTwoDates:
    @pytest.mark.parametrize(
        ("options", "points"),
        [
            ((), "1.20"),
            (("--as-of", "2024-09-30"), "1.20"),
            (("--as-of", "2024-09-29"), "0.00"),
            (("--as-of", "2024-09-30", "--known-on", "2024-10-09"), "1.20"),
            (("--as-of", "2024-09-30", "--known-on", "2024-10-08"), "0.00"),
        ],
    )
    def test_a_figure_counts_from_its_day_once_it_is_known(self, stations, options, points):
        assert line_of(score(*options), "新建家门口养老服务站")["points"] == points

    def test_the_past_can_be_made_again_after_a_correction(self, stations):
        later = dt.datetime(2024, 11, 5, 10, tzinfo=dt.UTC)
        report = stations[0]
        accepted(report.period, report.town, subject=report.indicator, value=Decimal(5), at=later)

        now, then = score("--as-of", Q3_END), score("--as-of", Q3_END, "--known-on", "2024-10-31")

        assert [line_of(one, "新建家门口养老服务站")["points"] for one in (now, then)] == ["1.50", "1.20"]

    def test_the_past_can_be_made_again_after_a_change_of_the_rubric(self, baoshan):
        first = baoshan.rubrics.in_force().get()
        rows = [
            {"number": 1, "section": "重点", "section_weight": None, "notes": "", "own_indicator": None, "order": 1}
            | {
                "key": "1.1",
                "title": "评议",
                "clause": "评议",
                "weight": Decimal(5),
                "rule": {"kind": "manual"},
                "pending": False,
            }
        ]
        second = write_version(baoshan, rows)
        Rubric.objects.filter(pk=first.pk).update(created_at=dt.datetime(2024, 9, 1, tzinfo=dt.UTC))
        Rubric.objects.filter(pk=second.pk).update(created_at=dt.datetime(2024, 11, 5, 10, tzinfo=dt.UTC))

        def version(*options):
            return score("--as-of", Q3_END, *options)["rubric_version"]

        days = ("2024-08-31", "2024-11-04", "2024-11-05")
        assert (version(), [version("--known-on", day) for day in days]) == (2, [1, 1, 2])

    def test_a_mark_counts_from_its_day_until_it_is_revoked(self, baoshan, time_machine):
        criterion = Criterion.objects.get(title="养老服务综合监管水平")
        town = Town.objects.get(name="庙行镇")
        time_machine.move_to(dt.datetime(2024, 9, 10, 10, tzinfo=dt.UTC))
        gift = {"reason": "检查", "document": "记录1", "by": None, "key": "a", "given_on": dt.date(2024, 9, 5)}
        mark = give(criterion=criterion, town=town, points=Decimal(8), **gift)
        time_machine.move_to(dt.datetime(2024, 9, 20, 10, tzinfo=dt.UTC))
        revoke(mark=mark, reason="录入有误", by=None)

        def points(*options):
            return line_of(score(*options), "养老服务综合监管水平")["points"]

        assert points("--known-on", "2024-09-19") == "8.00"
        assert points("--known-on", "2024-09-09") == "0.00"
        assert points("--as-of", "2024-09-04", "--known-on", "2024-09-19") == "0.00"
        assert points() == "0.00"


@pytest.mark.django_db
class TestTheCommand:
    def test_writes_nothing(self, stations):
        before = Report.objects.count(), Mark.objects.count(), Criterion.history.count()

        score("--as-of", Q3_END)

        assert (Report.objects.count(), Mark.objects.count(), Criterion.history.count()) == before

    def test_without_json_lists_the_towns_by_place(self, stations):
        out = io.StringIO()

        call_command("score", SLUG, "--as-of", Q3_END, stdout=out)

        lines = out.getvalue().splitlines()
        assert lines[0] == "  1    1.20  庙行镇"
        assert lines[1:] == [f"  2    0.00  {town}" for town in Town.objects.exclude(name="庙行镇")]

    def test_of_several_programmes_each_is_a_line(self, baoshan):
        RubricFactory(programme=ProgrammeFactory(slug="another"))
        out = io.StringIO()

        call_command("score", SLUG, "another", SLUG, "--as-of", Q3_END, "--json", stdout=out)

        first, second = (json.loads(line) for line in out.getvalue().splitlines())
        assert (first, second["programme"]) == (score("--as-of", Q3_END), "another")

    @pytest.mark.parametrize("slug", ["no-such-plan", "without-rubric"])
    def test_a_programme_that_is_unknown_or_has_no_rubric_is_exit_2(self, slug):
        ProgrammeFactory(slug="without-rubric")

        with pytest.raises(CommandError) as refused:
            call_command("score", slug, "--json")

        assert refused.value.returncode == 2


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """Runs `manage.py` in a process and with a database of its own."""
    folder = tmp_path_factory.mktemp("shell")
    places = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "VAR_DIR": str(folder)}
    environment = os.environ | places | {"DJANGO_SETTINGS_MODULE": "eldercare.settings"}

    def run(*args):
        command = [sys.executable, "manage.py", *args]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)

    run("migrate").check_returncode()
    run("demo", "--no-progress").check_returncode()
    return run


class TestInAShell:
    """The exit codes that scripts rely on."""

    def test_done_is_0_and_the_output_is_one_json_object(self, manage):
        done = manage("score", SLUG, "--json")
        same = manage("import_annex", str(FIXTURES / SLUG / "annex1_tasks.xlsx"), "--programme", SLUG, "--json")

        assert (done.returncode, json.loads(done.stdout)["programme"], done.stderr) == (0, SLUG, "")
        assert (same.returncode, json.loads(same.stdout)["unchanged"], same.stderr) == (0, 56, "")

    def test_errors_in_the_input_are_1(self, manage, tmp_path):
        (tmp_path / "q3.csv").write_text("街镇,新增家门口养老服务站\n月亮镇,3\n", encoding="utf-8")
        refused = manage("import_annex", str(tmp_path / "q3.csv"), "--programme", SLUG, "--quarter", "2024Q3", "--json")

        assert (refused.returncode, json.loads(refused.stdout)["errors"][0]["code"]) == (1, "unknown_town")

    @pytest.mark.parametrize(
        "args",
        [
            ("score",),
            ("score", "no-such-plan", "--json"),
            ("score", SLUG, "--as-of", "yesterday"),
            ("score", SLUG, "--no-target", "maybe"),
            ("import_annex", "none.xlsx", "--programme", SLUG),
            ("import_annex", "none.xlsx"),
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_2(self, manage, args):
        refused = manage(*args)

        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr
