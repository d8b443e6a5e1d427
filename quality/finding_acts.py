"""What can be done with a finding, as forms on its page: how each act is called, what it asks for, what is said after it."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality.finding_forms import Act, AssignForm, ExtendForm, FilesForm, WordsForm
from quality.finding_rules import Kind, is_major, may, next_acts
from quality.models import Finding, FindingAct, Severity
from tasks.reporting import new_key

FORMS = {  # of each act: its form, its button, what its words are called, and what is said when it is done
    Kind.ASSIGNED: (AssignForm, gettext_lazy("交办"), gettext_lazy("整改要求"), gettext_lazy("已交办%(finding)s。")),
    Kind.SIGNED: (Act, gettext_lazy("签收"), "", gettext_lazy("已签收%(finding)s。")),
    Kind.PROGRESSED: (
        FilesForm,
        gettext_lazy("报告整改进展"),
        gettext_lazy("整改进展"),
        gettext_lazy("已报告%(finding)s的整改进展。"),
    ),
    Kind.SUBMITTED: (
        FilesForm,
        gettext_lazy("提交整改"),
        gettext_lazy("采取的整改措施和结果"),
        gettext_lazy("%(finding)s的整改已提交，等待验收。"),
    ),
    Kind.RETURNED: (
        FilesForm,
        gettext_lazy("退回重改"),
        gettext_lazy("退回原因"),
        gettext_lazy("%(finding)s已退回重改。"),
    ),
    Kind.EXTENDED: (ExtendForm, gettext_lazy("延期"), gettext_lazy("延期原因"), gettext_lazy("%(finding)s已延期。")),
    Kind.VERIFIED: (
        FilesForm,
        gettext_lazy("复核通过"),
        gettext_lazy("复核意见"),
        gettext_lazy("%(finding)s已复核，由另一人销号。"),
    ),
    Kind.CLOSED: (FilesForm, gettext_lazy("销号"), gettext_lazy("验收意见"), gettext_lazy("%(finding)s已销号。")),
    Kind.VOIDED: (WordsForm, gettext_lazy("作废"), gettext_lazy("作废原因"), gettext_lazy("%(finding)s已作废。")),
}
FOLDED = (Kind.PROGRESSED, Kind.EXTENDED, Kind.RETURNED, Kind.VOIDED)  # what is seldom done, or done on the way


def forms_of(finding: Finding, acts: Sequence[FindingAct], user, posted: Act | None) -> list[dict]:
    """A form for each act that is the user's turn, the usual first; one that was refused keeps what was typed."""
    shown = []
    for kind in next_acts(finding, acts, user):
        form = _form(kind, finding, initial=_initial(kind, finding, acts))
        folded = kind in FOLDED or (kind == Kind.ASSIGNED and bool(acts))
        if posted and posted.kind == kind:
            posted.data |= {posted.add_prefix("seen"): len(acts), posted.add_prefix("key"): new_key()}
            form, folded = posted, False
        button = _("重新交办") if kind == Kind.ASSIGNED and acts else FORMS[kind][1]
        shown.append({"kind": kind, "form": form, "button": button, "folded": folded})
    return shown


def posted_form(request, finding: Finding) -> Act | None:
    """The form of the act that was asked for, None where none was; 403 for an act that is another's part."""
    asked = request.POST.get("action", "")
    if asked not in Kind.values:
        messages.error(request, _("请选择要办理的事项。"))
        return None
    if not may(request.user, Kind(asked), finding):
        raise PermissionDenied
    oversized = getattr(request, "oversized_files", [])
    return _form(Kind(asked), finding, data=request.POST.dict(), files=request.FILES, oversized=oversized)


def said_of(kind: Kind) -> str:
    """What is said when it is done."""
    return str(FORMS[kind][3])


def _form(kind: Kind, finding: Finding, **given) -> Act:
    made, _button, label, _said = FORMS[kind]
    if issubclass(made, WordsForm):
        given["label"] = label
    form = made(finding=finding, prefix=kind.value, **given)
    form.kind = kind
    return form


def _initial(kind: Kind, finding: Finding, acts: Sequence[FindingAct]) -> dict:
    initial = {"seen": len(acts), "key": new_key()}
    if kind == Kind.ASSIGNED:
        initial["responsible"] = finding.responsible or finding.facility.director
        initial["severity"] = Severity.MAJOR if is_major(finding, acts) else Severity.ORDINARY
        initial["due_on"] = finding.due_on
    return initial
