"""Inspections in the audit chain: results with plan, answers and the hashes of photos; draws with their seeds and pools."""

from quality.models import Draw, DrawAct, Inspection, InspectionAnswer, InspectionPhoto, InspectionResult
from tasks import audited


def register_audited() -> None:
    audited.register(InspectionResult, join=_join, told=_told)
    audited.register(Draw, told=lambda key: _title(Draw.objects.filter(pk=key)))
    audited.register(DrawAct, told=lambda key: _title(Draw.objects.filter(acts=key)))


def _join(results: list[dict]) -> None:
    """To a result all that was recorded with it (3 queries)."""
    plans = {row["id"]: row for row in _rows(Inspection, pk__in=[result["inspection_id"] for result in results])}
    answers = _by("result_id", InspectionAnswer, result__in=[result["id"] for result in results])
    photos = _by("inspection_id", InspectionPhoto, inspection__in=list(plans))
    for result in results:
        key = result["inspection_id"]
        result["inspection"] = plans.get(key)
        result["answers"] = answers.get(result["id"], [])
        result["photos"] = photos.get(key, [])


def _rows(model, **only) -> list[dict]:
    return list(model._base_manager.filter(**only).order_by("pk").values())


def _by(name: str, model, **only) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = {}
    for row in _rows(model, **only):
        found.setdefault(row[name], []).append(row)
    return found


def _title(draws) -> str:
    return str(draws.first() or "")


def _told(key: int) -> str:
    result = InspectionResult.objects.filter(pk=key).select_related("inspection__facility").first()
    return str(result) if result else ""
