"""A programme's people: who was put forward, trained, certified and subsidised; the facility enters, the bureau decides."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from districts.models import Facility
from quality import people, people_lists
from quality.models import PeoplePlan, PersonKind, PersonRecord, PersonState
from quality.people import PeopleError
from quality.people_forms import PeopleFilter, PeoplePlanForm, PersonForm, TrainingForm
from quality.quarters import Quarter, ended_by
from quality.views.common import to_choose
from tasks import listing
from tasks.entry import read_whole
from tasks.models.known import known_by
from tasks.reporting import new_key
from tasks.views.common import allowed, moment_of, programme_or_404, saved, until

A_PAGE = 50
VERBS = {
    PersonState.CONFIRMED: gettext_lazy("确认"),
    PersonState.PAID: gettext_lazy("标为已发放"),
    PersonState.REFUSED: gettext_lazy("不予确认"),
    PersonState.WITHDRAWN: gettext_lazy("撤销"),
}
INVALID = 422


@allowed(see=Permission.SEE_PLAN, do=Permission.PUT_FORWARD)
def people_page(request, slug):
    """The records that the user sees, narrowed; a post decides on those that are ticked."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    last = until(moment)
    seen = PersonRecord.objects.visible_to(request.user).filter(known_by(last), programme=programme).standing(last)
    if request.method == "POST":
        _decide(request, seen)
        return redirect(request.get_full_path())
    wanted = to_choose(PeopleFilter(request.GET, user=request.user, programme=programme), request.user)
    found = wanted.narrow(seen).select_related("facility__town", "training", "programme").order_by("-at", "-pk")
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("人才队伍"), programme, moment), *people_lists.table(found), fmt)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    facilities = list(Facility.objects.visible_to(request.user).filter(town__district=programme.district_id))
    quarter = max(Quarter(programme.year, 1), ended_by(min(moment.as_of, programme.ends_on)))
    context = {
        "programme": programme,
        "moment": moment,
        "page": page,
        "rows": [(one, [] if last else people.next_states(one, request.user)) for one in page.object_list],
        "counts": people_lists.counts(programme, seen),
        "levels": people_lists.levels(facilities, quarter),
        "quarter": quarter,
        "trainings": people_lists.trainings(programme, seen),
        "filter": wanted,
        "verbs": [] if last else [(state, VERBS[state]) for state in _states(request.user)],
        "may_enter": request.user.may(Permission.PUT_FORWARD),
        "may_run": request.user.may(Permission.RUN),
    }
    return render(request, "quality/people.html", context)


@allowed(see=Permission.PUT_FORWARD, do=Permission.PUT_FORWARD)
def new_person(request, slug):
    """Enter a person; the address may name the kind."""
    programme = programme_or_404(request, slug)
    asked = request.GET.get("kind", "")
    kind = PersonKind(asked) if asked in PersonKind.values else PersonKind.MANAGER
    facilities = Facility.objects.visible_to(request.user).filter(town__district=programme.district_id)
    facilities = facilities.select_related("town__district").order_by("town__order", "name")
    initial = {"key": new_key(), "facility": request.user.facility_id}
    data = request.POST if request.method == "POST" else None
    form = PersonForm(data, initial=initial, kind=kind, programme=programme, facilities=facilities)
    if form.is_valid():
        try:
            record = people.enter(programme=programme, kind=kind, by=request.user, **form.cleaned_data)
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(row)s”已保存。") % {"row": record})
            return redirect(f"{reverse('people', args=[slug])}?kind={kind}")
    context = {"programme": programme, "form": form, "kinds": PersonKind, "kind": kind, "what": kind.label}
    return render(request, "quality/person_new.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.RUN, do=Permission.RUN)
def new_training(request, slug):
    """Record a training session; who attended is entered afterwards."""
    programme = programme_or_404(request, slug)
    form = TrainingForm(request.POST if request.method == "POST" else None, initial={"key": new_key()})
    if form.is_valid():
        try:
            training = people.hold(programme=programme, by=request.user, **form.cleaned_data)
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(row)s”已保存。") % {"row": training})
            return redirect("people", slug)
    context = {"programme": programme, "form": form, "what": _("培训")}
    return render(request, "quality/person_new.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.RUN, do=Permission.RUN)
def people_plan(request, slug):
    """How many of a kind are aimed at; the address names the kind."""
    programme = programme_or_404(request, slug)
    asked = request.GET.get("kind", "")
    kind = PersonKind(asked) if asked in PersonKind.values else PersonKind.MANAGER
    plan = PeoplePlan.objects.filter(programme=programme, kind=kind).first()
    plan = plan or PeoplePlan(programme=programme, kind=kind)
    form = PeoplePlanForm(request.POST if request.method == "POST" else None, instance=plan)
    if form.is_valid() and saved(form, form.save):
        messages.success(request, _("“%(row)s”已保存。") % {"row": plan})
        return redirect("people", slug)
    context = {"programme": programme, "form": form, "what": _("%(kind)s目标") % {"kind": kind.label}, "plan": plan}
    return render(request, "quality/person_new.html", context, status=INVALID if form.errors else 200)


def _states(user) -> list[PersonState]:
    """What the user can do with records at all."""
    if user.may(Permission.RUN):
        return list(VERBS)
    return [PersonState.WITHDRAWN] if user.may(Permission.PUT_FORWARD) else []


def _decide(request, seen) -> None:
    """Those that are ticked; one that is named alone and not seen is not there."""
    keys = [read_whole(key) for key in request.POST.getlist("record")]
    found = list(seen.filter(pk__in=keys).select_related("programme"))
    state = request.POST.get("state", "")
    if not found:
        messages.error(request, _("请先勾选人员记录。"))
    elif state not in _states(request.user):
        messages.error(request, _("请选择办理意见。"))
    else:
        try:
            people.decide(records=found, state=state, by=request.user, words=request.POST.get("words", ""))
        except PeopleError as error:
            messages.error(request, str(error))
        else:
            told = {"count": len(found), "state": PersonState(state).label}
            messages.success(request, _("%(count)s 条记录%(state)s。") % told)
