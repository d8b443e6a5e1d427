"""The demo: both notices through the importer, an account for each role, and synthetic progress."""

import tomllib
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from districts.models import Facility, Town
from eldercare.demo_assessments import add_assessments
from eldercare.demo_claims import add_claims
from eldercare.demo_facilities import add_facilities, register
from eldercare.demo_findings import add_findings
from eldercare.demo_homes import add_home_figures, register_homes
from eldercare.demo_inspections import add_inspections, add_lists
from eldercare.demo_progress import add_progress
from eldercare.demo_supervision import add_sheet
from eldercare.demo_year import add_year
from quality.roll_ups import apply_roll_ups
from quality.scheduling import apply_schedule
from quality.scoping import set_scope
from scoring.links import apply_criterion_links
from scoring.models import Rubric
from tasks.importing import Context, import_annex
from tasks.links import apply_aliases, apply_task_links
from tasks.models import Programme
from tasks.programmes import create_programme

FIXTURES = settings.BASE_DIR / "fixtures"
PROGRAMMES = ("changning-2023", "baoshan-2024")
ANNEXES = (("tasks", "annex1_tasks"), ("allocation", "annex2_allocation"), ("rubric", "annex3_rubric"))


class DemoError(Exception):
    """The demo can't be made; the message is for people."""


@transaction.atomic
def make_demo(*, progress: bool) -> list[User]:
    """Fill an empty database; returns the accounts. Raises DemoError when a programme is there already."""
    if Programme.objects.exists():
        raise DemoError("数据库中已有年度方案，演示数据只能写入空库 / the database is not empty")
    programmes = [load_programme(FIXTURES / slug) for slug in PROGRAMMES]
    users = _accounts(programmes)
    add_lists()
    if progress:
        for programme in programmes:
            prefix = _prefix(programme, programmes)
            own = users | {name: users[f"{prefix}{name}"] for name in ("staff", "facility-demo")}
            add_facilities(programme, own)
            add_home_figures(programme, FIXTURES / programme.slug, own, own["staff"])
            add_progress(programme, own)
            add_sheet(programme, own)
            add_assessments(programme, own)
            add_claims(programme, own)
            add_inspections(programme, own)
            add_findings(programme, own)
            add_year(programme, own)
    return list(users.values())


def load_programme(folder: Path) -> Programme:
    """One notice through the importer, the users' own way in, with the links that stand beside it."""
    facts, links = (tomllib.loads((folder / name).read_text("utf-8")) for name in ("programme.toml", "links.toml"))
    words = {"notice_text": _notice_text(folder / "notice.txt")}
    programme = create_programme(programme=facts["programme"] | words, district=facts["district"], towns=facts["town"])
    for kind, name in ANNEXES:
        if (file := folder / f"{name}.xlsx").exists():
            outcome = import_annex(file, Context(programme), kind=kind)
            if outcome.errors:
                raise DemoError(f"{file.name}: {outcome.errors[0].message}")
    apply_aliases(programme, links.get("alias", []))
    apply_task_links(programme, links.get("task", []))
    if scope := links.get("scope"):
        set_scope(programme=programme, settings=scope, by=None)
    apply_roll_ups(programme, links.get("roll_up", []))
    if (file := folder / "events.toml").exists():
        apply_schedule(programme, tomllib.loads(file.read_text("utf-8")))
    if rubric := Rubric.objects.filter(programme=programme).in_force().first():
        apply_criterion_links(rubric, links["criterion"])
    return programme


def _notice_text(file: Path) -> str:
    """The notice's own text, up to its annexes."""
    lines = file.read_text("utf-8").splitlines()
    end = next((number for number, line in enumerate(lines) if line.strip() == "附件1"), len(lines))
    return "\n".join(lines[:end]).strip()


def _accounts(programmes: list[Programme]) -> dict[str, User]:
    """The demo accounts by user name, all with DEMO_PASSWORD; one for each role of every district and for each town."""
    same = {"password": make_password(settings.DEMO_PASSWORD), "demo": True}
    users = []
    for programme in programmes:
        prefix, home = _prefix(programme, programmes), same | {"district": programme.district}
        homes = register_homes(FIXTURES / programme.slug)
        facility = homes[0] if homes else _first_home()
        users += [
            User(username=f"{prefix}admin", name="管理员", role=Role.ADMIN, **home),
            User(username=f"{prefix}staff", name="养老服务科", role=Role.STAFF, **home),
            User(username=f"{prefix}leader", name="分管领导", role=Role.LEADER, **home),
            User(username=f"{prefix}facility-demo", name=facility.name, role=Role.FACILITY, facility=facility, **home),
        ]
    for town in Town.objects.select_related("district"):
        place = same | {"district": town.district, "town": town}
        users.append(User(username=f"town-{town.code}", name=f"{town.name}经办人", role=Role.TOWN, **place))
    for user in users:
        user.save()
    return {user.username: user for user in users}


def _prefix(programme: Programme, programmes: list[Programme]) -> str:
    """What the user names begin with: nothing in the newest programme's district, the programme's own name elsewhere."""
    return "" if programme == programmes[-1] else f"{programme.slug.rsplit('-', 1)[0]}-"


def _first_home() -> Facility:
    """The home whose director has an account where the plan brings no homes of its own."""
    return register(Town.objects.get(code="310113112"), "庙行悦馨养老院", Facility.Kind.NURSING_HOME)
