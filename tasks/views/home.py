from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing, lists
from tasks.models import Programme
from tasks.work import todo


def home(request):
    """Each role's own work; for every programme the user may see."""
    programmes = list(Programme.objects.visible_to(request.user).select_related("district"))
    work = [(programme, todo(request.user, programme)) for programme in programmes]
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("待办事项"), request.user), *lists.todos(work), fmt)
    context = {
        "work": work,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "tasks/home.html", context)
