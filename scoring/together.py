"""The scores of many programmes: what stands behind them is read for a group of districts by the queries of one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from districts.models import Town
from scoring.awarding import GIVEN, GivenMark
from scoring.models import CriterionLink, LineSetting, Mark, Rubric, Section
from scoring.scores import Scores
from tasks.board import Board, Moment
from tasks.models import Programme

GROUP = 50  # districts: enough that queries cost little, few enough that their figures fit into memory


def scores_of_all(programmes: Iterable[Programme], moment: Moment, *, no_target: str = "") -> Iterator[Scores]:
    """Each programme's scores at a moment, in the order given (10 queries for a group; as known on a day three more for each).

    Programmes without a rubric at that moment are left out. `no_target` takes the place of the rubrics' own setting.
    Memory stays the same however many there are.
    """
    programmes = iter(programmes)
    while group := list(islice(programmes, GROUP)):
        yield from _together(group, moment, no_target)


def _together(programmes: Sequence[Programme], moment: Moment, no_target: str) -> list[Scores]:
    rubrics: dict[int, Rubric] = {}
    for rubric in Rubric.objects.filter(programme__in=programmes).known(moment.known_on).order_by("-version"):
        rubrics.setdefault(rubric.programme_id, rubric)
    boards = Board.together(programmes, moment)
    found = [
        Scores(programme, moment, no_target=no_target, board=board, rubric=rubrics[programme.pk])
        for programme, board in zip(programmes, boards, strict=True)
        if programme.pk in rubrics
    ]
    _add_towns(found)
    _add_lines(found)
    _add_marks(found, moment)
    return found


def _add_towns(found: list[Scores]) -> None:
    towns: dict[int, list[Town]] = {scores.programme.district_id: [] for scores in found}
    for town in Town.objects.filter(district__in=towns):
        towns[town.district_id].append(town)
    for scores in found:
        scores.towns = towns[scores.programme.district_id]


def _add_lines(found: list[Scores]) -> None:
    by_rubric = {scores.rubric.pk: scores for scores in found}
    for scores in found:
        scores.sections = []
    for section in Section.objects.filter(rubric__in=by_rubric).prefetch_related("criteria"):
        by_rubric[section.rubric_id].sections.append(section)
    if any(scores.moment.known_on for scores in found):
        return  # the links as known then are asked of each rubric's history
    for scores in found:
        scores.links = {key: [] for key in scores.criteria}
    links = CriterionLink.objects.filter(criterion__section__rubric__in=by_rubric).order_by("pk")
    for rubric, key, part, indicator in links.values_list(
        "criterion__section__rubric", "criterion__key", "part", "indicator_id"
    ):
        by_rubric[rubric].links[key].append((part, indicator))


def _add_marks(found: list[Scores], moment: Moment) -> None:
    by_programme = {scores.programme.pk: scores for scores in found}
    for scores in found:
        scores.settings, scores.standing = {}, {}
    settings = LineSetting.objects.filter(programme__in=by_programme).standing(known_on=moment.known_on)
    for setting in settings.prefetch_related("assessors__user"):
        by_programme[setting.programme_id].settings[setting.title] = setting
    of_programmes = {"criterion__section__rubric__programme__in": by_programme}
    marks = Mark.objects.filter(district__in={one.programme.district_id for one in found}, **of_programmes)
    standing = marks.standing(**moment._asdict()).order_by("given_on", "pk")
    for programme, *fields in standing.values_list("criterion__section__rubric__programme", *GIVEN):
        mark = GivenMark(*fields)
        by_programme[programme].standing.setdefault((mark.title, mark.town_id), []).append(mark)
