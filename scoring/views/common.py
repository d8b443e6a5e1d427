"""What the pages about one town's score begin with."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from districts.models import Town
from tasks.models import Programme


def town_or_404(request: HttpRequest, programme: Programme, code: str) -> Town:
    """The town, where the user may see it."""
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    return get_object_or_404(towns, code=code)
