"""Bonus claims: a town's own with the form that files one, the bureau's to decide."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, When
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from scoring import claiming
from scoring.line_settings import lines_by_people, settings_of
from scoring.marking import MarkingError
from scoring.models import Claim, ClaimDecision, ClaimFile
from scoring.people_forms import ClaimDecisionForm, ClaimForm, WithdrawalForm
from tasks import listing
from tasks.models.known import known_by
from tasks.reporting import new_key
from tasks.views.common import allowed, moment_of, programme_or_404, until

A_PAGE = 50
INVALID = 422


@allowed(see=Permission.SEE_TOWN, do=Permission.CLAIM)
def claims_page(request, slug):
    """The claims that the user may see, those that wait first; a town files a new one."""
    programme = programme_or_404(request, slug)
    lines = lines_by_people(programme).filter(rule__kind="bonus")
    levels = _levels(programme, lines)
    form = _form(request, lines, levels) if request.user.may(Permission.CLAIM) and levels else None
    if request.method == "POST" and form is None:
        messages.error(request, _("加分项还没有设置级别与分值，暂不能申报。"))
    elif request.method == "POST" and form.is_valid() and _filed(request, form):
        return redirect("claims", slug)
    moment = moment_of(request)
    last = until(moment)
    decided = Case(When(known_by(last, "decision__at"), then="decision__at")) if last else F("decision__at")
    claims = claiming.claims_of(programme, request.user).filter(known_by(last))
    claims = claims.order_by(decided.desc(nulls_first=True), "-at", "-pk")
    why_not = {} if last else claiming.not_counted(programme, request.user)
    if fmt := listing.wanted(request):
        return _export(listing.named(_("加分申报"), programme, moment), _shown(claims, why_not, last), fmt)
    page = Paginator(claims, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = _shown(page.object_list, why_not, last)
    context = {
        "programme": programme,
        "form": form,
        "page": page,
        "levels": [(title, list(points.items())) for title, points in levels.items()],
        "may_claim": request.user.may(Permission.CLAIM),
        "moment": moment,
    }
    return render(request, "scoring/claims.html", context, status=INVALID if request.method == "POST" else 200)


def _levels(programme, lines) -> dict[str, dict]:
    """The levels of the bonus lines that have any."""
    titles = {line.title for line in lines}
    return {one.title: one.points for one in settings_of(programme) if one.levels and one.title in titles}


def _form(request, lines, levels) -> ClaimForm:
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    open_ = lines.filter(title__in=levels)
    return ClaimForm(*data, lines=open_, levels=levels, initial={"key": new_key()}, oversized=oversized)


def _filed(request, form: ClaimForm) -> bool:
    try:
        claim = claiming.file_claim(town=request.user.town, by=request.user, **form.cleaned_data)
    except MarkingError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已申报“%(matter)s”，审核后会通知您。") % {"matter": claim.matter})
    return True


def _shown(claims, why_not: dict[int, str], until: dt.date | None = None) -> list[Claim]:
    """Each claim as it stood on a day (None: now): its decision, whether its bonus was taken back, why it does not count."""
    found = list(claims)
    for claim in found:
        claim.ruling = _by(getattr(claim, "decision", None), until)
        mark = claim.ruling and claim.ruling.mark
        claim.taken_back = _by(getattr(mark, "revocation", None), until) if mark else None
        claim.why_not = why_not.get(mark.pk, "") if mark and not claim.taken_back else ""
    return found


def _by(row, until: dt.date | None):
    """The row, where there is one and it was written by the end of the day."""
    return row if row and (until is None or timezone.localdate(row.at) <= until) else None


def _export(name: str, claims: list[Claim], fmt: str):
    head = [
        *(_("街镇"), _("评分项"), _("事项"), _("申报级别"), _("文号"), _("发文日期"), _("申报人"), _("申报时间")),
        *(_("结论"), _("归并事项"), _("认定级别"), _("分值"), _("理由"), _("审核人"), _("审核时间"), _("说明")),
    ]
    return listing.export(name, head, map(_line, claims), fmt)


def _line(claim: Claim) -> list:
    ruling = claim.ruling
    mark = ruling and ruling.mark
    return [
        *(claim.town, claim.criterion, claim.matter, claim.level, claim.document, claim.document_on, claim.by),
        timezone.localtime(claim.at),
        ruling and ruling.get_outcome_display(),
        ruling and ruling.matter,
        mark and mark.level,
        mark and mark.points,
        ruling and ruling.reason,
        ruling and ruling.by,
        ruling and timezone.localtime(ruling.at),
        _("已撤销") if claim.taken_back else claim.why_not,
    ]


@allowed(see=Permission.SEE_TOWN, do=Permission.MARK)
def claim_page(request, slug, pk):
    """One claim: what, at which level, by which paper; a post decides it."""
    programme = programme_or_404(request, slug)
    claim = get_object_or_404(claiming.claims_of(programme, request.user), pk=pk)
    decided = ClaimDecision.objects.filter(claim=claim).first()
    form, known = None, []
    if request.user.may(Permission.MARK) and not decided:
        known = claiming.matters_of(programme)
        initial = {"matter": claiming.likely_matter(claim, known), "level": claim.level}
        data = request.POST if request.method == "POST" else None
        form = ClaimDecisionForm(data, levels=claiming.levels_of(claim.criterion), initial=initial)
        if request.method == "POST" and form.is_valid() and _decided(request, claim, form):
            return redirect(claim)
    elif request.method == "POST":
        messages.error(request, claiming.settled(decided))
    (shown,) = _shown([claim], claiming.not_counted(programme, request.user) if decided else {})
    others = (
        claiming.claims_of(programme, request.user).filter(town=claim.town).exclude(pk=claim.pk).prefetch_related(None)
    )
    context = {"programme": programme, "claim": shown, "form": form, "matters": known, "others": _shown(others, {})}
    context["withdrawal"] = WithdrawalForm() if request.user.town_id == claim.town_id and not decided else None
    return render(request, "scoring/claim.html", context, status=INVALID if request.method == "POST" else 200)


def _decided(request, claim: Claim, form: ClaimDecisionForm) -> bool:
    said = dict(form.cleaned_data)
    approved = said.pop("outcome") == ClaimDecision.Outcome.APPROVED
    try:
        if approved:
            claiming.approve(claim=claim, by=request.user, **said)
        else:
            claiming.refuse(claim=claim, reason=said["reason"], by=request.user)
    except MarkingError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已审核，并已通知%(town)s。") % {"town": claim.town})
    return True


@require_POST
@allowed(see=Permission.SEE_TOWN, do=Permission.CLAIM)
def withdraw_claim(request, slug, pk):
    """A town takes back its claim that still waits."""
    programme = programme_or_404(request, slug)
    claim = get_object_or_404(claiming.claims_of(programme, request.user), pk=pk)
    form = WithdrawalForm(request.POST)
    try:
        if form.is_valid():
            claiming.withdraw(claim=claim, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("已撤回“%(matter)s”。") % {"matter": claim.matter})
        else:
            messages.error(request, form.errors["reason"][0])
    except MarkingError as error:
        messages.error(request, str(error))
    return redirect(claim)


@allowed(see=Permission.SEE_TOWN)
def claim_file(request, file):
    """The file itself, always as a download."""
    row = get_object_or_404(ClaimFile.objects.filter(claim__in=Claim.objects.visible_to(request.user)), pk=file)
    return FileResponse(row.file.open(), as_attachment=True, filename=row.name)
