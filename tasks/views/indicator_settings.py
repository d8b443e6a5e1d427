from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks.indicator_form import SettingsForm
from tasks.indicator_settings import set_up
from tasks.views.common import allowed, programme_or_404

INVALID = 422


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def indicator_settings(request, slug, code):
    """How one indicator is reported, and the form that changes it."""
    programme = programme_or_404(request, slug)
    indicator = get_object_or_404(programme.indicators, code=code)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=indicator)
    if form.is_valid():
        set_up(indicator=indicator, settings=form.cleaned_data, by=request.user)
        messages.success(request, _("“%(indicator)s”的填报设置已保存。") % {"indicator": indicator})
        return redirect(indicator)
    context = {"programme": programme, "indicator": indicator, "form": form}
    return render(request, "tasks/indicator_settings.html", context, status=INVALID if form.errors else 200)
