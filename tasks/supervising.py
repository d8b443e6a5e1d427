"""Supervision sheets (督办单): issued by the bureau, signed for and answered by the town, sent back or closed by the bureau."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from districts.models import Town
from tasks import audit, notifying
from tasks.models import Indicator, Notification, Programme, Supervision, SupervisionAct, SupervisionState, Task

MAX_WORDS = SupervisionAct._meta.get_field("words").max_length
Kind, State = SupervisionAct.Kind, SupervisionState
OF_THE_TOWN = (Kind.SIGNED, Kind.ANSWERED)
FOLLOWS = {  # what can be done with a sheet in each state
    State.ISSUED: (Kind.SIGNED, Kind.CLOSED),
    State.SIGNED: (Kind.ANSWERED, Kind.CLOSED),
    State.ANSWERED: (Kind.CLOSED, Kind.RETURNED),
    State.RETURNED: (Kind.ANSWERED, Kind.CLOSED),
    State.CLOSED: (),
}
NEEDS_WORDS = {
    Kind.ANSWERED: gettext_lazy("请填写答复内容。"),
    Kind.RETURNED: gettext_lazy("退回答复必须填写原因。"),
    Kind.CLOSED: gettext_lazy("请填写办结意见。"),
}


class SupervisionError(Exception):
    """What was asked can't be done; the message is for people."""


def may(user, kind: Kind, sheet: Supervision) -> bool:
    """Whether it is this user's part: a town signs for and answers its own sheets, the bureau sends back and closes."""
    if kind in OF_THE_TOWN:
        return user.may(Permission.REPORT) and user.town_id == sheet.town_id
    return user.may(Permission.REVIEW) and sheet.district_id in user.district_ids


def next_acts(sheet: Supervision, user) -> list[Kind]:
    """What this user can do with the sheet now."""
    return [kind for kind in FOLLOWS[sheet.state] if may(user, kind, sheet)]


@transaction.atomic
def issue(
    *,
    programme: Programme,
    town: Town,
    matter: str,
    requirement: str,
    due_on: dt.date,
    by,
    key: str,
    indicator: Indicator | None = None,
    task: Task | None = None,
    at: dt.datetime | None = None,
) -> Supervision:
    """Put one matter to one town under the programme's next number; a key that was sent before returns what it wrote then.

    Raises SupervisionError when the key was sent before with something else, when the day has passed, and when a sheet
    about the same line is still open.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)  # numbers are given once
    said = {"programme": programme, "town": town, "indicator": indicator, "task": task}
    said |= {"matter": matter, "requirement": requirement, "due_on": due_on}
    if earlier := Supervision.objects.filter(key=key).first():
        if said != {name: getattr(earlier, name) for name in said}:
            raise SupervisionError(_("这张表已提交过，没有重复签发；另签发一份请重新打开本页。"))
        return earlier
    at = at or timezone.now()
    if due_on < timezone.localdate(at):
        raise SupervisionError(_("办结期限 %(day)s 已经过去。") % {"day": due_on})
    _refuse_second(programme, town, indicator, task)
    last = Supervision.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    district = programme.district
    sheet = Supervision.objects.create(district=district, number=last + 1, key=key, at=at, by=by, **said)
    audit.append(rows=[sheet])
    _tell(sheet, notifying.townspeople(town, besides=by), "", f"supervision-{sheet.pk}")
    return sheet


def _refuse_second(programme: Programme, town: Town, indicator: Indicator | None, task: Task | None) -> None:
    """One matter, one sheet."""
    if not (indicator or task):
        return
    same = Supervision.objects.filter(programme=programme, town=town, indicator=indicator, task=task)
    if open_ := same.standing().open().first():
        told = {"sheet": open_, "state": open_.state.label}
        raise SupervisionError(_("%(sheet)s已就这一事项督办该街镇，尚未办结（%(state)s）。") % told)


def sign(
    *, sheet: Supervision, by, at: dt.datetime | None = None, seen: int | None = None, words: str = ""
) -> SupervisionAct:
    """The town has received the sheet. Raises SupervisionError when it was signed for before."""
    return _act(sheet, Kind.SIGNED, words, by, at, seen)


def answer(
    *, sheet: Supervision, words: str, by, at: dt.datetime | None = None, seen: int | None = None
) -> SupervisionAct:
    """The town says what it did. Raises SupervisionError before it was signed for, and while an answer stands."""
    return _act(sheet, Kind.ANSWERED, words, by, at, seen)


def return_(
    *, sheet: Supervision, words: str, by, at: dt.datetime | None = None, seen: int | None = None
) -> SupervisionAct:
    """The answer is not enough: it goes back with a reason. Raises SupervisionError where no answer stands."""
    return _act(sheet, Kind.RETURNED, words, by, at, seen)


def close(
    *, sheet: Supervision, words: str, by, at: dt.datetime | None = None, seen: int | None = None
) -> SupervisionAct:
    """The matter is settled; without an answer the words are the reason. Raises SupervisionError for one who answered."""
    return _act(sheet, Kind.CLOSED, words, by, at, seen)


VERBS: dict[Kind, Callable[..., SupervisionAct]] = {
    Kind.SIGNED: sign,
    Kind.ANSWERED: answer,
    Kind.RETURNED: return_,
    Kind.CLOSED: close,
}


@transaction.atomic
def _act(sheet: Supervision, kind: Kind, words: str, by, at: dt.datetime | None, seen: int | None) -> SupervisionAct:
    """Write one act after all rules; the same act of the same person said twice is written once.

    `seen` is how many acts the person had before them: where there are more, nothing is written.
    """
    Supervision.objects.select_for_update(no_key=True).get(pk=sheet.pk)  # one act at a time
    acts, words = list(sheet.acts.select_related("by")), words.strip()
    if acts and (acts[-1].kind, acts[-1].words, acts[-1].by) == (kind, words, by):
        return acts[-1]
    if seen is not None and len(acts) > seen:
        raise SupervisionError(_("打开本页以后%(done)s，请看过后再办理。") % {"done": _done(acts[-1])})
    if refused := _refusal(sheet, acts, kind, words, by):
        raise SupervisionError(refused)
    act = SupervisionAct.objects.create(
        district=sheet.district, sheet=sheet, kind=kind, words=words, at=at or timezone.now(), by=by
    )
    audit.append(rows=[act])
    others = notifying.bureau if kind in OF_THE_TOWN else notifying.townspeople
    place = sheet.district if kind in OF_THE_TOWN else sheet.town
    _tell(sheet, others(place, besides=by), kind, f"supervision-act-{act.pk}")
    return act


def _refusal(sheet: Supervision, acts: Sequence[SupervisionAct], kind: Kind, words: str, by) -> str:
    """Why this can't be done with the sheet now; "" where it can."""
    state = State(acts[-1].kind) if acts else State.ISSUED
    if not may(by, kind, sheet):
        return _("签收和答复由%(town)s办理，退回和办结由区民政局办理。") % {"town": sheet.town}
    if kind not in FOLLOWS[state]:
        return _out_of_order(state, acts, kind)
    if kind == Kind.CLOSED and any(act.kind == Kind.ANSWERED and act.by == by for act in acts):
        return _("您答复过这份督办单，须由他人办结。")
    if kind == Kind.CLOSED and state != State.ANSWERED and not words:
        return _("街镇没有答复，不经答复办结必须说明理由。")
    if not words and kind in NEEDS_WORDS:
        return str(NEEDS_WORDS[kind])
    if len(words) > MAX_WORDS:
        return _("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(words)}
    return ""


def _out_of_order(state: State, acts: Sequence[SupervisionAct], kind: Kind) -> str:
    if state == State.ISSUED:
        return _("尚未签收，请先签收再答复。") if kind == Kind.ANSWERED else _("街镇尚未签收，没有可退回的答复。")
    if kind == Kind.RETURNED and state == State.SIGNED:
        return _("街镇尚未答复，没有可退回的答复。")
    if kind == Kind.SIGNED and state != State.CLOSED:
        return _("这份督办单%(done)s，不必再签收。") % {"done": _done(acts[0])}
    if kind == Kind.ANSWERED and state == State.ANSWERED:
        return _("这份督办单%(done)s，等候办结；退回后才能再次答复。") % {"done": _done(acts[-1])}
    return _("这份督办单%(done)s。") % {"done": _done(acts[-1])}


def _done(act: SupervisionAct) -> str:
    """`已由 庙行经办人 于 2024-10-16 09:00 签收`."""
    done = {
        Kind.SIGNED: _("已由 %(who)s 于 %(at)s 签收"),
        Kind.ANSWERED: _("已由 %(who)s 于 %(at)s 答复"),
        Kind.RETURNED: _("已由 %(who)s 于 %(at)s 退回答复"),
        Kind.CLOSED: _("已由 %(who)s 于 %(at)s 办结"),
    }
    return done[Kind(act.kind)] % {"who": act.by, "at": f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}"}


def _tell(sheet: Supervision, users, act: str, key: str) -> None:
    programme = sheet.programme
    facts = {"year": programme.year, "number": sheet.number, "town": sheet.town.name, "act": act}
    notifying.tell(
        users=users,
        kind=Notification.Kind.SUPERVISION,
        district=programme.district,
        programme=programme,
        facts=facts | {"matter": sheet.matter, "due_on": sheet.due_on.isoformat()},
        url=sheet.get_absolute_url(),
        key=key,
    )
