"""The rows behind the checks: what a new programme begins with, and the limits in force for each indicator."""

from decimal import Decimal

from django.db import transaction

from tasks.checks import Limits
from tasks.models import CheckRule, Indicator, Programme, Task

Kind = CheckRule.Kind
DEFAULTS: Limits = {
    Kind.DECREASE: None,
    Kind.OVER_TARGET: Decimal(150),
    Kind.JUMP: Decimal(3),
    Kind.OVER_RATE: Decimal(100),
    Kind.DONE_WITHOUT_WORDS: None,
}
LIMITED = {kind for kind, limit in DEFAULTS.items() if limit is not None}
FIGURES = (
    Kind.DECREASE,
    Kind.OVER_TARGET,
    Kind.JUMP,
    Kind.OVER_RATE,
)  # what an indicator can have a row of its own for


@transaction.atomic
def begin_check_rules(programme: Programme) -> None:
    """The general rules with their usual limits; each is a row with a history."""
    for kind, limit in DEFAULTS.items():
        CheckRule.objects.create(programme=programme, kind=kind, limit=limit)


class Rules:
    """A programme's rules (one query): an indicator's own row takes the general one's place, even to switch it off."""

    def __init__(self, programme: Programme):
        self._rows: dict[int | None, dict[str, CheckRule]] = {}
        for rule in CheckRule.objects.filter(programme=programme):
            self._rows.setdefault(rule.indicator_id, {})[rule.kind] = rule

    def limits(self, subject: Indicator | Task) -> Limits:
        """The limits of the rules in force for one line."""
        rules = dict(self._rows.get(None, {}))
        if isinstance(subject, Indicator):
            rules |= self._rows.get(subject.pk, {})
        return {kind: rule.limit for kind, rule in rules.items() if rule.active}
