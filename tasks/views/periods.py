"""The programme's periods: their days and states, what was done to each, and the forms that do it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from districts.models import Town
from tasks import listing, periods
from tasks.history import Event
from tasks.models import PeriodAct
from tasks.period_forms import DatesForm, ExtendForm, ReasonForm
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

INVALID = 422
DAYS = ("opens_on", "due_on", "closes_on")
TONES = {
    PeriodAct.Kind.EXTENDED: "waiting",
    PeriodAct.Kind.CLOSED: "returned",
    PeriodAct.Kind.REOPENED: "accepted",
    PeriodAct.Kind.RESCHEDULED: "waiting",
}


@allowed(see=Permission.SEE_DISTRICT)
def period_list(request, slug):
    """Every period as it stands on a day, with the extensions known by then; the days are those that hold now."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    acts = list(_acts(programme, moment.known_on))
    rows = _rows(programme.periods.all(), acts, moment.as_of)
    tables = {"periods": (_("填报期"), lambda: _by_period(rows)), "acts": (_("填报期操作记录"), lambda: _by_act(acts))}
    if file := listing.one_of(tables, request, programme, moment):
        return file
    context = {"programme": programme, "rows": rows, "events": _events(acts)}
    return render(request, "tasks/periods.html", context | dates_context(programme, moment))


@allowed(see=Permission.SEE_DISTRICT, do=Permission.REVIEW)
def period_page(request, slug, quarter):
    """One period; a post extends, closes or opens it again, or (by an administrator) changes its days."""
    programme = programme_or_404(request, slug)
    period = get_object_or_404(programme.periods, label=quarter)
    action = request.POST.get("action", "")
    forms = _forms(request, programme, period, action)
    if request.method == "POST" and _done(request, period, forms, action):
        return redirect("period", slug, quarter)
    acts = list(_acts(programme).filter(period=period))
    (row,) = _rows([period], acts, timezone.localdate())
    context = {"programme": programme, "period": period, "row": row, "forms": forms, "events": _events(acts)}
    return render(request, "tasks/period.html", context, status=INVALID if request.method == "POST" else 200)


def _forms(request, programme, period, action: str) -> dict:
    """The forms of what the user may do; the one that was posted holds what was typed."""
    forms = {}
    if request.user.may(Permission.REVIEW):
        towns = Town.objects.visible_to(request.user).filter(district=programme.district)
        forms["extend"] = ExtendForm(request.POST if action == "extend" else None, towns=towns, prefix="extend")
        turn = "close" if period.closes_on is None or period.closes_on >= timezone.localdate() else "reopen"
        forms[turn] = ReasonForm(request.POST if action == turn else None, prefix=turn)
    if request.user.may(Permission.MANAGE):
        days = model_to_dict(period, DAYS)
        forms["dates"] = DatesForm(request.POST if action == "dates" else None, initial=days, prefix="dates")
    return forms


VERBS = {
    "extend": (periods.extend, gettext_lazy("已为 %(town)s 延期至 %(due_on)s。")),
    "close": (periods.close, gettext_lazy("已关闭，不再接受填报；延期的街镇仍可填报至延期日。")),
    "reopen": (periods.reopen, gettext_lazy("已重新开放。")),
    "dates": (periods.reschedule, gettext_lazy("日期已修改。")),
}


def _done(request, period, forms, action: str) -> bool:
    """Do what was asked; False where the page is to be shown again with its messages."""
    if action == "dates" and not request.user.may(Permission.MANAGE):
        raise PermissionDenied
    form = forms.get(action)
    if form is None:
        messages.error(request, _("本期状态已变，请核对后再操作。"))
        return False
    if not form.is_valid():
        return False
    verb, words = VERBS[action]
    try:
        verb(period=period, by=request.user, **form.cleaned_data)
    except periods.PeriodError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, words % form.cleaned_data)
    return True


def _acts(programme, known_on=None):
    acts = PeriodAct.objects.filter(district=programme.district, period__programme=programme)
    acts = acts.filter(at__date__lte=known_on) if known_on else acts
    return acts.select_related("period", "town", "by")


def _rows(found, acts, on) -> list[dict]:
    """Each period with its state for all, and the towns that have longer, each with its own term."""
    later = {(act.period_id, act.town): act.due_on for act in acts if act.town}  # the latest of each holds
    return [
        {
            "period": period,
            "term": periods.Term(period, on),
            "extended": [
                (town, term)
                for (key, town), day in later.items()
                if key == period.pk and (term := periods.Term(period, on, day)).is_extended
            ],
        }
        for period in found
    ]


def _events(acts) -> list[Event]:
    """The acts, newest first, for components/timeline.html."""
    return [
        Event(act.at, act.by, f"{act.period.name} {told(act)}", act.reason, TONES[act.kind], [])
        for act in sorted(acts, key=lambda act: (act.at, act.pk), reverse=True)
    ]


def told(act: PeriodAct) -> str:
    """`庙行镇 延期至 2024-10-31`, `关闭`."""
    if act.kind != PeriodAct.Kind.EXTENDED:
        return act.get_kind_display()
    return _("%(town)s 延期至 %(day)s") % {"town": act.town, "day": act.due_on}


def _by_period(rows):
    head = [_("填报期"), _("频次"), _("开放填报日"), _("填报截止日"), _("关闭日"), _("状态"), _("延期街镇")]
    return head, [
        [
            *(row["period"].name, row["period"].get_frequency_display(), row["period"].opens_on, row["period"].due_on),
            *(row["period"].closes_on, row["term"].state.label),
            _("；").join(f"{town} {term.due_on}" for town, term in row["extended"]),
        ]
        for row in rows
    ]


def _by_act(acts):
    head = [_("时间"), _("填报期"), _("操作"), _("街镇"), _("延期至"), _("原因"), _("经办人")]
    return head, [
        [
            *(timezone.localtime(act.at), act.period.name, act.get_kind_display(), act.town, act.due_on),
            *(act.reason, act.by),
        ]
        for act in acts
    ]
