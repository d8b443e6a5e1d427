"""Examples: everybody of the district reads what is published; the bureau publishes and withdraws."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality import publicity
from quality.models import Example, ExampleFile, Finding
from quality.publicity import ExampleError
from quality.publicity_forms import ExampleFilter, ExampleForm, WithdrawForm
from tasks import listing
from tasks.listing import Table
from tasks.reporting import new_key
from tasks.views.common import allowed, programme_or_404

A_PAGE = 20
INVALID = 422


@allowed(see=Permission.SEE_PLAN)
def example_list(request, slug):
    """What is published, the newest first; the bureau, and those who see its facility, see what was withdrawn, too."""
    programme = programme_or_404(request, slug)
    seen = _seen(request, programme)
    facilities = Facility.objects.filter(examples__in=seen.order_by()).distinct().order_by("town__order", "name")
    wanted = ExampleFilter(request.GET, facilities=facilities)
    found = wanted.narrow(seen)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("典型案例"), programme), *_table(found), fmt)
    context = {
        "programme": programme,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "filter": wanted,
        "may_run": request.user.may(Permission.RUN),
    }
    return render(request, "quality/examples.html", context)


@allowed(see=Permission.SEE_PLAN, do=Permission.RUN)
def example_page(request, slug, pk):
    """One example; a post withdraws it."""
    programme = programme_or_404(request, slug)
    example = _example_or_404(request, programme, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            publicity.withdraw(example=example, by=request.user, **form.cleaned_data)
        except ExampleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(row)s”已撤回。") % {"row": example})
            return redirect(example)
    finding = example.finding if _sees(request.user, example) else None
    context = {"programme": programme, "example": example, "finding": finding}
    context["withdrawal"] = getattr(example, "withdrawal", None)
    context["form"] = form if request.user.may(Permission.RUN) and not context["withdrawal"] else None
    return render(request, "quality/example.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.RUN, do=Permission.RUN)
def new_example(request, slug):
    """Publish an example; the address may name a finding."""
    programme = programme_or_404(request, slug)
    facilities = Facility.objects.visible_to(request.user).filter(town__district=programme.district_id)
    facilities = facilities.select_related("town__district").order_by("town__order", "name")
    findings = Finding.objects.visible_to(request.user).filter(facility__in=facilities, year=programme.year)
    findings = findings.in_force().select_related("facility").order_by("facility", "number")
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ExampleForm(
        data,
        files,
        initial=_initial(request, findings),
        facilities=facilities,
        findings=findings,
        oversized=getattr(request, "oversized_files", []) if data else [],
    )
    if form.is_valid():
        try:
            example = publicity.publish(programme=programme, by=request.user, **form.cleaned_data)
        except ExampleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(row)s”已发布。") % {"row": example})
            return redirect(example)
    context = {"programme": programme, "form": form}
    return render(request, "quality/example_new.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.SEE_PLAN)
def example_file(request, slug, pk, file):
    """A photo or another file, as a download."""
    example = _example_or_404(request, programme_or_404(request, slug), pk)
    found = get_object_or_404(ExampleFile, example=example, pk=file)
    return FileResponse(found.file.open(), as_attachment=True, filename=found.name)


def _seen(request, programme):
    found = Example.objects.visible_to(request.user).filter(programme=programme)
    if not request.user.may(Permission.RUN):  # whom it was about is told that it was withdrawn, and may read why
        own = Facility.objects.visible_to(request.user)
        found = found.filter(Q(withdrawal__isnull=True) | Q(facility__in=own))
    return found.select_related("programme", "facility__town", "finding", "by", "withdrawal__by").prefetch_related(
        "files"
    )


def _example_or_404(request, programme, pk) -> Example:
    return get_object_or_404(_seen(request, programme), pk=pk)


def _sees(user, example: Example) -> bool:
    """An example is everybody's; the finding behind it is for those who see the facility."""
    return Finding.objects.visible_to(user).filter(pk=example.finding_id).exists()


def _initial(request, findings) -> dict:
    initial = {"key": new_key(), "published_on": timezone.localdate(), "kind": Example.Kind.GOOD}
    asked = request.GET.get("finding", "")
    finding = findings.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if finding:
        initial |= {"kind": Example.Kind.CRITICISED, "finding": finding, "facility": finding.facility}
        initial |= {"title": finding.subject, "words": finding.words}
    return initial


def _table(examples) -> Table:
    """The list as a file."""
    head = [_("类别"), _("标题"), _("养老服务机构"), _("街镇"), _("发布日期"), _("内容"), _("撤回原因")]
    return head, [
        [
            *(one.get_kind_display(), one.title, one.facility.name, one.facility.town.name, one.published_on),
            *(one.words, one.withdrawal.reason if hasattr(one, "withdrawal") else None),
        ]
        for one in examples
    ]
