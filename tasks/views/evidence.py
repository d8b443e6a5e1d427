from django.http import FileResponse
from django.shortcuts import get_object_or_404

from accounts.access import allowed
from accounts.permissions import Permission
from tasks.models import Evidence


@allowed(see=Permission.SEE_PLAN)
def download(request, pk):
    """The file itself, always as a download: nothing that was uploaded is shown as a page of ours."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    return FileResponse(evidence.file.open(), as_attachment=True, filename=evidence.name)
