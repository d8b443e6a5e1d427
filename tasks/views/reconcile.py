from django.shortcuts import render

from accounts.access import allowed
from accounts.permissions import Permission
from tasks.reconciling import reconcile
from tasks.views.common import programme_or_404


@allowed(see=Permission.SEE_DISTRICT)
def reconcile_page(request, slug):
    """Where the notice disagrees with itself, both sources side by side."""
    programme = programme_or_404(request, slug)
    return render(request, "tasks/reconcile.html", {"programme": programme, "differences": reconcile(programme)})
