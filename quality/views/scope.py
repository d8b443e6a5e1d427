"""Which facilities a programme is about: the rule, and each facility with what was decided for it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality import lists
from quality.forms import ScopeForm
from quality.models import Scope, ScopeException
from quality.scoping import decide, set_scope
from tasks import listing
from tasks.entry import read_whole
from tasks.views.common import allowed, programme_or_404

INVALID = 422
MAX_REASON = ScopeException._meta.get_field("reason").max_length


@allowed(see=Permission.SEE_TOWN, do=Permission.MANAGE)
def scope_page(request, slug):
    """Every facility that the user sees, in scope or not; the administrator sets the rule and decides for single ones."""
    programme = programme_or_404(request, slug)
    scope = Scope.objects.filter(programme=programme).prefetch_related("exceptions").first()
    form = ScopeForm(instance=scope)
    if request.method == "POST":
        if "facility" in request.POST:
            _decide(request, programme)
            return redirect("scope", slug)
        form = ScopeForm(request.POST, instance=scope)
        if form.is_valid():
            set_scope(programme=programme, settings=form.cleaned_data, by=request.user)
            messages.success(request, _("实施范围已保存。"))
            return redirect("scope", slug)
    facilities = Facility.objects.visible_to(request.user).filter(town__district=programme.district)
    rows = _rows(scope, facilities.select_related("town").order_by("town__order", "name"))
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("实施范围"), programme), *lists.scope(rows), fmt)
    context = {
        "programme": programme,
        "scope": scope,
        "form": form,
        "rows": rows,
        "taken": sum(row["included"] for row in rows),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "quality/scope.html", context, status=INVALID if form.errors else 200)


def _rows(scope, facilities):
    decided = {one.facility_id: one for one in scope.exceptions.all()} if scope else {}
    return [
        {
            "facility": facility,
            "included": scope.includes(facility) if scope else True,
            "decided": decided.get(facility.pk),
        }
        for facility in facilities
    ]


def _decide(request, programme) -> None:
    facilities = Facility.objects.visible_to(request.user).filter(town__district=programme.district)
    facility = get_object_or_404(facilities, pk=read_whole(request.POST["facility"]))
    reason, included = request.POST.get("reason", "").strip(), request.POST.get("included") == "1"
    told = {"facility": facility}
    if not reason:
        messages.error(request, _("请填写纳入或不纳入“%(facility)s”的原因。") % told)
    elif len(reason) > MAX_REASON:
        told = {"limit": MAX_REASON, "found": len(reason)}
        messages.error(request, _("原因不超过 %(limit)s 字，现有 %(found)s 字。") % told)
    else:
        decide(programme=programme, facility=facility, included=included, reason=reason, by=request.user)
        done = _("“%(facility)s”已纳入实施范围。") if included else _("“%(facility)s”不再纳入实施范围。")
        messages.success(request, done % told)
