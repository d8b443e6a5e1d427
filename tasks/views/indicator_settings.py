from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks.indicator_form import SettingsForm
from tasks.indicator_settings import SettingsError, set_up
from tasks.views.common import allowed, programme_or_404

INVALID = 422


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def indicator_settings(request, slug, code):
    """How one indicator is reported, and the form that changes it."""
    programme = programme_or_404(request, slug)
    indicator = get_object_or_404(programme.indicators, code=code)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=indicator)
    if request.method == "POST" and _save(request, form):
        return redirect(indicator)
    context = {"programme": programme, "indicator": indicator, "form": form}
    return render(request, "tasks/indicator_settings.html", context, status=INVALID if form.errors else 200)


def _save(request, form) -> bool:
    if not form.is_valid():
        return False
    try:
        set_up(indicator=form.instance, settings=form.cleaned_data, by=request.user)
    except SettingsError as error:
        form.add_error("frequency", str(error))
        return False
    messages.success(request, _("“%(indicator)s”的填报设置已保存。") % {"indicator": form.instance})
    return True
