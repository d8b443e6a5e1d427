"""A frozen assessment is verified: a changed byte is found and named; the ledger gives the same, or it is told where not."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from scoring import canonical, sealing
from scoring.appealing import appeal, rule
from scoring.assessments import act_of, finalise
from scoring.changed_since import changed_since
from scoring.marking import give, revoke
from scoring.models import AssessmentAct, CriterionLink, Mark
from scoring.verifying import verify
from tasks import verifying
from tests.factories import CriterionFactory, CriterionLinkFactory, IndicatorFactory, TargetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

NOVEMBER = dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC)


def tamper(table, column, value, **where):
    """Change a column behind the portal's back."""
    (name, key) = next(iter(where.items()))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE scoring_{table} SET {column} = %s WHERE {name} = %s", [value, key])


def faults(assessment):
    return [(fault.code, fault.town, fault.key) for fault in verify(assessment).faults]


class TestCanonical:
    def test_order_blanks_and_zeros_make_no_difference(self):
        one = {"b": Decimal("8.50"), "a": [dt.date(2024, 9, 30), None, True]}
        other = {"a": [dt.date(2024, 9, 30), None, True], "b": Decimal("8.5")}
        assert canonical.text(one) == canonical.text(other) == '{"a":["2024-09-30",null,true],"b":"8.5"}'

    @pytest.mark.parametrize(("number", "text"), [("1E+2", '"100"'), ("-0.00", '"0"'), ("0.10", '"0.1"')])
    def test_a_number_has_one_form(self, number, text):
        assert canonical.text(Decimal(number)) == text

    @pytest.mark.parametrize("value", [0.1, dt.datetime(2024, 1, 1), {1}])
    def test_what_has_no_one_form_is_refused(self, value):
        with pytest.raises(TypeError):
            canonical.text({"a": value})

    def test_the_hash_is_that_of_the_text(self):
        assert canonical.digest({"镇": "庙行"}) == hashlib.sha256('{"镇":"庙行"}'.encode()).hexdigest()


class TestSeal:
    def test_holds_for_what_is_stored(self, plan):
        assessment = plan.frozen()
        frozen = act_of(assessment, "frozen")
        assert sealing.seal_of(assessment, frozen) == frozen.sha256
        verdict = verify(assessment)
        assert (verdict.intact, verdict.equal, verdict.sha256) == (True, True, frozen.sha256)

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("points", "30.01"),
            ("weight", "61"),
            ("explanation", "改"),
            ("clause", "改"),
            ("status", "awaiting"),
            ("rule", '{"kind": "manual"}'),
            ("inputs", '{"figures": {}, "awards": []}'),
        ],
    )
    def test_a_changed_line_is_named(self, plan, column, value):
        assessment = plan.frozen()
        tamper("resultline", column, value, id=plan.line(assessment, plan.miaohang).pk)
        assert faults(assessment) == [("changed_line", "310113112", "1.1")]

    @pytest.mark.parametrize(("column", "value"), [("total", "61"), ("rank", 1), ("grade", "优秀"), ("name", "庙行")])
    def test_a_changed_place_is_named(self, plan, column, value):
        assessment = plan.frozen()
        tamper("result", column, value, id=assessment.results.get(town=plan.miaohang).pk)
        assert faults(assessment) == [("changed_result", "310113112", "")]

    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("as_of", "2024-09-29", "changed_seal"),
            ("title", "改", "changed_seal"),
            ("no_target", "full", "changed_seal"),
            ("bands", '[["优秀", "0"]]', "changed_seal"),
            ("bands", "[]", "unreadable"),
        ],
    )
    def test_changed_rules_break_the_seal(self, plan, column, value, code):
        assessment = plan.frozen()
        tamper("assessment", column, value, id=assessment.pk)
        assert faults(plan.again(assessment)) == [(code, "", "")]

    def test_a_line_whose_own_hash_was_made_to_fit_breaks_the_seal(self, plan):
        assessment = plan.frozen()
        line = plan.line(assessment, plan.miaohang)
        line.points = Decimal(31)
        tamper("resultline", "points", "31", id=line.pk)
        tamper("resultline", "digest", sealing.line_digest(line), id=line.pk)
        assert faults(assessment) == [("changed_seal", "", "")]

    def test_a_removed_line_breaks_it_too(self, plan):
        assessment = plan.frozen()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM scoring_resultline WHERE id = %s", [plan.line(assessment, plan.miaohang).pk])
        assert faults(assessment) == [("changed_seal", "", "")]

    def test_even_a_seal_that_was_made_to_fit_is_found_by_the_audit_chain(self, plan, district):
        assessment = plan.frozen()
        assert verifying.verify(district).intact
        line = plan.line(assessment, plan.miaohang)
        line.points = Decimal(31)
        tamper("resultline", "points", "31", id=line.pk)
        tamper("resultline", "digest", sealing.line_digest(line), id=line.pk)
        frozen = act_of(assessment, "frozen")
        tamper("assessmentact", "sha256", sealing.seal_of(assessment, frozen), id=frozen.pk)

        assert faults(assessment) == []
        broken = verifying.verify(district).broken
        assert (broken.code, broken.kind, broken.row) == ("changed_row", "scoring.assessmentact", frozen.pk)

    def test_the_audit_chain_guards_the_stored_lines_themselves(self, plan, district):
        assessment = plan.frozen()
        tamper("resultline", "points", "31", id=plan.line(assessment, plan.miaohang).pk)
        assert verifying.verify(district).broken.code == "changed_row"

    def test_what_cannot_even_be_read_is_told(self, plan):
        assessment = plan.frozen()
        tamper("resultline", "inputs", "{}", id=plan.line(assessment, plan.miaohang).pk)
        assert faults(assessment) == [("unreadable", "", "")]


class TestFinalSeal:
    @pytest.fixture
    def final(self, plan, official, time_machine):
        assessment = plan.published()
        lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
        rule(appeal=lodged, upheld=True, points=Decimal(45), reason="补验收单", by=plan.staff)
        time_machine.move_to(NOVEMBER)
        finalise(assessment=assessment, by=plan.staff)
        return plan.again(assessment)

    def test_holds(self, final):
        assert faults(final) == []

    def test_a_changed_final_result_is_named(self, final, plan):
        tamper("finalresult", "total", "80", result_id=final.results.get(town=plan.miaohang).pk)
        assert faults(final) == [("changed_final", "310113112", "")]

    def test_a_changed_ruling_is_found(self, final):
        tamper("appealruling", "reason", "别的理由", outcome="upheld")
        assert faults(final) == [("changed_final_seal", "", "")]


class TestLedger:
    def test_a_later_correction_does_not_matter_as_known_on_the_day(self, plan, time_machine):
        assessment = plan.frozen()
        time_machine.move_to(NOVEMBER)
        plan.reports(plan.miaohang, 10)
        assert verify(assessment).equal

    def test_a_later_rubric_does_not_matter_either(self, plan, time_machine):
        assessment = plan.frozen()
        time_machine.move_to(NOVEMBER)
        plan.rubric.state = "retired"
        plan.rubric.save()
        plan.rubric.pk, plan.rubric.version, plan.rubric.state = None, 2, "in_force"
        plan.rubric.save()
        assert verify(assessment).equal

    @pytest.mark.parametrize("later", [dt.timedelta(microseconds=1), dt.timedelta(minutes=5), dt.timedelta(hours=14)])
    def test_what_was_accepted_later_on_the_same_day_does_not_matter(self, plan, october, time_machine, later):
        assessment = plan.frozen()
        time_machine.move_to(october + later, tick=False)  # 14 hours on it is midnight in Shanghai: the next day
        plan.reports(plan.miaohang, 10)
        plan.marks(plan.youyi, 1)
        TargetFactory(indicator=plan.beds, town=plan.gaojing, revision=2, value=Decimal(5))
        assert verify(assessment).equal

    def test_what_was_accepted_just_before_counts(self, plan, october, time_machine):
        time_machine.move_to(october - dt.timedelta(microseconds=1), tick=False)
        plan.reports(plan.miaohang, 10)
        time_machine.move_to(october, tick=False)
        assessment = plan.frozen()

        assert plan.line(assessment, plan.miaohang).points == 60
        assert verify(assessment).equal

    def test_settings_changed_minutes_later_do_not_matter(self, plan, october, time_machine):
        assessment = plan.frozen()
        time_machine.move_to(october + dt.timedelta(minutes=5), tick=False)
        plan.beds.direction = "lower"
        plan.beds.save()
        assert verify(assessment).equal

    def test_a_line_linked_anew_minutes_later_does_not_matter(self, plan, october, time_machine):
        assessment = plan.frozen()
        time_machine.move_to(october + dt.timedelta(minutes=5), tick=False)
        link = CriterionLink.objects.first()
        other = IndicatorFactory(programme=plan.programme)
        link.delete()
        CriterionLinkFactory(criterion=link.criterion, indicator=other, part=link.part)
        assert verify(assessment).equal

    def test_what_the_ledger_holds_for_that_very_moment_is_listed(self, plan):
        assessment = plan.frozen()
        plan.reports(plan.miaohang, 10)
        (town,) = [town for town in verify(assessment).differences if town.lines]

        assert (town.name, town.before, town.after) == ("庙行镇", (60, 3, "合格"), (90, 1, "优秀"))
        assert [(line.title, line.before, line.after, line.changes) for line in town.lines] == [
            ("床位建设", 30, 60, [("床位", "5张", "10张")])
        ]
        others = [(t.name, t.before[1], t.after[1]) for t in verify(assessment).differences if not t.lines]
        assert sorted(others) == sorted([("友谊路街道", 1, 2), ("高境镇", 2, 3)])

    def test_a_figure_that_vanished_from_the_ledger_is_listed(self, plan):
        assessment = plan.frozen()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tasks_decision SET outcome = 'returned', reason = 'x' WHERE report_id = %s", [_report(plan)]
            )
        (town,) = [town for town in verify(assessment).differences if town.lines]
        assert [(line.after, line.changes) for line in town.lines] == [(0, [("床位", "5张", "—")])]

    def test_a_changed_clause_is_listed(self, plan):
        assessment = plan.frozen()
        plan.by_beds.rule = {"kind": "completion", "part": "", "all_or_nothing": True}
        plan.by_beds.save()
        labels = {
            change.label for town in verify(assessment).differences for line in town.lines for change in line.changes
        }
        assert labels == {"计分规则"}


def _report(plan):
    return plan.beds.reports.get(town=plan.miaohang).pk


class TestChangedSince:
    def test_nothing_after_freezing_is_nothing(self, plan):
        assert changed_since(plan.published()) == []

    def test_a_corrected_figure_shows_what_it_would_do(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(NOVEMBER)
        plan.reports(plan.miaohang, 8)
        town = next(town for town in changed_since(assessment) if town.lines)

        assert (town.before, town.after, town.gain) == ((60, 3, "合格"), (78, 1, "合格"), 18)
        assert town.lines[0].changes == [("床位", "5张", "8张")]

    def test_so_does_a_mark_that_was_taken_back(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(NOVEMBER)
        revoke(mark=Mark.objects.get(town=plan.youyi), reason="录错", by=plan.staff)
        town = next(town for town in changed_since(assessment) if town.lines)

        assert (town.name, town.lines[0].title, town.lines[0].changes) == (
            "友谊路街道",
            "日常巡查",
            [("评分与加减分", "15.00（检查）", "—")],
        )

    def test_so_does_a_revised_target(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(NOVEMBER)
        TargetFactory(indicator=plan.beds, town=plan.miaohang, revision=2, value=Decimal(5))
        town = next(town for town in changed_since(assessment) if town.lines)
        assert town.lines[0].changes == [("床位 目标", "10张", "5张")]

    def test_figures_of_a_later_day_are_no_change(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(NOVEMBER)
        give(
            criterion=plan.by_hand,
            town=plan.miaohang,
            points=Decimal(1),
            reason="十月",
            document="记录",
            given_on=dt.date(2024, 10, 1),
            by=plan.staff,
            key="later",
        )
        assert changed_since(assessment) == []

    def test_what_was_ruled_stands_on_both_sides(self, plan, official, time_machine):
        assessment = plan.published()
        lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
        rule(appeal=lodged, upheld=True, points=Decimal(45), reason="补验收单", by=plan.staff)
        assert changed_since(assessment) == []

        time_machine.move_to(NOVEMBER)
        plan.reports(plan.miaohang, 10)
        (town,) = changed_since(assessment)
        assert (town.before, town.after, town.lines[0].before, town.lines[0].after) == (
            (75, 1, "合格"),
            (75, 1, "合格"),
            45,
            45,
        )

    def test_a_line_that_is_new_since_changes_nothing_stored(self, plan):
        assessment = plan.published()
        CriterionFactory(section=plan.by_hand.section, key="1.9", title="新项", order=9)
        assert [town.lines for town in changed_since(assessment)] == []


class TestCommand:
    def run(self, *arguments, status=0):
        out = StringIO()
        try:
            call_command("verify_assessment", *map(str, arguments), stdout=out)
        except SystemExit as ended:
            assert ended.code == status
        else:
            assert status == 0
        return out.getvalue()

    def test_says_in_a_line_that_all_is_well(self, plan):
        assessment = plan.frozen()
        sha256 = AssessmentAct.objects.get().sha256
        assert self.run(assessment.pk) == f"{assessment.pk}  ✓ 第三季度通报  {sha256}\n"

    def test_names_what_was_changed_and_ends_with_1(self, plan):
        assessment = plan.frozen()
        tamper("resultline", "points", "31", id=plan.line(assessment, plan.miaohang).pk)
        told = self.run(assessment.pk, status=1)
        assert "✗ 第三季度通报" in told
        assert "   庙行镇“床位建设”一行与冻结时不符，已被改动。\n" in told

    def test_lists_differences_from_the_ledger_and_ends_with_1(self, plan):
        assessment = plan.frozen()
        plan.reports(plan.miaohang, 10)
        told = self.run(assessment.pk, status=1)
        assert "   庙行镇  60.00 #3 合格 → 90.00 #1 优秀\n      床位建设  30.00 → 60.00  床位 5张 → 10张\n" in told

    def test_prints_one_json_object(self, plan):
        assessment = plan.frozen()
        plan.reports(plan.miaohang, 10)
        answer = json.loads(self.run(assessment.pk, "--json", status=1))
        one = answer["assessments"][0]

        assert (answer["verified"], one["intact"], one["equal"], one["faults"]) == (False, True, False, [])
        assert next(town for town in one["differences"] if town["lines"]) == {
            "town": "庙行镇",
            "code": "310113112",
            "before": {"total": "60.00", "rank": 3, "grade": "合格"},
            "after": {"total": "90.00", "rank": 1, "grade": "优秀"},
            "lines": [
                {
                    "key": "1.1",
                    "title": "床位建设",
                    "before": "30.00",
                    "after": "60.00",
                    "changes": [{"label": "床位", "before": "5张", "after": "10张"}],
                }
            ],
        }

    def test_all_takes_every_frozen_one_and_no_draft(self, plan):
        plan.frozen()
        plan.draft(key="b", title="草案")
        answer = json.loads(self.run("--all", "--json"))
        assert [one["title"] for one in answer["assessments"]] == ["第三季度通报"]

    def test_nothing_to_verify_is_verified(self, plan):
        assert json.loads(self.run("--all", "--json")) == {"verified": True, "assessments": []}

    @pytest.mark.parametrize("arguments", [[], ["1", "--all"], ["99999999"]])
    def test_wrong_usage_ends_with_2(self, plan, arguments):
        with pytest.raises(CommandError) as refused:
            call_command("verify_assessment", *arguments)
        assert refused.value.returncode == 2

    def test_a_draft_cannot_be_verified(self, plan):
        with pytest.raises(CommandError, match="已冻结考核"):
            call_command("verify_assessment", str(plan.draft().pk))
