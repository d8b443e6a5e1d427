"""What happened with a supervision sheet, in order, for its page, its Word document and its history."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tasks.history import Event
from tasks.models import Supervision, SupervisionAct

Kind = SupervisionAct.Kind
TONES = {Kind.SIGNED: "waiting", Kind.ANSWERED: "waiting", Kind.RETURNED: "returned", Kind.CLOSED: "accepted"}


def events(sheet: Supervision, acts: Sequence[SupervisionAct]) -> list[Event]:
    """The issue and every act, the first one first."""
    due = _("办结期限 %(day)s") % {"day": sheet.due_on}
    issued = Event(sheet.at, sheet.by, _("签发"), f"{sheet.matter}\n{sheet.requirement}\n{due}", "returned")
    return [issued, *(_event(act, before) for act, before in zip(acts, [None, *acts], strict=False))]


def _event(act: SupervisionAct, before: SupervisionAct | None) -> Event:
    unanswered = act.kind == Kind.CLOSED and (before is None or before.kind != Kind.ANSWERED)
    what = _("未经答复办结") if unanswered else act.get_kind_display()
    return Event(act.at, act.by, what, act.words, TONES[Kind(act.kind)])
