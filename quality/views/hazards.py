"""By what a hazard is a major one: the versions of the criteria, and one of them."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from quality import inspection_tables
from quality.list_forms import HazardListForm, posted
from quality.models import HazardList
from tasks import listing

INVALID = 422


@allowed(see=Permission.SEE_DISTRICT, do=Permission.PLAN_INSPECTIONS)
def hazard_lists(request):
    """Every version; a post shows what a table would change, the next one stores it as the district's new version."""
    form = HazardListForm(*posted(request), district=request.user.district)
    made, preview = form.apply(by=request.user)
    if made:
        told = {"list": made, "count": made.criteria.count()}
        messages.success(request, _("“%(list)s”已导入，共 %(count)s 种情形。") % told)
        return redirect(made)
    lists = HazardList.objects.visible_to(request.user)
    context = {
        "heading": _("重大隐患判定标准"),
        "lists": lists.select_related("district", "by").annotate(count=Count("criteria")).order_by("-from_day"),
        "in_force": HazardList.objects.in_force(request.user.district, timezone.localdate()).first(),
        "form": form,
        "preview": preview,
        "may_keep": request.user.may(Permission.PLAN_INSPECTIONS),
    }
    return render(request, "quality/hazard_lists.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.SEE_PLAN)
def hazard_list(request, pk):
    """One version with its criteria; its file has the shape in which it is imported."""
    found = get_object_or_404(HazardList.objects.visible_to(request.user).select_related("district", "by"), pk=pk)
    criteria = list(found.criteria.all())
    if fmt := listing.wanted(request):
        return listing.export(listing.named(str(found)), *inspection_tables.criteria(criteria), fmt)
    return render(request, "quality/hazard_list.html", {"list": found, "criteria": criteria})
