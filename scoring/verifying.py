"""Whether a frozen assessment is still what was frozen, and whether the ledger still gives the same."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from scoring import canonical, sealing
from scoring.acting import Kind, act_of
from scoring.assessments import ruled
from scoring.differences import TownDifference, differences
from scoring.freezing import Placed, scores_of, sections_json
from scoring.models import Assessment, AssessmentAct, FinalResult


@dataclass(frozen=True)
class Fault:
    """What was changed behind the portal's back: the town's code and the line's key where that can be told."""

    code: str
    message: str
    town: str = ""
    key: str = ""


@dataclass(frozen=True)
class Verdict:
    """`intact`: the stored rows are those that were sealed. `equal`: the ledger gives the same points to the cent."""

    assessment: Assessment
    sha256: str
    faults: list[Fault]
    differences: list[TownDifference]

    @property
    def intact(self) -> bool:
        return not self.faults

    @property
    def equal(self) -> bool:
        return not self.differences

    def as_json(self) -> dict:
        one = self.assessment
        facts = {"assessment": one.pk, "programme": one.programme.slug, "title": one.title, "state": one.state.value}
        return facts | {
            "sha256": self.sha256,
            "intact": self.intact,
            "equal": self.equal,
            "faults": [asdict(fault) for fault in self.faults],
            "differences": [difference.as_json() for difference in self.differences],
        }


def verify(assessment: Assessment) -> Verdict:
    """Compare the stored rows with their hashes, and with what the ledger gives as of and as known on its days.

    `assessment` was read as `standing` and is frozen. Writes nothing.
    """
    frozen = act_of(assessment, Kind.FROZEN)
    try:
        faults = list(_faults(assessment, frozen))
        found = differences(
            assessment, sealing.stored(assessment), scores_of(assessment, frozen.at), ruled={}, standing={}
        )
    except (ArithmeticError, KeyError, StopIteration, TypeError, ValueError) as error:
        return Verdict(assessment, frozen.sha256, [Fault("unreadable", _unreadable(error))], [])
    return Verdict(assessment, frozen.sha256, faults, found)


def _unreadable(error: Exception) -> str:
    return _("存储的内容已无法读取（%(error)s），已被改动。") % {"error": f"{type(error).__name__} {error}"}


def _faults(assessment: Assessment, frozen: AssessmentAct) -> Iterator[Fault]:
    results, named = sealing.stored(assessment), False
    for result, lines in results:
        for fault in [*_of_town(result), *(fault for line in lines for fault in _of_line(result, line))]:
            named = True
            yield fault
    if not named and canonical.digest(sealing.document(assessment, frozen, results)) != frozen.sha256:
        words = _("存储的内容与冻结时的校验码 %(hash)s 不符：考核要素被改动，或有行被增删。")
        yield Fault("changed_seal", words % {"hash": frozen.sha256})
    if final := act_of(assessment, Kind.FINAL):
        yield from _of_final(assessment, frozen, final)


def _of_town(result) -> Iterator[Fault]:
    if sealing.result_digest(result) != result.digest:
        words = _("%(town)s的总分、名次、等次或各部分得分与冻结时不符，已被改动。")
        yield Fault("changed_result", words % {"town": result.name}, result.code)


def _of_line(result, line) -> Iterator[Fault]:
    if sealing.line_digest(line) != line.digest:
        words = _("%(town)s“%(line)s”一行与冻结时不符，已被改动。")
        yield Fault("changed_line", words % {"town": result.name, "line": line.title}, result.code, line.key)


def _of_final(assessment: Assessment, frozen: AssessmentAct, final: AssessmentAct) -> Iterator[Fault]:
    finals = {
        one.result.town_id: one
        for one in FinalResult.objects.filter(result__assessment=assessment).select_related("result")
    }
    named = False
    for row in ruled(assessment):
        one = finals.get(row.town.pk)
        if one is None or _standing(row) != (one.total, one.rank, one.grade, one.sections):
            named = True
            words = _("%(town)s的最终结果与冻结结果加裁定不符，已被改动。") % {"town": row.town.name}
            yield Fault("changed_final", words, row.town.code)
    if not named and canonical.digest(sealing.final_document(frozen)) != final.sha256:
        words = _("裁定或最终结果与定稿时的校验码 %(hash)s 不符，已被改动。") % {"hash": final.sha256}
        yield Fault("changed_final_seal", words)


def _standing(row: Placed) -> tuple:
    return row.score.total, row.rank, row.grade, sections_json(row.score)
