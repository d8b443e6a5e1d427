"""Supervision sheets (督办单): the list, one sheet with what is done with it, its Word document, and issuing a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from districts.models import Town
from tasks import listing, supervising, supervision_prefill
from tasks.documents.supervision import document
from tasks.entry import read_whole
from tasks.history import newest_first
from tasks.models import Supervision, SupervisionAct, SupervisionState
from tasks.reporting import new_key
from tasks.supervision_form import ActForm, IssueForm, SupervisionFilter
from tasks.supervision_life import events
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

A_PAGE = 50
INVALID = 422
Kind = SupervisionAct.Kind
PARTS = {  # of each act: what its words are called, its button, and what is said when it is done
    Kind.SIGNED: ("", gettext_lazy("签收"), gettext_lazy("已签收%(sheet)s。")),
    Kind.ANSWERED: (gettext_lazy("答复内容"), gettext_lazy("提交答复"), gettext_lazy("已答复%(sheet)s。")),
    Kind.RETURNED: (gettext_lazy("退回原因"), gettext_lazy("退回答复"), gettext_lazy("%(sheet)s的答复已退回。")),
    Kind.CLOSED: (gettext_lazy("办结意见"), gettext_lazy("办结"), gettext_lazy("%(sheet)s已办结。")),
}


@allowed(see=Permission.SEE_TOWN)
def supervision_list(request, slug):
    """The sheets as they stood on a day, narrowed by state and town, the newest first."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    until = min(moment.as_of, moment.known_on or moment.as_of)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    wanted = SupervisionFilter(request.GET, towns=towns)
    sheets = wanted.narrow(_visible(request, programme).standing(until), moment.as_of)
    if fmt := listing.wanted(request):
        table = _table(sheets.select_related("programme", "town", "indicator", "task", "by"), moment.as_of)
        return listing.export(listing.named(_("督办单"), programme, moment), *table, fmt)
    page = Paginator(sheets, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "rows": [(sheet, sheet.days_overdue(moment.as_of)) for sheet in page.object_list],
        "filter": wanted,
        "filtered": any(wanted.cleaned_data.values()),
        "may_issue": request.user.may(Permission.REVIEW),
    }
    return render(request, "tasks/supervision_list.html", context | dates_context(programme, moment))


def _table(sheets, on) -> listing.Table:
    head = [
        *(_("编号"), _("街镇"), _("督办的指标或任务"), _("督办事项"), _("办理要求"), _("签发时间"), _("签发人")),
        *(_("办结期限"), _("状态"), _("逾期天数")),
    ]
    return head, [
        [
            *(sheet, sheet.town, sheet.subject, sheet.matter, sheet.requirement, timezone.localtime(sheet.at)),
            *(sheet.by, sheet.due_on, sheet.state.label, sheet.days_overdue(on)),
        ]
        for sheet in sheets
    ]


@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def supervision_page(request, slug, number):
    """One sheet; a post signs for it, answers, sends the answer back or closes it."""
    programme = programme_or_404(request, slug)
    sheet = _sheet_or_404(request, programme, number)
    posted = _posted(request, sheet) if request.method == "POST" else None
    if posted and _done(request, sheet, posted):
        return redirect(sheet)
    if posted:
        sheet = _sheet_or_404(request, programme, number)  # somebody may have been faster
    acts = list(sheet.acts.select_related("by"))
    forms = _forms(request, sheet, len(acts), posted)
    context = {
        "programme": programme,
        "sheet": sheet,
        "overdue": sheet.days_overdue(timezone.localdate()),
        "events": newest_first(events(sheet, acts)),
        "forms": forms,
        # what was typed for an act whose turn is over is shown, not lost
        "left_over": posted["words"].value() if posted and posted not in [one["form"] for one in forms] else "",
    }
    return render(request, "tasks/supervision.html", context, status=INVALID if request.method == "POST" else 200)


def _forms(request, sheet, seen: int, posted: ActForm | None) -> list[dict]:
    """A form for each act that is the user's turn; one that was refused keeps what was typed and takes the page as seen."""
    forms = []
    for kind in supervising.next_acts(sheet, request.user):
        label, button, _said = PARTS[kind]
        form = ActForm(initial={"seen": seen}, label=label, prefix=kind.value)
        if posted and posted.prefix == kind.value:
            posted.data |= {posted.add_prefix("seen"): seen}
            form = posted
        unanswered = kind == Kind.CLOSED and sheet.state != SupervisionState.ANSWERED
        forms.append({"kind": kind, "form": form, "button": button, "unanswered": unanswered})
    return forms


def _posted(request, sheet) -> ActForm | None:
    """The form of the act that was asked for, None where none was; 403 for an act that is another's part."""
    asked = request.POST.get("action", "")
    if asked not in Kind.values:
        messages.error(request, _("请选择要办理的事项。"))
        return None
    if not supervising.may(request.user, Kind(asked), sheet):
        raise PermissionDenied
    return ActForm(request.POST.dict(), label=PARTS[Kind(asked)][0], prefix=asked)


def _done(request, sheet, form: ActForm) -> bool:
    """Do what was asked; False where the page is to be shown again with its messages."""
    if not form.is_valid():
        return False
    kind = Kind(form.prefix)
    try:
        supervising.VERBS[kind](sheet=sheet, by=request.user, **form.cleaned_data)
    except supervising.SupervisionError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, PARTS[kind][2] % {"sheet": sheet})
    return True


@allowed(see=Permission.SEE_TOWN)
def supervision_document(request, slug, number):
    """The sheet as a Word document, to be printed and stamped."""
    programme = programme_or_404(request, slug)
    sheet = _sheet_or_404(request, programme, number)
    content = document(sheet, list(sheet.acts.select_related("by")))
    name = listing.named(_("督办单"), f"{programme.year}-{sheet.number} {sheet.town}")
    return listing.download(name, content, listing.DOCX)


@allowed(see=Permission.REVIEW, do=Permission.REVIEW)
def new_supervision(request, slug):
    """Issue a sheet; the address names the line, the task or the period that it begins with."""
    programme = programme_or_404(request, slug)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    data = request.POST if request.method == "POST" else None
    initial = None if data else _initial(request, programme, towns)
    form = IssueForm(data, programme=programme, towns=towns, initial=initial)
    if data and form.is_valid():
        try:
            sheet = supervising.issue(programme=programme, by=request.user, **form.cleaned_data)
        except supervising.SupervisionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已签发%(sheet)s，并通知 %(town)s。") % {"sheet": sheet, "town": sheet.town})
            return redirect(sheet)
    context = {"programme": programme, "form": form}
    return render(request, "tasks/supervision_new.html", context, status=INVALID if data else 200)


def _initial(request, programme, towns) -> dict:
    """What the form begins with; 404 for an address that names what is not there."""
    asked = request.GET
    town = get_object_or_404(towns, code=asked["town"]) if "town" in asked else None
    initial = {"town": town, "due_on": supervision_prefill.last_day(), "key": new_key()}
    words = supervision_prefill.Prefill()
    if "indicator" in asked and town:
        indicator = initial["indicator"] = get_object_or_404(programme.indicators, code=asked["indicator"])
        words = supervision_prefill.of_indicator(programme, town, indicator, user=request.user)
    elif "task" in asked:
        task = initial["task"] = get_object_or_404(programme.tasks, number=read_whole(asked["task"]))
        words = supervision_prefill.of_task(programme, town, task)
    elif "period" in asked and town:
        period = get_object_or_404(programme.periods, label=asked["period"])
        words = supervision_prefill.of_period(programme, town, period)
    return initial | words._asdict()


def _visible(request, programme):
    return Supervision.objects.visible_to(request.user).filter(programme=programme)


def _sheet_or_404(request, programme, number) -> Supervision:
    about = ("programme__district", "town", "indicator", "task", "by")
    return get_object_or_404(_visible(request, programme).standing().select_related(*about), number=number)
