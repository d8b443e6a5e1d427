"""The year of a programme: its phases and events, month by month, and one event with what was recorded of it."""

from django.contrib import messages
from django.db.models import Max
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality import scheduling, timeline, year_document
from quality.event_forms import ActForm, EventFilter, EventForm, PhaseForm
from quality.models import Event, EventAct, EventFile, Phase
from quality.scheduling import ScheduleError
from quality.year_facts import year_facts
from tasks import listing
from tasks.board import Moment
from tasks.reporting import new_key
from tasks.views.common import allowed, moment_of, programme_or_404, saved

INVALID = 422


@allowed(see=Permission.SEE_PLAN)
def timeline_page(request, slug):
    """Months by phases, and below them the events of each month."""
    programme, moment = programme_or_404(request, slug), moment_of(request)
    phases, today = list(programme.phases.all()), timezone.localdate()
    everything = timeline.rows(list(scheduling.standing(programme, moment)), programme, moment, request.user)
    wanted = EventFilter(request.GET)
    rows = wanted.narrow(everything)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("阶段安排"), programme), *timeline.table(rows), fmt)
    months = timeline.months(everything, phases, today)
    context = {
        "programme": programme,
        "phases": phases,
        "lines": timeline.matrix(everything, phases, months),
        "columns": months,
        "months": [month for month in timeline.months(rows, [], today) if month.rows],
        "counts": timeline.summary(everything),
        "total": len(rows),
        "filter": wanted,
        "moment": moment,
        "may_run": request.user.may(Permission.RUN),
        "next_phase": len(phases) + 1,
        "may_see_district": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "quality/timeline.html", context)


@allowed(see=Permission.SEE_PLAN, do=Permission.RUN)
def event_page(request, slug, pk):
    """One event; a post records that it was held, dropped, or is taken up again."""
    programme = programme_or_404(request, slug)
    event, today = _event_or_404(programme, pk), timezone.localdate()
    kinds, posted = scheduling.next_kinds(event.state_on(today)), None
    if request.method == "POST":
        posted = _posted(request)
        if posted and _recorded(request, event, posted):
            return redirect(event)
    context = {
        "programme": programme,
        "row": timeline.rows([event], programme, Moment(today), request.user)[0],
        "acts": event.acts.select_related("by").prefetch_related("files").order_by("-pk"),
        "forms": [_form(kind, posted, today) for kind in kinds] if request.user.may(Permission.RUN) else [],
    }
    return render(request, "quality/event.html", context, status=INVALID if request.method == "POST" else 200)


@allowed(see=Permission.RUN, do=Permission.RUN)
def new_event(request, slug):
    programme = programme_or_404(request, slug)
    return _edit(request, programme, EventForm(_data(request), instance=Event(), programme=programme))


@allowed(see=Permission.RUN, do=Permission.RUN)
def edit_event(request, slug, pk):
    programme = programme_or_404(request, slug)
    event = _event_or_404(programme, pk)
    return _edit(request, programme, EventForm(_data(request), instance=event, programme=programme))


@allowed(see=Permission.RUN, do=Permission.RUN)
def edit_phase(request, slug, number):
    """A phase by its number; the number after the last one is a new phase's."""
    programme = programme_or_404(request, slug)
    phase = Phase.objects.filter(programme=programme, number=number).first()
    if phase is None:
        last = programme.phases.aggregate(last=Max("number"))["last"] or 0
        if number != last + 1:
            raise Http404
        phase = Phase(programme=programme, number=number)
    return _edit(request, programme, PhaseForm(_data(request), instance=phase))


@allowed(see=Permission.SEE_PLAN)
def event_file(request, slug, pk, file):
    """A paper or a photo of what was held, as a download."""
    event = _event_or_404(programme_or_404(request, slug), pk)
    found = get_object_or_404(EventFile, act__event=event, pk=file)
    return FileResponse(found.file.open(), as_attachment=True, filename=found.name)


def _event_or_404(programme, pk) -> Event:
    return get_object_or_404(scheduling.standing(programme), pk=pk)


def _data(request):
    return request.POST if request.method == "POST" else None


def _edit(request, programme, form):
    row = form.instance
    if form.is_valid() and saved(form, form.save):
        messages.success(request, _("“%(row)s”已保存。") % {"row": row})
        return redirect("timeline", programme.slug)
    context = {"programme": programme, "form": form, "row": row if row.pk else None}
    context["what"] = row._meta.verbose_name
    return render(request, "quality/timeline_edit.html", context, status=INVALID if form.errors else 200)


def _posted(request) -> ActForm | None:
    kind = request.POST.get("kind", "")
    if kind not in EventAct.Kind.values:
        messages.error(request, _("请选择要记录的情况。"))
        return None
    oversized = getattr(request, "oversized_files", [])
    form = ActForm(request.POST, request.FILES, kind=EventAct.Kind(kind), oversized=oversized, prefix=kind)
    form.kind = EventAct.Kind(kind)
    return form


def _recorded(request, event: Event, form: ActForm) -> bool:
    """Record what was asked for; False where the page is to be shown again with its messages."""
    if not form.is_valid():
        return False
    try:
        scheduling.record(event=event, kind=form.kind, by=request.user, **form.cleaned_data)
    except ScheduleError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("“%(row)s”已保存。") % {"row": event})
    return True


def _form(kind: EventAct.Kind, posted: ActForm | None, today) -> dict:
    """The form of an act; one that was refused keeps what was typed."""
    if posted and posted.kind == kind:
        return {"kind": kind, "form": posted, "folded": False}
    form = ActForm(kind=kind, prefix=kind.value, initial={"key": new_key(), "done_on": today})
    return {"kind": kind, "form": form, "folded": kind != EventAct.Kind.DONE}


@allowed(see=Permission.SEE_DISTRICT)
def year_summary(request, slug):
    """The annual summary as a Word document, at any date."""
    programme = programme_or_404(request, slug)
    content = year_document.document(year_facts(programme, request.user, moment_of(request)))
    return listing.download(listing.named(_("年度工作总结"), programme), content, listing.DOCX)
