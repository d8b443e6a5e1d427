from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing, lists
from tasks.forms import RulingForm
from tasks.models import Ruling
from tasks.reconciling import reconcile, rulings
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.SEE_DISTRICT, do=Permission.LOG)
def reconcile_page(request, slug):
    """Where the notice disagrees with itself, both sources side by side, and what the bureau decided of it."""
    programme = programme_or_404(request, slug)
    differences, unlinked = reconcile(programme)
    known = rulings(programme)
    rows = [(difference, known.get(difference.key)) for difference in differences]
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("通知核对"), programme), *lists.differences(rows), fmt)
    form = RulingForm(
        request.POST if request.method == "POST" else None, keys={difference.key for difference in differences}
    )
    if request.method == "POST" and form.is_valid():
        Ruling.objects.create(programme=programme, by=request.user, **form.cleaned_data)
        messages.success(request, _("已记录核对意见。"))
        return redirect("reconcile", slug)
    for problems in form.errors.values():
        messages.error(request, " ".join(problems))
    context = {
        "programme": programme,
        "rows": rows,
        "unlinked": unlinked,
        "form": form,
        "may_rule": request.user.may(Permission.LOG),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "tasks/reconcile.html", context, status=422 if form.errors else 200)
