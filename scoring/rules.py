"""The kinds of rule that a criterion can have: facts in, points out. Pure: no database, no request.

Points come out capped but unrounded; the engine rounds them once. Every rule offers

- `evaluate(inputs, weight, no_target)` → `Result`, called far more often than
- `explain(inputs, weight, no_target)` → one sentence with the numbers in it;
- `parts`: the names under which it looks its figures up ("" where it needs only one);
- `to_dict()`: its JSON, read back by `load_rule`.
"""

from scoring.award_rules import Average, Bonus, Graded, Manual, Penalty
from scoring.facts import Award, Figure, Inputs, Result
from scoring.figure_rules import Band, Bands, Completion, Condition, PerUnit, Threshold, Unit
from scoring.loss_rules import Deduct, Veto
from scoring.rule_json import Rule, load, wrong

__all__ = [
    "Average",
    "Award",
    "Band",
    "Bands",
    "Bonus",
    "Completion",
    "Condition",
    "Deduct",
    "Figure",
    "Graded",
    "Inputs",
    "Manual",
    "Penalty",
    "PerUnit",
    "Result",
    "Rule",
    "Threshold",
    "Unit",
    "Veto",
    "load_rule",
]

FROM_FIGURES = (Threshold, Bands, Completion, PerUnit, Deduct)
FROM_PEOPLE = (Average, Graded, Manual, Bonus, Penalty)
KINDS = {rule.kind: rule for rule in (*FROM_FIGURES, *FROM_PEOPLE, Veto)}


def load_rule(data):
    """The rule of a JSON object such as `{"kind": "manual"}`; ValueError names the wrong field."""
    if not isinstance(data, dict):
        raise wrong("rule", data)
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise wrong("kind", kind)
    return load(KINDS[kind], {name: value for name, value in data.items() if name != "kind"})
