"""What inspections need: the item lists with their versions, and the pool of inspectors."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from quality import inspection_tables
from quality.inspection_forms import InspectorForm
from quality.list_forms import ItemListForm, posted
from quality.models import Inspector, ItemList
from tasks import listing
from tasks.entry import read_whole

INVALID = 422


@allowed(see=Permission.SEE_DISTRICT, do=Permission.PLAN_INSPECTIONS)
def item_list_list(request):
    """Every version of every kind; a post shows what a table would change, the next one stores it as a new version."""
    form = ItemListForm(*posted(request), district=request.user.district)
    made, preview = form.apply(by=request.user)
    if made:
        told = {"list": made, "version": made.version, "count": made.items.count()}
        messages.success(request, _("“%(list)s”第 %(version)s 版已导入，共 %(count)s 项。") % told)
        return redirect("item-list", made.pk)
    lists = (
        ItemList.objects.visible_to(request.user)
        .select_related("district")
        .annotate(count=Count("items"), total=Sum("items__points"))
        .order_by("kind", "-version")
    )
    context = {
        "heading": _("检查项目表"),
        "lists": lists,
        "form": form,
        "preview": preview,
        "may_keep": request.user.may(Permission.PLAN_INSPECTIONS),
    }
    return render(request, "quality/item_lists.html", context, status=INVALID if form.errors else 200)


@allowed(see=Permission.SEE_PLAN)
def item_list_page(request, pk):
    """One version with its items and grades; its file has the shape in which it is imported."""
    found = get_object_or_404(ItemList.objects.visible_to(request.user).select_related("by"), pk=pk)
    items = list(found.items.all())
    if fmt := listing.wanted(request):
        return listing.export(listing.named(str(found)), *inspection_tables.items(items), fmt)
    grades = list(found.grades.all())
    context = {
        "list": found,
        "items": items,
        "grades": grades,
        "by_parts": any(grade.part_minimum for grade in grades),
        "total": sum(item.points for item in items),
    }
    return render(request, "quality/item_list.html", context)


@allowed(see=Permission.SEE_DISTRICT, do=Permission.PLAN_INSPECTIONS)
def inspector_list(request):
    """The pool from which teams are drawn; a post adds somebody, or takes somebody out or back."""
    pool = Inspector.objects.visible_to(request.user)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("检查人员")), *inspection_tables.inspectors(pool), fmt)
    form = InspectorForm(district=request.user.district)
    if request.method == "POST":
        if "toggle" in request.POST:
            return _toggled(request, pool)
        if not request.user.district:
            raise PermissionDenied
        form = InspectorForm(request.POST, district=request.user.district)
        if form.is_valid():
            messages.success(request, _("%(name)s 已入库。") % {"name": form.save()})
            return redirect("inspector-list")
    context = {"pool": pool, "form": form, "may_keep": request.user.may(Permission.PLAN_INSPECTIONS)}
    return render(request, "quality/inspectors.html", context, status=INVALID if form.is_bound else 200)


def _toggled(request, pool):
    one = get_object_or_404(pool, pk=read_whole(request.POST["toggle"]))
    one.active = not one.active
    one.save()
    told = _("%(name)s 已恢复在库。") if one.active else _("%(name)s 已停用，不再参加抽取。")
    messages.success(request, told % {"name": one})
    return redirect("inspector-list")
