"""What waits for the people who mark and rule: lines not marked by their assessor, claims not decided, appeals not ruled on."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from scoring.line_settings import lines_by_people, settings_of
from scoring.models import Appeal, Claim, Criterion, Mark
from tasks.models import Programme
from tasks.notification_words import listed
from tasks.todos import Todo

SHOWN = 5  # towns that are named; the others are counted


class WaitingLine(NamedTuple):
    """A line that a user is an assessor of, and the towns that they have not marked."""

    line: Criterion
    towns: list[Town]


def waiting_for(user, programme: Programme) -> list[WaitingLine]:
    """The lines that wait for this assessor, in the rubric's order (5 queries, 2 for who is none)."""
    own = {one.title for one in settings_of(programme) if any(a.user_id == user.pk for a in one.assessors.all())}
    if not own:
        return []
    marks = Mark.objects.filter(district=programme.district_id, by=user, revokes=None, revocation=None)
    marks = marks.filter(criterion__section__rubric__programme=programme)
    done = set(marks.filter(criterion__title__in=own).values_list("criterion__title", "town"))
    towns = list(Town.objects.filter(district=programme.district_id))
    lines = [
        WaitingLine(line, [town for town in towns if (line.title, town.pk) not in done])
        for line in lines_by_people(programme).filter(title__in=own)
    ]
    return [line for line in lines if line.towns]


def todos(user, programme: Programme) -> Iterator[Todo]:
    """For the front page: what an assessor has to mark, and the claims and appeals that wait for the bureau."""
    if user.may(Permission.MARK):
        yield from _marks(user, programme)
        yield from _claims(programme)
    if user.may(Permission.ASSESS):
        yield from _appeals(programme)


def _marks(user, programme: Programme) -> Iterator[Todo]:
    for line, towns in waiting_for(user, programme):
        told = {"count": len(towns), "names": listed([town.name for town in towns], SHOWN)}
        url = f"{reverse('marks', args=[programme.slug])}?criterion={line.pk}"
        yield Todo(
            _("评分：%(line)s") % {"line": line}, _("还有 %(count)s 个街镇待评：%(names)s") % told, url, "waiting"
        )


def _claims(programme: Programme) -> Iterator[Todo]:
    claims = Claim.objects.filter(district=programme.district_id, criterion__section__rubric__programme=programme)
    for claim in claims.waiting().select_related("town"):
        url, since = reverse("claim", args=[programme.slug, claim.pk]), timezone.localdate(claim.at)
        title = _("审核加分申报：%(town)s") % {"town": claim.town}
        yield Todo(title, claim.matter, url, "waiting", since=since)


def _appeals(programme: Programme) -> Iterator[Todo]:
    appeals = Appeal.objects.filter(district=programme.district_id, line__result__assessment__programme=programme)
    for appeal in appeals.open().select_related("line__result__assessment__programme"):
        title = _("裁定申诉：%(line)s") % {"line": appeal}
        since, detail = timezone.localdate(appeal.at), appeal.line.result.assessment.title
        yield Todo(title, detail, appeal.get_absolute_url(), "waiting", since=since)
