"""Joint draws (双随机、一公开): recording the seed, drawing, repeating it, publishing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import access
from accounts.permissions import Permission
from districts.models import Facility
from quality import drawing, inspection_tables
from quality.inspection_forms import DrawForm
from quality.inspection_rules import InspectionError
from quality.models import Draw, DrawAct, Inspection
from tasks import listing
from tasks.reporting import new_key

INVALID = 422
Kind = DrawAct.Kind


def draw_or_404(request, pk: int) -> Draw:
    rows = Draw.objects.visible_to(request.user).select_related("by", "district").prefetch_related("acts__by")
    return get_object_or_404(rows, pk=pk)


@access.allowed(see=Permission.SEE_PLAN, do=Permission.PLAN_INSPECTIONS)
def draw_list(request):
    """All draws, the newest first; a post records the seed and the pools of a new one."""
    data = request.POST if request.method == "POST" else None
    form = DrawForm(data, initial={"key": new_key()})
    if data and form.is_valid():
        values = form.cleaned_data
        kind = values.pop("kind")
        homes = Facility.objects.visible_to(request.user).open_on(values["planned_on"]).select_related("town")
        homes = homes.filter(kind=kind) if kind else homes
        try:
            made = drawing.announce(
                district=request.user.district, facilities=homes.order_by("pk"), by=request.user, **values
            )
        except InspectionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("种子和名库已登记，现在可以抽取。"))
            return redirect(made)
    draws = Draw.objects.visible_to(request.user).select_related("by").prefetch_related("acts")
    context = {
        "draws": [(one, _state(one)) for one in draws],
        "form": form,
        "may_draw": request.user.may(Permission.PLAN_INSPECTIONS),
    }
    return render(request, "quality/draws.html", context, status=INVALID if data else 200)


@access.allowed(
    see=Permission.SEE_PLAN,
    do=Permission.PLAN_INSPECTIONS,
    fetch=lambda request, *, pk: draw_or_404(request, pk),
)
def draw_page(request, pk):
    """One draw: its seed and pools, what came out, and the same draw done again (`?repeat=1`)."""
    draw = draw_or_404(request, pk)
    if request.method == "POST":
        return _act(request, draw)
    acts = {Kind(act.kind): act for act in draw.acts.all()}
    drawn = acts.get(Kind.DRAWN)
    rows = _rows(draw, drawn.result) if drawn else []
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("双随机抽取结果"), draw), *inspection_tables.teams(rows), fmt)
    again = drawing.repeat(draw) if drawn and "repeat" in request.GET else None
    context = {
        "draw": draw,
        "state": _state(draw),
        "drawn": drawn,
        "published": acts.get(Kind.PUBLISHED),
        "rows": rows,
        "again": again is not None and [row["name"] for row in _rows(draw, again)],
        "is_same": drawn and again == drawn.result,
        "pool": [one | {"told": inspection_tables.people([one])} for one in draw.inspectors],
        "may_draw": request.user.may(Permission.PLAN_INSPECTIONS),
    }
    return render(request, "quality/draw.html", context)


def _act(request, draw):
    verbs = {
        "draw": (drawing.carry_out, _("已抽取，并按结果安排了检查。")),
        "publish": (drawing.publish, _("抽取结果已公开。")),
    }
    try:
        verb, said = verbs[request.POST.get("action", "")]
        verb(draw=draw, by=request.user)
    except KeyError:
        messages.error(request, _("请选择要办理的事项。"))
    except InspectionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(draw)


def _rows(draw: Draw, result: list[dict]) -> list[dict]:
    """What was drawn, with the names of that day and what each inspection came to since (1 query)."""
    places = {one["key"]: one for one in draw.facilities}
    people = {one["key"]: one for one in draw.inspectors}
    found = {f"f{one.facility_id}": one for one in Inspection.objects.filter(draw=draw, replaces=None).standing()}
    return [
        {
            "name": places[team["facility"]]["name"],
            "town": places[team["facility"]]["town"],
            "people": inspection_tables.people(people[key] for key in team["inspectors"]),
            "state": inspection and inspection.state,
            "grade": _grade(inspection),
            "inspection": inspection,
        }
        for team in result
        for inspection in [found.get(team["facility"])]
    ]


def _grade(inspection: Inspection | None) -> str:
    """That of the correction, where there is one."""
    for one in (getattr(inspection, "replacement", None), inspection):
        if result := getattr(one, "result", None):
            return result.grade_name
    return ""


def _state(draw: Draw) -> dict:
    """For components/status.html."""
    done = {act.kind for act in draw.acts.all()}
    if Kind.PUBLISHED in done:
        return {"value": "accepted", "label": Kind.PUBLISHED.label}
    if Kind.DRAWN in done:
        return {"value": "extended", "label": Kind.DRAWN.label}
    return {"value": "waiting", "label": _("待抽取")}
