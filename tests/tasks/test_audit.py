"""The audit chain: what is decided or marked is chained, and every change behind the portal's back is found and named."""

import datetime as dt
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from districts.models import District
from scoring.marking import give, revoke
from scoring.models import Mark
from tasks import audit, audited, drafts, evidence, verifying
from tasks.audited import KINDS
from tasks.models import AuditEntry, AuditHead, Decision, Evidence, Report, Site, Submission
from tasks.reporting import accept, return_
from tasks.verifying import verify
from tests.factories import (
    CriterionFactory,
    DistrictFactory,
    IndicatorFactory,
    PeriodFactory,
    TownFactory,
    a_file,
    accepted,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period(district):
    return PeriodFactory(quarter=3, programme__district=district)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


@pytest.fixture
def mark(period, miaohang, staff):
    criterion = CriterionFactory(section__rubric__programme=period.programme, title="信息报送")
    return give(
        criterion=criterion,
        town=miaohang,
        points=Decimal("2.50"),
        reason="报送及时",
        document="通报第3期",
        given_on=dt.date(2024, 10, 1),
        by=staff,
        key="mark",
    )


@pytest.fixture
def report(period, miaohang, beds, official, staff):
    """Accepted, with a file and a site."""
    report = reported(period, miaohang, subject=beds, value=Decimal(6), words="两处", by=official)[0]
    evidence.attach(a_file(), by=official, report=report)
    Site.objects.create(
        district=report.district, report=report, order=1, name="甲站", address="共康路1号", on=dt.date(2024, 9, 1)
    )
    accept(reports=[report], by=staff)
    return report


@pytest.fixture
def chain(report, mark, period, youyi, beds, staff):
    """Three entries: an accepted report, a mark, a returned report."""
    returned = reported(period, youyi, subject=beds, value=Decimal(9))[0]
    return_(reports=[returned], by=staff, reason="请附清单")
    return list(AuditEntry.objects.order_by("number"))


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def broken(district):
    found = verify(district).broken
    return found and (found.code, found.number, found.kind, found.row)


def test_every_decision_and_mark_is_chained_in_order(chain, district, report, mark):
    kinds = [(entry.number, entry.kind) for entry in chain]
    head = AuditHead.objects.get(district=district)

    assert kinds == [(1, "tasks.decision"), (2, "scoring.mark"), (3, "tasks.decision")]
    assert [entry.row for entry in chain][:2] == [report.decision.pk, mark.pk]
    assert (head.number, head.hash) == (3, chain[-1].hash)
    assert len({entry.hash for entry in chain}) == 3
    assert verify(district).broken is None


def test_a_mark_taken_back_is_chained_and_one_sent_twice_is_chained_once(mark, staff, district):
    revocation = revoke(mark=mark, reason="重复", by=staff)
    give(
        **{
            name: getattr(mark, name)
            for name in ("criterion", "town", "points", "reason", "document", "given_on", "by", "key")
        }
    )

    assert list(AuditEntry.objects.values_list("row", flat=True)) == [mark.pk, revocation.pk]


CHANGES = [
    ("tasks_decision", "reason = 'x'"),
    ("tasks_decision", "outcome = 'returned', reason = 'x'"),
    ("tasks_decision", "own = NOT own"),
    ("tasks_decision", "at = '2024-01-01 00:00:00+00:00'"),
    ("tasks_decision", "by_id = NULL"),
    ("tasks_report", "value = 60"),
    ("tasks_report", "increment = 0"),
    ("tasks_report", "numerator = 1, denominator = 2"),
    ("tasks_report", "words = 'x'"),
    ("tasks_report", "reason = 'x'"),
    ("tasks_report", "origin = 'x'"),
    ("tasks_report", 'warnings = \'[{"kind": "jump"}]\''),
    ("tasks_report", "as_at = '2024-01-01'"),
    ("tasks_report", "as_at_stated = NOT as_at_stated"),
    ("tasks_report", "revision = revision + 5"),
    ("tasks_report", "town_id = NULL"),
    ("tasks_submission", "by_id = NULL"),
    ("tasks_submission", "key = 'x'"),
    ("tasks_submission", "source = 'demo'"),
    ("tasks_submission", "at = '2024-01-01 00:00:00+00:00'"),
    ("tasks_submission", "town_id = NULL"),
    ("tasks_evidence", "sha256 = 'x'"),
    ("tasks_evidence", "name = 'x'"),
    ("tasks_evidence", "file = 'x'"),
    ("tasks_evidence", "size = 1"),
    ("tasks_site", "name = 'x'"),
    ("tasks_site", "address = 'x'"),
    ("tasks_site", "\"on\" = '2024-01-01'"),
    ("tasks_site", '"order" = 9'),
]
MARK_CHANGES = [
    "points = 9",
    "grade = 'x'",
    "reason = 'x'",
    "document = 'x'",
    "given_on = '2024-01-01'",
    "at = '2024-01-01 00:00:00+00:00'",
    "by_id = NULL",
    "key = 'x'",
    "demo = NOT demo",
]


@pytest.mark.parametrize(("table", "change"), CHANGES)
def test_a_changed_field_of_what_was_decided_is_found(chain, district, report, table, change):
    of = {"tasks_decision": "report_id", "tasks_report": "id", "tasks_submission": "id"}.get(table, "report_id")
    key = report.submission_id if table == "tasks_submission" else report.pk

    sql(f"UPDATE {table} SET {change} WHERE {of} = %s", key)

    assert broken(district) == ("changed_row", 1, "tasks.decision", chain[0].row)


@pytest.mark.parametrize("change", MARK_CHANGES)
def test_a_changed_field_of_a_mark_is_found(chain, district, mark, change):
    sql(f"UPDATE scoring_mark SET {change} WHERE id = %s", mark.pk)

    assert broken(district) == ("changed_row", 2, "scoring.mark", mark.pk)


def test_no_stored_field_is_left_out_of_the_digest(chain):
    """What is not in the content could be changed unseen."""
    content = audited.contents("tasks.decision", [chain[0].row])[chain[0].row]
    parts = {Decision: content, Report: content["report"], Submission: content["submission"]}
    parts |= {Evidence: content["report"]["files"][0], Site: content["report"]["sites"][0]}
    parts[Mark] = audited.contents("scoring.mark", [chain[1].row])[chain[1].row]

    for model, part in parts.items():
        stored = {field.attname for field in model._meta.concrete_fields if not field.generated}
        assert stored - set(part) == set()


def test_a_removed_decision_is_found(chain, district):
    sql("DELETE FROM tasks_decision WHERE id = %s", chain[0].row)

    assert broken(district) == ("removed_row", 1, "tasks.decision", chain[0].row)


@pytest.mark.parametrize("table", ["tasks_evidence", "tasks_site"])
def test_a_removed_file_or_site_is_found(chain, district, table):
    sql(f"DELETE FROM {table}")

    assert broken(district) == ("changed_row", 1, "tasks.decision", chain[0].row)


def test_a_file_added_to_an_accepted_report_is_found(chain, district, report, official):
    evidence.attach(a_file("后补.pdf"), by=official, report=report)

    assert broken(district) == ("changed_row", 1, "tasks.decision", chain[0].row)


def test_a_decision_inserted_behind_the_back_is_found(chain, district, period, beds):
    town = TownFactory(district=district)
    waiting = reported(period, town, subject=beds, value=Decimal(50))[0]
    sql(
        "INSERT INTO tasks_decision (district_id, report_id, outcome, reason, own, at) VALUES (%s, %s, %s, %s, %s, %s)",
        district.pk, waiting.pk, "accepted", "", False, dt.datetime(2024, 10, 1, tzinfo=dt.UTC),
    )  # fmt: skip

    assert broken(district) == ("row_without_entry", None, "tasks.decision", waiting.decision.pk)


ENTRY_CHANGES = ["kind = 'x'", "row = row + 1000", "digest = 'x'", "hash = 'x'", "at = '2024-01-01 00:00:00+00:00'"]


@pytest.mark.parametrize("change", ENTRY_CHANGES)
def test_a_changed_entry_is_found(chain, district, change):
    sql(f"UPDATE tasks_auditentry SET {change} WHERE number = 2")

    assert broken(district) == ("changed_entry", 2, "", None)


@pytest.mark.parametrize("change", ["number = 9", f"district_id = (SELECT max(id) FROM {District._meta.db_table})"])
def test_an_entry_moved_elsewhere_leaves_a_gap(chain, district, change):
    DistrictFactory(code="310105", name="长宁区")

    sql(f"UPDATE tasks_auditentry SET {change} WHERE number = 2")

    assert broken(district) == ("missing_entry", 2, "", None)


def test_a_removed_entry_is_found(chain, district):
    sql("DELETE FROM tasks_auditentry WHERE number = 1")

    assert broken(district) == ("missing_entry", 1, "", None)


def test_an_entry_whose_digest_was_made_to_match_a_changed_row_breaks_the_chain(chain, district, mark):
    sql("UPDATE scoring_mark SET points = 9 WHERE id = %s", mark.pk)
    made = audited.digest(audited.contents("scoring.mark", [mark.pk])[mark.pk])
    sql("UPDATE tasks_auditentry SET digest = %s WHERE number = 2", made)

    assert broken(district) == ("changed_entry", 2, "", None)


def test_a_rewritten_link_shows_at_the_next_entry(chain, district, mark):
    entry = chain[1]
    sql("UPDATE scoring_mark SET points = 9 WHERE id = %s", mark.pk)
    entry.digest = audited.digest(audited.contents("scoring.mark", [mark.pk])[mark.pk])
    sql(
        "UPDATE tasks_auditentry SET digest = %s, hash = %s WHERE number = 2",
        entry.digest, audit.linked(chain[0].hash, entry),
    )  # fmt: skip

    assert broken(district) == ("changed_entry", 3, "", None)


def test_an_end_cut_off_with_its_rows_does_not_match_the_head(chain, district):
    sql("DELETE FROM tasks_auditentry WHERE number = 3")
    sql("DELETE FROM tasks_decision WHERE id = %s", chain[2].row)

    assert broken(district) == ("wrong_head", 3, "", None)


def test_a_head_set_back_too_is_found_by_the_hash_that_was_noted(chain, district):
    sql("DELETE FROM tasks_auditentry WHERE number = 3")
    sql("DELETE FROM tasks_decision WHERE id = %s", chain[2].row)
    sql("UPDATE tasks_audithead SET number = 2, hash = %s", chain[1].hash)

    assert verify(district).broken is None
    assert verify(district, expect=chain[2].hash).broken.code == "unexpected_head"
    assert verify(district, expect=chain[1].hash).broken is None


def test_a_removed_head_is_found(chain, district):
    sql("DELETE FROM tasks_audithead")

    assert broken(district) == ("missing_head", None, "", None)


def test_the_first_broken_one_is_named_with_place_period_and_line(chain, district, report, mark):
    sql("UPDATE scoring_mark SET points = 9 WHERE id = %s", mark.pk)
    assert verify(district).broken.message == (
        f"第 2 号审计记录（2024-10-15 10:00）所记的评分 {mark.pk}（庙行镇 信息报送 2024-10-01）与当时所记不符，已被改动。"
    )

    sql("UPDATE tasks_report SET value = 60 WHERE id = %s", report.pk)
    assert verify(district).broken.message == (
        f"第 1 号审计记录（2024-10-15 10:00）所记的审核 {chain[0].row}（庙行镇 2024Q3 新增养老床位 r1）与当时所记不符，已被改动。"
    )


def test_a_row_that_can_not_even_be_read_is_named_too(chain, district, mark, monkeypatch):
    """SQLite takes a word in a figure's place."""

    def contents(kind, keys):
        if mark.pk in keys and kind == "scoring.mark":
            raise ValueError("not a figure")
        return audited.contents(kind, keys)

    monkeypatch.setattr(verifying, "contents", contents)

    assert broken(district) == ("changed_row", 2, "scoring.mark", mark.pk)


def test_rows_from_before_the_chain_go_in_when_it_begins(chain, district, report, mark):
    sql("DELETE FROM tasks_auditentry")
    sql("DELETE FROM tasks_audithead")
    assert broken(district) == ("row_without_entry", None, "scoring.mark", mark.pk)

    assert audit.begin(district.pk) is True

    assert list(AuditEntry.objects.values_list("number", "kind")) == [
        (1, "scoring.mark"),
        (2, "tasks.decision"),
        (3, "tasks.decision"),
    ]
    assert verify(district).broken is None


def test_a_chain_that_was_begun_takes_nothing_in_by_itself(chain, district):
    sql("DELETE FROM tasks_auditentry WHERE number = 3")

    assert audit.begin(district.pk) is False
    assert broken(district) == ("wrong_head", 3, "", None)


def test_the_first_decision_after_an_upgrade_begins_the_chain(chain, district, period, beds):
    sql("DELETE FROM tasks_auditentry")
    sql("DELETE FROM tasks_audithead")

    accepted(period, TownFactory(district=district), subject=beds, value=Decimal(1))

    assert AuditEntry.objects.count() == 4
    assert verify(district).broken is None


def test_each_district_has_a_chain_of_its_own(chain, district):
    other = PeriodFactory(programme__district=DistrictFactory(code="310105", name="长宁区"))
    accepted(
        other,
        TownFactory(district=other.programme.district),
        subject=IndicatorFactory(programme=other.programme),
        value=Decimal(1),
    )
    sql("UPDATE tasks_auditentry SET hash = 'x' WHERE district_id = %s AND number = 2", district.pk)

    assert verify(other.programme.district).number == 1
    assert verify(other.programme.district).broken is None
    assert broken(district)[0] == "changed_entry"


def test_bytes_that_somebody_put_in_a_text_s_place_are_content_that_differs():
    assert audited.digest({"words": b"\xff\x00"}) != audited.digest({"words": ""})


def test_the_digest_is_the_same_on_every_database_and_in_every_version():
    """Frozen: another digest for the same row would break every chain that was ever written."""
    content = {
        "id": 7,
        "value": Decimal("6.5000000000"),
        "zero": Decimal("-0E-10"),
        "large": Decimal("1E+3"),
        "at": dt.datetime(2024, 10, 9, 18, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        "as_at": dt.date(2024, 9, 30),
        "words": "两处",
        "count": 0,
        "own": True,
        "sites": [{"order": 1, "facility_id": None}],
    }
    empty = {"added_later": "", "none": None, "no": False, "list": [], "object": {}}

    assert audited.digest(content) == audited.digest(content | empty)
    assert (
        audited.digest(content)
        == hashlib.sha256(
            '{"as_at":"2024-09-30","at":"2024-10-09T10:30:00.000000+00:00","count":0,"id":7,"large":"1000","own":true,'
            '"sites":[{"order":1}],"value":"6.5","words":"两处","zero":"0"}'.encode()
        ).hexdigest()
    )


@pytest.mark.parametrize("lines", [1, 40])
def test_chaining_costs_the_same_queries_for_one_line_and_for_many(
    chain, period, district, lines, django_assert_num_queries
):
    decisions = []
    for _line in range(lines):
        indicator = IndicatorFactory(programme=period.programme)
        report = reported(period, TownFactory(district=district), subject=indicator, value=Decimal(1))[0]
        decisions.append(Decision(district=district, report=report, outcome="accepted"))
    Decision.objects.bulk_create(decisions)

    with django_assert_num_queries(10):
        audit.append(rows=decisions)


@pytest.mark.parametrize("entries", [3, 43])
def test_verifying_costs_the_same_queries_for_few_and_for_many(
    chain, period, district, beds, entries, django_assert_num_queries
):
    for _more in range(entries - 3):
        accepted(period, TownFactory(district=district), subject=beds, value=Decimal(1))

    with django_assert_num_queries(len(KINDS) + 13):
        assert verify(district).number == entries


@pytest.mark.django_db(transaction=True)
def test_reviewers_at_once_keep_the_chain_whole(district, period, beds):
    """On SQLite one writes at a time anyway."""
    reports = [
        reported(period, TownFactory(district=district), subject=beds, value=Decimal(number))[0] for number in range(12)
    ]

    def decide(report):
        try:
            accept(reports=[report], by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4 if connection.features.has_select_for_update else 1) as reviewers:
        list(reviewers.map(decide, reports))

    assert verify(district).number == 12
    assert verify(district).broken is None


def command(*options):
    """What the command printed, and its exit code."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *options, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def test_the_command_prints_the_head_of_an_intact_chain(chain, district):
    assert command() == (f"310113  ✓ 3  {chain[-1].hash}\n", 0)
    assert command("--district", "310113", "--expect", chain[0].hash)[1] == 0


def test_the_command_exits_1_and_names_the_first_broken_one(chain, district, mark):
    sql("DELETE FROM scoring_mark WHERE id = %s", mark.pk)

    told, code = command()

    assert code == 1
    assert told == f"310113  ✗ 第 2 号审计记录（2024-10-15 10:00）所记的评分 {mark.pk}已不存在。\n"


def test_the_command_prints_json(chain, district, mark):
    sql("DELETE FROM scoring_mark WHERE id = %s", mark.pk)

    told, code = command("--json")

    answer = json.loads(told)
    broken = answer["districts"][0].pop("broken")
    assert (code, answer["intact"]) == (1, False)
    assert answer["districts"] == [{"district": "310113", "number": 1, "hash": chain[0].hash, "intact": False}]
    assert (broken["code"], broken["number"], broken["kind"], broken["row"]) == (
        "removed_row",
        2,
        "scoring.mark",
        mark.pk,
    )


def test_the_command_begins_a_chain_only_when_told_to(chain, district):
    sql("DELETE FROM tasks_auditentry")
    sql("DELETE FROM tasks_audithead")

    assert command()[1] == 1
    assert command("--begin")[1] == 0
    assert AuditHead.objects.get().number == 3


@pytest.mark.parametrize("options", [["--district", "999999"], ["--expect", "x"]])
def test_wrong_usage_exits_2(district, options):
    with pytest.raises(CommandError) as wrong:
        call_command("verify_audit", *options)

    assert wrong.value.returncode == 2


def test_a_submit_that_comes_again_after_the_decision_adds_no_file_to_it(
    period, district, miaohang, beds, official, staff
):
    def fill_and_send():
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "6"}, version=0, by=official)
        line = next(line for line in drafts.sheet(period, miaohang) if line.subject == beds)
        drafts.attach(a_file(), line=line, town=miaohang, by=official)
        return drafts.submit_sheet(period=period, town=miaohang, by=official, key="key", seen={})

    report = fill_and_send().reports.get()
    accept(reports=[report], by=staff)
    fill_and_send()

    assert verify(district).broken is None
    assert (report.evidence.count(), Evidence.objects.filter(draft__isnull=False).count()) == (1, 1)
