"""How people give points on a line: assessors, levels and monitored category are set by revisions, never over the old one."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from scoring.models import Assessor, Criterion, LineSetting
from scoring.rule_json import plain
from tasks import audit, audited
from tasks.models import Programme

Several = LineSetting.Several
KINDS = ("manual", "graded", "average", "bonus", "penalty")  # the rules that read what people give
MAX_LEVEL = 20
FEWEST = 2  # assessors whose marks can be averaged


class SettingError(Exception):
    """What was asked can't be set; the message is for people."""


def lines_by_people(programme: Programme) -> QuerySet[Criterion]:
    """The lines of the rubric in force on which people give points, in its order."""
    lines = Criterion.objects.filter(section__rubric__programme=programme, section__rubric__state="in_force")
    return lines.filter(rule__kind__in=KINDS).select_related("section__rubric__programme__district")


def setting_of(programme: Programme, title: str) -> LineSetting | None:
    """The setting that stands for a line (1 query, 2 more for its assessors)."""
    standing = LineSetting.objects.filter(programme=programme, title=title).standing()
    return standing.prefetch_related("assessors__user").first()


def settings_of(programme: Programme) -> list[LineSetting]:
    """The settings that stand, of all lines (3 queries)."""
    return list(LineSetting.objects.filter(programme=programme).standing().prefetch_related("assessors__user"))


def may_assess(programme: Programme) -> QuerySet[User]:
    """Who can be an assessor: those of the district who may give marks."""
    return User.objects.filter(district=programme.district_id, is_active=True).who_may(Permission.MARK)


@transaction.atomic
def set_line(
    *,
    line: Criterion,
    by,
    several: str = Several.LATEST,
    assessors: Collection[User] = (),
    category: str = "",
    levels: Sequence[tuple[str, Decimal]] = (),
) -> LineSetting:
    """The line's next setting; the same as the one that stands writes nothing.

    Raises SettingError for what the line's rule has no use for, an average of fewer than two, and levels that are twice
    there, not from high to low, nothing or above the weight.
    """
    programme = line.section.rubric.programme
    _check_assessors(line, several, assessors, programme)
    _check_levels(line, levels)
    _check_category(line, category, programme)
    said = {"several": several, "category": category.strip(), "levels": [[n, plain(p)] for n, p in levels]}
    audit.begin(programme.district_id)  # one setting after the other
    stands = setting_of(programme, line.title)
    people = {user.pk for user in assessors}
    if (
        stands
        and said == {n: getattr(stands, n) for n in said}
        and people == {a.user_id for a in stands.assessors.all()}
    ):
        return stands
    setting = LineSetting.objects.create(
        district=programme.district, programme=programme, title=line.title, by=by, **said
    )
    Assessor.objects.bulk_create(
        Assessor(district=programme.district, setting=setting, user_id=user) for user in sorted(people)
    )
    audit.append(rows=[setting])
    return setting


def _check_assessors(line: Criterion, several: str, assessors: Collection[User], programme: Programme) -> None:
    kind = line.rule["kind"]
    if assessors and kind not in ("manual", "graded"):
        raise SettingError(_("“%(line)s”不由评分人评定，不能指定评分人。") % {"line": line})
    if several == Several.AVERAGE and kind != "manual":
        raise SettingError(_("“%(line)s”不是人工评分，不能取平均值。") % {"line": line})
    if several == Several.AVERAGE and len(assessors) < FEWEST:
        raise SettingError(_("取平均值须指定至少 %(count)s 位评分人。") % {"count": FEWEST})
    allowed = set(may_assess(programme).filter(pk__in=[one.pk for one in assessors]))
    if outside := [str(one) for one in assessors if one not in allowed]:
        raise SettingError(_("%(names)s没有评分权限，不能作为评分人。") % {"names": _("、").join(outside)})


def _check_levels(line: Criterion, levels: Sequence[tuple[str, Decimal]]) -> None:
    if levels and line.rule["kind"] not in ("bonus", "penalty"):
        raise SettingError(_("“%(line)s”不是加分项或扣分项，没有级别。") % {"line": line})
    names, points = [name for name, _points in levels], [one for _name, one in levels]
    if wrong := [name for name in names if not name.strip() or len(name) > MAX_LEVEL or names.count(name) > 1]:
        told = {"name": wrong[0], "limit": MAX_LEVEL}
        raise SettingError(_("级别“%(name)s”不正确：应为不超过 %(limit)s 字的名称，每个只写一次。") % told)
    most = abs(line.weight)
    if wrong := [one for one in points if not 0 < one <= most or one.as_tuple().exponent < -2]:
        told = {"found": plain(wrong[0]), "most": plain(most)}
        raise SettingError(_("级别分值 %(found)s 不正确：应大于 0、不超过 %(most)s，最多两位小数。") % told)
    if points != sorted(points, reverse=True):
        raise SettingError(_("级别应由高到低排列。"))


def _check_category(line: Criterion, category: str, programme: Programme) -> None:
    if category.strip() and line.rule["kind"] != "average":
        raise SettingError(_("“%(line)s”不按监测得分计分，没有监测类别。") % {"line": line})
    standing = LineSetting.objects.filter(programme=programme).standing().exclude(title=line.title)
    if category.strip() and (other := standing.filter(category=category.strip()).first()):
        raise SettingError(
            _("监测类别“%(category)s”已用于“%(line)s”。") % {"category": category.strip(), "line": other}
        )


def told(setting: LineSetting) -> str:
    """A setting in words, one thing a line."""
    names = _("、").join(str(one) for one in setting.assessors.all())
    lines = [
        _("评分人：%(names)s") % {"names": names} if names else "",
        setting.get_several_display() if names else "",
        _("监测类别：%(category)s") % {"category": setting.category} if setting.category else "",
        *(_("%(level)s %(points)s 分") % {"level": name, "points": points} for name, points in setting.levels),
    ]
    return "\n".join(filter(None, lines)) or _("未设置")


def register_audited() -> None:
    """Settings stand in the audit chain, with their assessors."""
    audited.register(LineSetting, told=_told, join=_join_assessors)


def _join_assessors(settings: list[dict]) -> None:
    found: dict[int, list[int]] = {}
    keys = [one["id"] for one in settings]
    for setting, user in Assessor.objects.filter(setting__in=keys).order_by("pk").values_list("setting", "user"):
        found.setdefault(setting, []).append(user)
    for one in settings:
        one["assessors"] = found.get(one["id"], [])


def _told(key: int) -> str:
    return " ".join(LineSetting.objects.filter(pk=key).values_list("title", flat=True))
