"""The rubric in force back in the layout of annex 3."""

from django.utils.translation import gettext as _

from scoring.models import Rubric
from tasks.exports.annexes import ExportError, register
from tasks.exports.layouts import Section, rubric
from tasks.exports.sheet import Sheet, plain
from tasks.models import Period, Programme


def rubric_sheet(programme: Programme, period: Period | None) -> Sheet:
    """Annex 3: sections with their weights, each clause in the notice's words, the remarks below."""
    found = Rubric.objects.filter(programme=programme).in_force().first()
    if found is None:
        raise ExportError(_("本方案还没有评分细则，没有可导出的内容"))
    sections = [
        Section(
            section.number,
            f"{section.title}\n（{plain(section.weight)}分）",
            [(criterion.clause, criterion.weight) for criterion in section.criteria.all()],
        )
        for section in found.sections.prefetch_related("criteria")
    ]
    return rubric("附件3", f"{programme.title}考核评分细则", "考核评分细则", sections, found.notes.splitlines())


def register_exports() -> None:
    """The kind of table that this app writes; called once the app is ready."""
    register("rubric", rubric_sheet)
