from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing, lists
from tasks.models import Programme
from tasks.work import work_of


def home(request):
    """Each role's own work in every programme that the user may see."""
    programmes = list(Programme.objects.visible_to(request.user).select_related("district"))
    work = work_of(request.user, programmes)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("待办事项"), request.user), *lists.todos(work), fmt)
    context = {
        "work": work,
        "place": request.user.facility or request.user.town or request.user.district,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "tasks/home.html", context)
