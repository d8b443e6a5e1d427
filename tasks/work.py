"""What waits for a user: the short list on the front page, most urgent first."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from accounts.permissions import Permission
from tasks import work_district, work_town
from tasks.models import Programme
from tasks.todos import Todo

Work = list[tuple[Programme, list[Todo]]]
Source = Callable[[object, Programme], Iterable[Todo]]
SOURCES: list[Source] = []
OF_PROGRAMMES: list[Source] = []


def register(source: Source) -> None:
    """Let a later app add what waits for a user and belongs to no programme: it stands with the newest one."""
    SOURCES.append(source)


def register_of_programme(source: Source) -> None:
    """Let a later app add what waits for the bureau in a programme."""
    OF_PROGRAMMES.append(source)


def work_of(user, programmes: Sequence[Programme]) -> Work:
    """What the user has to do in each programme, the most urgent first.

    A fixed number of queries for each programme that is worked on: of each district the newest and the year before it.
    """
    if len({programme.district_id for programme in programmes}) > 1:
        lines = work_district.overview(list(programmes))
        return [(programme, [lines[programme.pk]]) for programme in programmes]
    newest = max((programme.year for programme in programmes), default=0)
    work = [(one, todo(user, one) if one.year >= newest - 1 else []) for one in programmes]
    return [(one, _with_others(user, one, found)) for one, found in work[:1]] + work[1:]


def _with_others(user, programme: Programme, found: list[Todo]) -> list[Todo]:
    others = [one for source in SOURCES for one in source(user, programme)]
    return _by_urgency(iter([*found, *others])) if others else found


def todo(user, programme: Programme) -> list[Todo]:
    """What the user has to do in one programme, the most urgent first."""
    if user.town_id and user.may(Permission.REPORT):
        return _by_urgency(work_town.todos(user.town, programme))
    if user.may(Permission.REVIEW):
        return _by_urgency(_of_the_bureau(user, programme))
    if user.may(Permission.SEE_DISTRICT):
        return [*work_district.owing(programme), *work_district.red(user, programme)]
    return []


def _of_the_bureau(user, programme: Programme) -> Iterator[Todo]:
    yield from work_district.to_review(user, programme)
    yield from work_district.supervisions(programme)
    yield from work_district.owing(programme)
    for source in OF_PROGRAMMES:
        yield from source(user, programme)
    if user.may(Permission.MANAGE):
        yield from work_district.imports(programme)


def _by_urgency(found: Iterator[Todo]) -> list[Todo]:
    return sorted(found, key=lambda one: one.urgency)
