"""A town's entry sheet for one quarter: kept as typed, checked at once, submitted together."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.permissions import Permission
from districts.models import Town
from tasks import drafts, entry, evidence, listing, lists, sheet_others
from tasks.conversation import conversations, place_of
from tasks.models import Evidence
from tasks.periods import refusal, term_of
from tasks.reporting import KEY_LENGTH, Conflict, ReportingError, new_key
from tasks.sheet import sheet
from tasks.sheet_rows import sheet_row, sheet_rows
from tasks.views import sheet_form as form
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.SEE_TOWN)
def current(request, slug):
    """To the sheet of the period to report now: the last that has opened."""
    programme = programme_or_404(request, slug)
    quarters = programme.periods.quarters()
    period = quarters.filter(opens_on__lte=timezone.localdate()).last() or quarters.first()
    if period is None:
        raise Http404
    return redirect("report-sheet", slug, period.label)


@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def sheet_page(request, slug, quarter):
    programme, period, town = place_or_404(request, slug, quarter)
    if fmt := listing.wanted(request):
        typed = request.user.may(Permission.REPORT) and term_of(period, town).state.takes_reports
        table = lists.sheet(sheet_rows(sheet(period, town), {}), typed=typed)
        return listing.export(listing.named(_("填报"), f"{programme} {town} {period.name}"), *table, fmt)
    state = {"as_at": request.POST.get("as_at", ""), "typed": {}, "errors": {}, "stale": {}, "newer": ()}
    if request.method == "POST" and (done := _submit(request, programme, period, town, state)):
        return done
    return show(request, programme, period, town, state, status=422 if state["errors"] else 200)


def show(request, programme, period, town, state=None, *, offline=None, status=200):
    """The sheet as it stands; `state` is what a refused submit typed, `offline` what came of a workbook."""
    state = state or {"as_at": "", "typed": {}, "errors": {}, "stale": {}, "newer": ()}
    lines = sheet(period, town)
    others = _others(lines, state)
    said = conversations(line.report for line in lines if line.report)
    for line in lines:
        line.turns = said[place_of(line.report)] if line.report else ()
        if line.draft and line.number in state["typed"]:
            # shown, not saved: another window's words stand
            line.draft.typed, line.draft.sites = state["typed"][line.number]
    term = term_of(period, town)
    context = {
        "programme": programme,
        "period": period,
        "term": term,
        "town": town,
        "towns": Town.objects.visible_to(request.user).filter(district=programme.district),
        "periods": programme.periods.all(),
        "groups": sheet_rows(lines, state["errors"], others),
        "state": state,
        "key": new_key(),
        "may_report": request.user.may(Permission.REPORT),
        "is_open": term.state.takes_reports,
        "refusal": "" if term.state.takes_reports else refusal(period, town, term.on),
        "offline": offline,
    }
    return render(request, "tasks/sheet.html", context, status=status)


def _submit(request, programme, period, town, state):
    """Keep everything that came, then submit; None where the page is to be shown again with its messages."""
    lines = sheet(period, town)
    posted = [line for line in lines if form.has(request, line)]
    confirmed = {line.number for line in posted if form.typed(request, line) == line.prefilled}
    for line in form.keep(request, posted, town):
        state["stale"][line.number] = version = form.whole(request, f"{line.number}.version")
        state["errors"][line.number] = {"": sheet_others.of_draft(line, version).told}
        state["typed"][line.number] = form.typed(request, line), form.sites(request, line) or []
    if not state["errors"]:
        try:
            as_at = entry.read_as_at(state["as_at"], period)
            seen = {line.number: max(0, form.whole(request, f"{line.number}.seen")) for line in posted}
            key = request.POST.get("key", "")[:KEY_LENGTH] or new_key()
            sent = {"key": key, "seen": seen, "as_at": as_at, "confirmed": confirmed, "lines": lines}
            done = drafts.submit_sheet(period=period, town=town, by=request.user, **sent)
        except drafts.SheetErrors as error:
            state["errors"] = error.errors
        except Conflict as conflict:
            state["newer"] = {report.line for report in conflict.reports}
            state["errors"] = {report.line: {"": sheet_others.newer_words(report)} for report in conflict.reports}
            messages.error(request, str(conflict))
            return None
        except (ReportingError, ValueError) as error:
            messages.error(request, str(error))
            return None
        else:
            if done is None:
                messages.info(request, _("还没有填写任何内容，未提交。"))
                return None
            messages.success(request, _("已提交 %(count)s 行，等待区民政局审核。") % {"count": done.reports.count()})
            address = address_of(programme, period, town, request)
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    messages.error(request, str(drafts.SheetErrors(state["errors"])))
    return None


def _others(lines, state):
    """What stands instead of the lines that a refused submit did not replace."""
    drafts_of = {line.number: line for line in lines if line.draft and line.number in state["stale"]}
    found = {number: sheet_others.of_draft(line, state["stale"][number]) for number, line in drafts_of.items()}
    return found | {line.number: sheet_others.of_report(line) for line in lines if line.number in state["newer"]}


@require_POST
@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def save_line(request, slug, quarter):
    """Keep lines as typed; the answer is their status cells."""
    _programme, period, town = place_or_404(request, slug, quarter)
    lines = _lines(request, period, town)
    stale = form.keep(request, lines, town)
    rows = [_kept_row(request, line, is_stale=line in stale) for line in lines]
    return render(request, "tasks/_line_statuses.html", {"rows": rows})


def _kept_row(request, line, *, is_stale):
    other = None
    if is_stale:
        other = sheet_others.of_draft(line, form.whole(request, f"{line.number}.version"))
    elif form.is_behind(request, line):
        other = sheet_others.of_report(line)
    return sheet_row(line, {"": other.told} if other else {}, saved=not is_stale, other=other)


@require_POST
@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def add_file(request, slug, quarter):
    """Attach a file to a line that is being filled; the answer is the line's list of files."""
    programme, period, town = place_or_404(request, slug, quarter)
    line = _lines(request, period, town)[0]
    errors = [evidence.too_large(name) for name in getattr(request, "oversized_files", [])]
    for file in request.FILES.getlist("file"):
        try:
            drafts.attach(file, line=line, town=town, by=request.user)
        except evidence.EvidenceError as error:
            errors.append(str(error))
    return _files(request, programme, period, town, line.number, errors)


@require_POST
@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def remove_file(request, slug, quarter, pk):
    """Take a file off a line that is not submitted yet."""
    programme, period, town = place_or_404(request, slug, quarter)
    file = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk, draft__period=period, draft__town=town)
    number = file.draft.line
    file.delete()
    return _files(request, programme, period, town, number, [])


def _files(request, programme, period, town, number, errors):
    (line,) = sheet(period, town, only={number})
    context = {"programme": programme, "period": period, "town": town, "errors": errors, "may_report": True}
    return render(request, "tasks/_line_files.html", context | {"row": sheet_row(line, {})})


def place_or_404(request, slug, quarter):
    programme = programme_or_404(request, slug)
    period = get_object_or_404(programme.periods, label=quarter)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    code = request.GET.get("town", "")
    town = get_object_or_404(towns, code=code) if code else towns.first()
    if town is None:
        raise Http404
    return programme, period, town


def _lines(request, period, town):
    """The lines of the sheet that the form names."""
    wanted = {entry.read_whole(number) for number in request.POST.getlist("line")}
    lines = sheet(period, town, only=wanted)
    if not lines:
        raise Http404
    return lines


def address_of(programme, period, town, request):
    address = reverse("report-sheet", args=[programme.slug, period.label])
    return address if request.user.town_id else f"{address}?town={town.code}"
