"""Annex 3 into a rubric: every clause compiled to a rule; a changed rubric is a new version."""

import re
from collections import Counter
from collections.abc import Sequence

from django.db.models import Max

from scoring.clauses import Compiled, compile_clause
from scoring.linking import own_indicator
from scoring.models import Criterion, CriterionLink, Rubric, Section
from scoring.rule_text import kind_label, rule_lines
from scoring.rules import load_rule
from tasks.annexes.grid import Grid
from tasks.annexes.problems import WARNING, Problem, warning
from tasks.annexes.rubric import RubricRow, read_rubric
from tasks.annexes.words import joined
from tasks.annexes.words import text as _
from tasks.changes import AnnexResource
from tasks.importing import Annex, Context, Table, register
from tasks.limits import beyond_limits
from tasks.models import Indicator

# The words by which a clause, or a note below the table, leaves a calculation to be announced.
PENDING = re.compile(r"待定|另行(?:通知|公布|确定|制定)|确定后(?:告知|通知|公布)|待[^，。；]{0,6}(?:明确|公布)")
MAX_TITLE = Criterion._meta.get_field("title").max_length


def rubric_table(grids: Sequence[Grid], context: Context) -> Table:
    """The lines of annex 3 with their compiled rules; a clause that is not understood is a warning."""
    read = read_rubric(grids)
    table = Table(problems=list(read.problems))
    weights: dict[int, list] = {}
    for row in read.rows:
        weights.setdefault(row.section_number, []).append(row.weight)
        compiled = compile_clause(row.clause, row.weight, section_title=row.section_title)
        cell = row.cells["clause"]
        table.problems += [warning(cell, found.code, found.message) for found in compiled.warnings]
        table.add(
            cell,
            {
                "key": f"{row.section_number}.{len(weights[row.section_number])}",
                "order": len(table.rows) + 1,
                "number": row.section_number,
                "section": row.section_title,
                "section_weight": row.section_weight,
                "title": compiled.title,
                "clause": row.clause,
                "weight": row.weight,
                "rule": compiled.rule.to_dict(),
                "pending": bool(PENDING.search(row.clause)),
                "own_indicator": (compiled.indicator, compiled.unit) if compiled.indicator else None,
                "notes": "\n".join(read.notes),
            },
        )
        if table.rows[-1]["pending"]:
            table.problems.append(warning(cell, "pending", _("计算方式待定，公布之前暂按读出的规则计分")))
        table.problems += _beyond_limits(row, compiled)
    _tell_apart(table.rows)
    table.problems += _pending_notes(read.notes)
    table.problems += _removed(table.rows, context)
    return table


def _pending_notes(notes: list[str]) -> list[Problem]:
    """A note may name lines in words of its own: which ones it means is the administrator's to say."""
    message = _("说明中有计算方式待定的评分项，请在评分细则的草案中标注")
    return [Problem("", "", note, "pending_note", message, WARNING) for note in notes if PENDING.search(note)]


def _beyond_limits(row: RubricRow, compiled: Compiled) -> list[Problem]:
    section, clause = row.cells["section"], row.cells["clause"]
    problems = beyond_limits(section, Section, number=row.section_number, title=row.section_title)
    problems += beyond_limits(section, Section, weight=row.section_weight)
    problems += beyond_limits(row.cells["weight"], Criterion, weight=row.weight)
    if compiled.indicator:
        problems += beyond_limits(clause, Indicator, name=compiled.indicator, unit=compiled.unit)
    for part in compiled.parts:
        problems += beyond_limits(clause, CriterionLink, part=part)
    return problems


def _tell_apart(rows: list[dict]) -> None:
    """Give each line a title of its own, since marks go by it: where two share one, their whole clauses or their keys."""
    for row in rows:
        row["title"] = _shortened(row["title"])
    for title_of in (lambda row: "".join(row["clause"].split()), lambda row: f"{row['key']} {row['title']}"):
        shared = Counter(row["title"] for row in rows)
        for row in rows:
            if shared[row["title"]] > 1:
                row["title"] = _shortened(title_of(row))


def _shortened(title: str) -> str:
    return title if len(title) <= MAX_TITLE else f"{title[: MAX_TITLE - 1]}…"


def _removed(rows: list[dict], context: Context) -> list[Problem]:
    """The lines in force that the table does not have: a version is whole, so they would be gone."""
    in_force = Criterion.objects.filter(
        section__rubric__programme=context.programme, section__rubric__state=Rubric.State.IN_FORCE
    )
    gone = in_force.exclude(key__in=[row["key"] for row in rows]) if rows else []
    message = _("现行评分项“%(title)s”（%(weight)s 分）不在表中，写入后不再计分")
    return [
        Problem(
            "",
            "",
            line.title,
            "removed_line",
            message % {"title": line.title, "weight": f"{line.weight.normalize():f}"},
            WARNING,
        )
        for line in gone
    ]


class RubricResource(AnnexResource):
    """Lines by key, compared with the rubric in force. Any difference makes the next version of the whole rubric."""

    def load(self):
        in_force = Criterion.objects.filter(
            section__rubric__programme=self.context.programme, section__rubric__state=Rubric.State.IN_FORCE
        )
        in_force = in_force.select_related("section")
        self.rules = {line.clause: line.rule for line in in_force}
        self.section_weights = {line.key: line.section.weight for line in in_force}
        return {
            line.key: (line.title, line.clause, line.weight, line.section.title, line.section.weight)
            for line in in_force
        }

    def key(self, row):
        return row["key"]

    def says(self, row):
        """The words and weights; a section's weight that the table does not print is the one that stands."""
        section_weight = row["section_weight"]
        if section_weight is None:
            section_weight = self.section_weights.get(row["key"])
        return row["title"], row["clause"], row["weight"], row["section"], section_weight

    def subject(self, row):
        return row["title"]

    def words(self, said):
        _title, clause, weight, section, section_weight = said
        if section_weight is not None:
            section = f"{section}（{section_weight.normalize():f}）"
        return f"{section} · {clause}（{weight.normalize():f}）"

    def note(self, row):
        """The rule that will hold: a clause in force keeps its own, as `_keep_links` does."""
        rule = load_rule(self.rules.get(row["clause"], row["rule"]))
        return joined("\n", [kind_label(rule), *rule_lines(rule, row["weight"])])

    def write(self, rows, changed):
        removed = set(self.existing) - {row["key"] for row in rows}
        if changed or removed:
            write_version(self.context.programme, rows)


def write_version(programme, rows: list[dict]) -> Rubric:
    """The next version of a programme's rubric, in force at once; lines that stay keep their links."""
    earlier = Rubric.objects.filter(programme=programme)
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    before = earlier.in_force().first()
    if before:
        before.state = Rubric.State.RETIRED
        before.save()
    rubric = Rubric.objects.create(programme=programme, version=version, notes=rows[0]["notes"])
    sections: dict[int, Section] = {}
    for row in rows:
        if row["number"] not in sections:
            weight = row["section_weight"]
            if weight is None:
                weight = sum(r["weight"] for r in rows if r["number"] == row["number"])
            sections[row["number"]] = Section.objects.create(
                rubric=rubric, number=row["number"], title=row["section"], weight=weight
            )
        names = ("key", "order", "title", "clause", "weight", "rule", "pending")
        criterion = Criterion.objects.create(section=sections[row["number"]], **{name: row[name] for name in names})
        if row["own_indicator"]:
            indicator = own_indicator(programme, *row["own_indicator"])
            CriterionLink.objects.create(criterion=criterion, indicator=indicator, part="")
    if before:
        _keep_links(before, rubric)
    return rubric


def _keep_links(before: Rubric, rubric: Rubric) -> None:
    old = {c.clause: c for c in Criterion.objects.filter(section__rubric=before).prefetch_related("links")}
    for criterion in Criterion.objects.filter(section__rubric=rubric):
        if known := old.get(criterion.clause):
            Criterion.objects.filter(pk=criterion.pk).update(pending=known.pending, rule=known.rule)
            for link in known.links.all():
                CriterionLink.objects.get_or_create(criterion=criterion, indicator=link.indicator, part=link.part)


def register_annexes() -> None:
    """The kind of table that this app reads; called once the app is ready."""
    register("rubric", Annex(rubric_table, RubricResource))
