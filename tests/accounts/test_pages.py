"""Every address of the portal as everybody, GET and POST: the exact answer, and not a word of another town.

The addresses come from the resolver: a new page that stands in none of the lists fails.
"""

from typing import NamedTuple

import pytest
from django.urls import URLPattern, get_resolver
from time_machine import travel

from tests.accounts.world import SECRETS, populate
from tests.cast import everybody
from tests.conftest import OCTOBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

IN, NOTHING, OUT, DENIED, MISSING, NO_SUCH_METHOD = 200, 204, 302, 403, 404, 405


class Answers(NamedTuple):
    """What each of the cast gets. The town is 庙行镇, the neighbour 友谊路街道, the stranger staff of another district, the next home one of the same town."""

    worker: int  # administrator and staff
    reader: int  # leader and city
    official: int
    neighbour: int
    facility: int
    stranger: int
    visitor: int = OUT
    admin: int | None = None  # None: as the staff

    def to(self, who: str) -> int:
        """What one of the cast gets."""
        if who == "admin" and self.admin is not None:
            return self.admin
        return getattr(self, CAST[who])

    def at(self, address: str) -> dict[str, int]:
        """What all of the cast get: to the director next door a page of another home is not there."""
        found = {who: self.to(who) for who in CAST}
        if any(key in address for key in OF_ONE_HOME) and self.facility != NO_SUCH_METHOD:
            found["director_next_door"] = MISSING
        return found


CAST = {
    "admin": "worker",
    "staff": "worker",
    "leader": "reader",
    "city_user": "reader",
    "official": "official",
    "neighbour": "neighbour",
    "facility_user": "facility",
    "director_next_door": "facility",
    "stranger": "stranger",
    "visitor": "visitor",
}
OF_ONE_HOME = ("{home}", "{inspection}", "{visit}", "{finding}")
ALL = Answers(IN, IN, IN, IN, IN, IN)
WHOLE_PLAN = Answers(IN, IN, IN, IN, IN, MISSING)
DISTRICT = Answers(IN, IN, MISSING, MISSING, MISSING, MISSING)
ONE_TOWN = Answers(IN, IN, IN, MISSING, MISSING, MISSING)
ONE_HOME = Answers(IN, IN, IN, MISSING, IN, MISSING)
TOWNS = Answers(IN, IN, IN, IN, MISSING, MISSING)
BUREAU = Answers(IN, MISSING, MISSING, MISSING, MISSING, MISSING)
ADMINISTRATOR = Answers(*[MISSING] * 6)._replace(admin=IN)
ONLY_POST = Answers(*[NO_SUCH_METHOD] * 6)
READ_BY_ADMINISTRATOR = Answers(*[MISSING] * 6)._replace(admin=DENIED)
READ_BY_ALL = Answers(*[DENIED] * 5, MISSING)
READ_BY_TOWNS = Answers(DENIED, DENIED, DENIED, DENIED, MISSING, MISSING)
READ_BY_DISTRICT = Answers(DENIED, DENIED, MISSING, MISSING, MISSING, MISSING)
INVALID = 422  # a half-filled line waits in the sheet of the test's world
READ_BY_HOME = Answers(DENIED, DENIED, DENIED, MISSING, DENIED, MISSING)
POOLS = Answers(IN, IN, MISSING, MISSING, MISSING, IN)
CONFLICT = 409
BY_TOWN = Answers(IN, DENIED, IN, MISSING, MISSING, MISSING)
BY_DISTRICT = Answers(IN, DENIED, MISSING, MISSING, MISSING, MISSING)

PLAN = "/p/baoshan-2024/"
SHEET = f"{PLAN}report/2024Q3/"
ASSESSMENT = f"{PLAN}scores/assessments/{{assessment}}/"
PAGES = {
    "home": ("/", ALL, ALL),
    "alive": ("/alive/", Answers(*[NOTHING] * 6), ONLY_POST),
    "components": ("/components/", ALL, ONLY_POST),
    "notices": ("/notices/", ALL, Answers(*[OUT] * 6)),
    "notice": ("/notices/{notice}/", Answers(*[MISSING] * 6)._replace(official=OUT), ONLY_POST),
    "notice-settings": ("/settings/notices/", ALL, Answers(*[OUT] * 6)),
    "deliveries": ("/settings/deliveries/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=OUT)),
    "delivery-again": ("/settings/deliveries/{delivery}/again/", ONLY_POST, ADMINISTRATOR._replace(admin=OUT)),
    "evidence": ("/evidence/{evidence}/", ONE_TOWN, READ_BY_ALL._replace(stranger=DENIED)),
    "task-list": (f"{PLAN}tasks/", WHOLE_PLAN, READ_BY_ALL),
    "task": (f"{PLAN}tasks/8/", WHOLE_PLAN, Answers(IN, DENIED, DENIED, DENIED, DENIED, MISSING)),
    "indicator-list": (f"{PLAN}indicators/", WHOLE_PLAN, READ_BY_ALL),
    "indicator": (f"{PLAN}indicators/01/", WHOLE_PLAN, READ_BY_ALL),
    "indicator-settings": (
        f"{PLAN}indicators/01/settings/",
        ADMINISTRATOR,
        ADMINISTRATOR._replace(admin=INVALID),
    ),
    "report": (f"{PLAN}report/", Answers(OUT, OUT, OUT, OUT, MISSING, MISSING), READ_BY_TOWNS),
    "report-sheet": (f"{SHEET}?town=310113112", ONE_TOWN, BY_TOWN._replace(worker=INVALID, official=INVALID)),
    "report-line": (f"{SHEET}line/?town=310113112", ONLY_POST, BY_TOWN),
    "report-file": (f"{SHEET}files/?town=310113112", ONLY_POST, BY_TOWN),
    "report-file-remove": (f"{SHEET}files/{{draft}}/remove/?town=310113112", ONLY_POST, BY_TOWN),
    "report-workbook": (f"{SHEET}workbook.xlsx?town=310113112", ONE_TOWN, READ_BY_TOWNS),
    "report-workbook-take": (
        f"{SHEET}workbook/?town=310113112",
        Answers(OUT, OUT, OUT, MISSING, MISSING, MISSING),
        BY_TOWN._replace(worker=INVALID, official=INVALID),
    ),
    "export-annex": (f"{PLAN}export/allocation.xlsx", DISTRICT, READ_BY_DISTRICT),
    "new-programme": ("/p/new/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=INVALID)),
    "period-list": (f"{PLAN}periods/", DISTRICT, READ_BY_DISTRICT),
    "period": (f"{PLAN}periods/2024Q3/", DISTRICT, BY_DISTRICT._replace(worker=INVALID)),
    "completeness": (f"{PLAN}completeness/", DISTRICT, BY_DISTRICT._replace(worker=OUT)),
    "roll-forward": ("/p/new/from/baoshan-2024/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=INVALID)),
    "supervision-list": (f"{PLAN}supervision/", TOWNS, READ_BY_TOWNS),
    "supervision-new": (
        f"{PLAN}supervision/new/?town=310113112&indicator=01",
        BUREAU,
        BUREAU._replace(worker=INVALID),
    ),
    "supervision": (f"{PLAN}supervision/1/", ONE_TOWN, BY_TOWN._replace(worker=INVALID, official=INVALID)),
    "supervision-document": (f"{PLAN}supervision/1/sheet.docx", ONE_TOWN, READ_BY_TOWNS),
    "imports": (f"{PLAN}imports/", ADMINISTRATOR, ADMINISTRATOR),
    "import-progress": (f"{PLAN}imports/progress/", ADMINISTRATOR, READ_BY_ADMINISTRATOR),
    "import": (f"{PLAN}imports/{{import}}/", ADMINISTRATOR, READ_BY_ADMINISTRATOR),
    "import-confirm": (f"{PLAN}imports/{{import}}/confirm/", ONLY_POST, ADMINISTRATOR._replace(admin=OUT)),
    "import-again": (f"{PLAN}imports/{{import}}/again/", ONLY_POST, ADMINISTRATOR._replace(admin=OUT)),
    "import-file": (f"{PLAN}imports/{{import}}/file/", ADMINISTRATOR, READ_BY_ADMINISTRATOR),
    "checks": (f"{PLAN}checks/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=INVALID)),
    "reconcile": (f"{PLAN}reconcile/", DISTRICT, BY_DISTRICT._replace(worker=INVALID)),
    "review": (f"{PLAN}review/", DISTRICT, READ_BY_DISTRICT),
    "review-town": (f"{PLAN}review/310113112/", DISTRICT, BY_DISTRICT),
    "history": (f"{PLAN}history/line/{{line}}-{{town}}/", ONE_TOWN, READ_BY_ALL),
    "facility-list": ("/facilities/", ALL, Answers(*[DENIED] * 6)),
    "facility-new": (
        "/facilities/new/",
        Answers(IN, MISSING, IN, IN, MISSING, IN),
        Answers(INVALID, MISSING, INVALID, INVALID, MISSING, INVALID),
    ),
    "facility-review": (
        "/facilities/review/",
        Answers(IN, IN, MISSING, MISSING, MISSING, IN),
        Answers(OUT, DENIED, MISSING, MISSING, MISSING, OUT),
    ),
    "facility": ("/facilities/{home}/", ONE_HOME, Answers(DENIED, DENIED, DENIED, MISSING, DENIED, MISSING)),
    "facility-edit": (
        "/facilities/{home}/edit/",
        Answers(IN, MISSING, IN, MISSING, MISSING, MISSING),
        Answers(INVALID, MISSING, INVALID, MISSING, MISSING, MISSING),
    ),
    "facility-figures": (
        "/facilities/{home}/figures/2024Q3/",
        ONE_HOME,
        Answers(INVALID, DENIED, INVALID, MISSING, INVALID, MISSING),
    ),
    "inspection-list": ("/inspections/", ALL, Answers(*[DENIED] * 6)),
    "inspection-new": (
        "/inspections/new/",
        Answers(IN, MISSING, IN, IN, IN, IN),
        Answers(INVALID, MISSING, INVALID, INVALID, INVALID, INVALID),
    ),
    "inspection": ("/inspections/{inspection}/", ONE_HOME, READ_BY_HOME._replace(worker=OUT)),
    "inspection-document": ("/inspections/{inspection}/report.docx", ONE_HOME, READ_BY_HOME),
    "inspection-visit": ("/inspections/{visit}/visit/", BUREAU, BUREAU._replace(worker=INVALID)),
    "inspection-lines": (
        "/inspections/{inspection}/lines/",
        ONLY_POST,
        Answers(CONFLICT, MISSING, DENIED, MISSING, DENIED, MISSING),
    ),
    "inspection-photos": ("/inspections/{visit}/photos/", ONLY_POST, BUREAU._replace(worker=INVALID)),
    "inspection-photo": (
        "/inspections/{inspection}/photos/{photo}/",
        ONE_HOME,
        READ_BY_HOME._replace(worker=OUT),
    ),
    "item-list-list": ("/inspections/lists/", POOLS, POOLS._replace(worker=INVALID, reader=DENIED, stranger=INVALID)),
    "item-list": ("/inspections/lists/{item_list}/", WHOLE_PLAN, READ_BY_ALL._replace(stranger=DENIED)),
    "inspector-list": (
        "/inspections/inspectors/",
        POOLS,
        POOLS._replace(worker=INVALID, reader=DENIED, stranger=INVALID),
    ),
    "draw-list": (
        "/inspections/draws/",
        ALL,
        Answers(INVALID, DENIED, DENIED, DENIED, DENIED, INVALID),
    ),
    "draw": ("/inspections/draws/{draw}/", WHOLE_PLAN, READ_BY_ALL._replace(worker=OUT)),
    "targets": (f"{PLAN}targets/", TOWNS, READ_BY_TOWNS),
    "scope": (f"{PLAN}scope/", TOWNS, READ_BY_TOWNS._replace(admin=OUT)),
    "hazard-lists": ("/findings/criteria/", POOLS, POOLS._replace(worker=INVALID, reader=DENIED, stranger=INVALID)),
    "hazard-list": ("/findings/criteria/{hazards}/", WHOLE_PLAN, READ_BY_ALL._replace(stranger=DENIED)),
    "finding-list": (
        "/findings/",
        ALL,
        Answers(OUT, DENIED, OUT, OUT, DENIED, OUT),
    ),
    "finding-document": ("/findings/list.docx", ALL, Answers(*[DENIED] * 6)),
    "finding-new": (
        "/findings/new/",
        Answers(IN, MISSING, IN, IN, MISSING, IN),
        Answers(INVALID, MISSING, INVALID, INVALID, MISSING, INVALID),
    ),
    "finding": (
        "/findings/{finding}/",
        ONE_HOME,
        Answers(INVALID, DENIED, INVALID, MISSING, INVALID, MISSING),
    ),
    "finding-file": (
        "/findings/{finding}/files/{finding_file}/",
        ONE_HOME,
        Answers(DENIED, DENIED, DENIED, MISSING, DENIED, MISSING),
    ),
    "plan-list": ("/plans/", TOWNS, Answers(DENIED, DENIED, DENIED, DENIED, MISSING, DENIED)),
    "plan": ("/facilities/{home}/plan/", ONE_HOME, Answers(OUT, DENIED, OUT, MISSING, OUT, MISSING)),
    "plan-edit": (
        "/facilities/{home}/plan/edit/",
        Answers(DENIED, MISSING, IN, MISSING, IN, MISSING),
        Answers(DENIED, MISSING, INVALID, MISSING, INVALID, MISSING),
    ),
    "plan-document": (
        "/facilities/{home}/plan/plan.docx",
        ONE_HOME,
        Answers(DENIED, DENIED, DENIED, MISSING, DENIED, MISSING),
    ),
    "roll-up": (f"{PLAN}indicators/12/facilities/", Answers(IN, IN, IN, IN, MISSING, MISSING), READ_BY_TOWNS),
    "roll-up-settings": (
        f"{PLAN}indicators/12/facilities/settings/",
        ADMINISTRATOR,
        ADMINISTRATOR._replace(admin=INVALID),
    ),
    "dashboard": (PLAN, DISTRICT, READ_BY_DISTRICT),
    "town": (f"{PLAN}towns/310113112/", ONE_TOWN, READ_BY_TOWNS),
    "gaps": (f"{PLAN}towns/310113112/gaps/", ONE_TOWN, READ_BY_TOWNS),
    "what-if": (f"{PLAN}towns/310113112/what-if/?f.08=5", ONE_TOWN, READ_BY_TOWNS),
    "scores": (f"{PLAN}scores/", DISTRICT, READ_BY_DISTRICT),
    "criteria": (f"{PLAN}scores/criteria/", DISTRICT, READ_BY_DISTRICT),
    "criterion": (f"{PLAN}scores/criteria/2.8/", DISTRICT, READ_BY_DISTRICT),
    "rubric": (f"{PLAN}scores/rubric/", WHOLE_PLAN, READ_BY_ALL),
    "rubric-versions": (f"{PLAN}scores/rubric/versions/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=OUT)),
    "rubric-version": (f"{PLAN}scores/rubric/2/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=OUT)),
    "rubric-compare": (f"{PLAN}scores/rubric/2/compare/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=INVALID)),
    "rubric-new": (f"{PLAN}scores/rubric/2/sections/1/", ADMINISTRATOR, ADMINISTRATOR),
    "rubric-line": (f"{PLAN}scores/rubric/2/lines/2.8/", ADMINISTRATOR, ADMINISTRATOR),
    "links": (f"{PLAN}links/", ADMINISTRATOR, ADMINISTRATOR._replace(admin=302)),
    "marks": (f"{PLAN}scores/marks/", DISTRICT, BY_DISTRICT),
    "mark-revoke": (
        f"{PLAN}scores/marks/{{mark}}/revoke/",
        ONLY_POST,
        Answers(OUT, DENIED, MISSING, MISSING, MISSING, MISSING),
    ),
    "mark-file": ("/marks/files/{mark_file}/", ONE_TOWN, READ_BY_TOWNS._replace(stranger=DENIED)),
    "line-settings": (f"{PLAN}scores/settings/", DISTRICT, READ_BY_DISTRICT._replace(admin=INVALID)),
    "monitoring": (f"{PLAN}scores/monitoring/", DISTRICT, BY_DISTRICT._replace(worker=INVALID)),
    "claims": (
        f"{PLAN}scores/claims/",
        TOWNS,
        READ_BY_TOWNS._replace(official=INVALID, neighbour=INVALID),
    ),
    "claim": (f"{PLAN}scores/claims/{{claim}}/", ONE_TOWN, READ_BY_TOWNS._replace(worker=INVALID)),
    "claim-withdraw": (
        f"{PLAN}scores/claims/{{claim}}/withdraw/",
        ONLY_POST,
        Answers(DENIED, DENIED, OUT, MISSING, MISSING, MISSING),
    ),
    "claim-file": ("/claims/files/{claim_file}/", ONE_TOWN, READ_BY_TOWNS._replace(stranger=DENIED)),
    "assessments": (f"{PLAN}scores/assessments/", TOWNS, READ_BY_TOWNS._replace(worker=INVALID)),
    "assessment": (ASSESSMENT, TOWNS, READ_BY_TOWNS._replace(worker=INVALID)),
    "assessment-document": (f"{ASSESSMENT}frozen.json", DISTRICT, READ_BY_DISTRICT),
    "trend": (f"{PLAN}scores/assessments/trend/", TOWNS, READ_BY_TOWNS),
    "assessment-letter": (f"{ASSESSMENT}documents/bulletin.docx", DISTRICT, READ_BY_DISTRICT),
    "assessment-workbook": (f"{ASSESSMENT}results.xlsx", DISTRICT, READ_BY_DISTRICT),
    "assessment-town-document": (f"{ASSESSMENT}towns/310113112/sheet.docx", ONE_TOWN, READ_BY_TOWNS),
    "assessment-town-print": (f"{ASSESSMENT}towns/310113112/print/", ONE_TOWN, READ_BY_TOWNS),
    "assessment-town": (
        f"{ASSESSMENT}towns/310113112/",
        ONE_TOWN,
        Answers(DENIED, DENIED, INVALID, MISSING, MISSING, MISSING),
    ),
    "appeal": (f"{ASSESSMENT}appeals/{{appeal}}/", ONE_TOWN, READ_BY_TOWNS._replace(worker=INVALID)),
    "appeal-file": (f"{ASSESSMENT}appeals/{{appeal}}/files/{{file}}/", ONE_TOWN, READ_BY_TOWNS),
    "timeline": (f"{PLAN}timeline/", WHOLE_PLAN, READ_BY_ALL),
    "event-new": (f"{PLAN}timeline/new/", BUREAU, BUREAU._replace(worker=INVALID)),
    "phase-edit": (f"{PLAN}timeline/phases/1/", BUREAU, BUREAU._replace(worker=INVALID)),
    "event": (f"{PLAN}timeline/{{event}}/", WHOLE_PLAN, READ_BY_ALL._replace(worker=INVALID)),
    "event-edit": (f"{PLAN}timeline/{{event}}/edit/", BUREAU, BUREAU._replace(worker=INVALID)),
    "event-file": (f"{PLAN}timeline/{{event}}/files/{{event_file}}/", WHOLE_PLAN, READ_BY_ALL),
    "year-summary": (f"{PLAN}timeline/summary.docx", DISTRICT, READ_BY_DISTRICT),
    "people": (f"{PLAN}people/", WHOLE_PLAN, READ_BY_ALL._replace(worker=OUT, facility=OUT)),
    "person-new": (
        f"{PLAN}people/new/",
        BUREAU._replace(facility=IN),
        BUREAU._replace(worker=INVALID, facility=INVALID),
    ),
    "people-plan": (f"{PLAN}people/plan/", BUREAU, BUREAU._replace(worker=OUT)),
    "training-new": (f"{PLAN}people/trainings/new/", BUREAU, BUREAU._replace(worker=INVALID)),
    "examples": (f"{PLAN}examples/", WHOLE_PLAN, READ_BY_ALL),
    "example-new": (f"{PLAN}examples/new/", BUREAU, BUREAU._replace(worker=INVALID)),
    "example": (f"{PLAN}examples/{{example}}/", WHOLE_PLAN, READ_BY_ALL._replace(worker=INVALID)),
    "example-file": (f"{PLAN}examples/{{example}}/files/{{example_file}}/", WHOLE_PLAN, READ_BY_ALL),
}
# Open to visitors or about oneself only: tests/eldercare/test_views.py and allauth's own tests.
OF_NO_PLAN = {"healthz", "set_language"}
PREFIXES_OF_NO_PLAN = ("accounts/", "admin/")


def addresses(resolver, before=""):
    """Each pattern of the project: its whole address and its name."""
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern.name
        else:
            yield from addresses(pattern, address)


@pytest.fixture(scope="module")
def cast(baoshan, django_db_blocker):
    with django_db_blocker.unblock():
        return everybody(baoshan.district)


@pytest.fixture(scope="module")
def keys(baoshan, cast, django_db_blocker):
    """What is there, written once for the module; what a test adds is rolled back after it."""
    towns = cast["official"].town, cast["neighbour"].town
    with django_db_blocker.unblock(), travel(OCTOBER, tick=False):
        return populate(baoshan, towns)


@pytest.fixture
def answers(cast, keys, sign_in):
    """The status that each of the cast gets: `answers(address, "get")`."""

    def answers(address, method):
        form = {"line": keys["line"]} if method == "post" else None
        found = {}
        for name, user in cast.items():
            response = getattr(sign_in(user), method)(address.format(**keys), form)
            response.getvalue()  # read to its end, a file is closed
            found[name] = response.status_code
        return found

    return answers


def test_every_address_of_the_portal_is_walked():
    own = {
        name
        for address, name in addresses(get_resolver())
        if not address.startswith(PREFIXES_OF_NO_PLAN) and name not in OF_NO_PLAN
    }

    assert own == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_reading_a_page_answers_each_as_their_place_allows(name, answers):
    address, get, _post = PAGES[name]

    assert answers(address, "get") == get.at(address)


@pytest.mark.parametrize("name", PAGES)
def test_writing_to_a_page_answers_each_as_their_role_allows(name, answers):
    address, _get, post = PAGES[name]

    expected = post.at(address)
    if name == "report-file-remove":
        expected |= {"staff": MISSING, "official": MISSING}  # the administrator came first: the file is gone
    assert answers(address, "post") == expected


@pytest.mark.once
@pytest.mark.parametrize("who", [name for name in CAST if name != "visitor"])
def test_a_district_that_is_not_there_and_one_that_may_not_be_seen_look_the_same(who, cast, sign_in, baoshan):
    client = sign_in(cast[who])

    for address, _get, _post in PAGES.values():
        if address.startswith(PLAN) and "{" not in address:
            gone = client.get(address.replace("baoshan-2024", "no-such-plan"))
            assert (address, gone.status_code) in {(address, MISSING), (address, NO_SUCH_METHOD)}


SECRET_PLACES = [
    f"{PLAN}towns/310113003/",
    f"{PLAN}towns/310113003/gaps/",
    f"{PLAN}towns/310113003/what-if/",
    f"{SHEET}?town=310113003",
    "/evidence/{secret_evidence}/",
    "/evidence/{secret_draft}/",
    f"{PLAN}history/line/{{secret_line}}-{{secret_town}}/",
    f"{ASSESSMENT}towns/310113003/",
    f"{ASSESSMENT}appeals/{{secret_appeal}}/",
    f"{ASSESSMENT}appeals/{{secret_appeal}}/files/{{secret_file}}/",
    f"{PLAN}scores/claims/{{secret_claim}}/",
    f"{PLAN}history/claim/{{secret_claim}}/",
    "/claims/files/{secret_claim_file}/",
    "/marks/files/{secret_mark_file}/",
    f"{PLAN}supervision/2/",
    f"{PLAN}supervision/2/sheet.docx",
    f"{PLAN}history/supervision/{{secret_supervision}}/",
    "/facilities/{secret_home}/",
    "/facilities/{secret_home}/plan/",
    "/facilities/{secret_home}/plan/plan.docx",
    "/findings/{secret_finding}/",
    "/findings/{secret_finding}/files/{secret_finding_file}/",
    f"{PLAN}history/finding/{{secret_finding}}/",
    "/facilities/{secret_home}/figures/2024Q3/",
    "/inspections/{secret_inspection}/",
    "/inspections/{secret_inspection}/report.docx",
    "/inspections/{secret_inspection}/photos/{secret_photo}/",
    "/inspections/{secret_visit}/",
    f"{PLAN}indicators/12/facilities/?town=310113003",
]


@pytest.mark.parametrize("address", SECRET_PLACES)
def test_a_place_of_another_town_is_not_found(address, keys, sign_in, cast):
    assert sign_in(cast["official"]).get(address.format(**keys)).status_code == MISSING


def _variants(address):
    yield address
    joint = "&" if "?" in address else "?"
    for more in ("as_of=2024-12-31&period=2024Q2&no_target=full", "as_of=2024-06-30&known_on=2024-12-31&q=友谊"):
        yield f"{address}{joint}{more}"


def _body(response):
    body = response.getvalue()
    return f"{response.headers}{body.decode(errors='replace')}"


@pytest.mark.once
@pytest.mark.parametrize("who", ["official", "facility_user"])
def test_no_page_shows_a_word_or_a_figure_of_another_town(who, cast, keys, sign_in, baoshan):
    client = sign_in(cast[who])
    pages = [address.format(**keys) for address, _get, _post in PAGES.values()]
    reads = [*SECRET_PLACES, *(variant for page in pages for variant in _variants(page))]
    reads += [f"{PLAN}tasks/{task.number}/" for task in baoshan.tasks.all()]
    reads += [f"{PLAN}indicators/{indicator.code}/" for indicator in baoshan.indicators.all()]
    form = {"line": keys["secret_line"], "report": keys["secret_report"]}

    answered = {f"GET {address}": client.get(address.format(**keys)) for address in reads}
    answered |= {f"POST {address}": client.post(address, form) for address in pages}

    assert [address for address, response in answered.items() if any(s in _body(response) for s in SECRETS)] == []


def test_no_page_shows_a_director_what_is_of_another_home_in_the_town(cast, keys, sign_in):
    client, home = sign_in(cast["director_next_door"]), cast["facility_user"].facility.name

    shown = {name for name in PAGES if home in _body(client.get(PAGES[name][0].format(**keys)))}

    assert shown == {"draw", "example", "examples"}  # what the bureau has made public


def test_the_secrets_are_there_to_be_seen_by_the_district(keys, sign_in, cast):
    shown = _body(sign_in(cast["staff"]).get(f"{PLAN}review/310113003/"))
    shown += _body(sign_in(cast["neighbour"]).get(f"{PLAN}report/2024Q2/"))

    assert [secret for secret in SECRETS if secret in shown] == list(SECRETS)


@pytest.mark.parametrize("who", ["official", "leader", "facility_user"])
def test_nobody_else_decides_logs_or_marks(who, cast, keys, sign_in):
    client = sign_in(cast[who])
    forms = {
        f"{PLAN}review/310113112/": {"report": keys["report"], "action": "accept"},
        f"{PLAN}tasks/8/": {"period": "2024Q3", "state": "done", "key": "k"},
        f"{PLAN}scores/marks/{keys['mark']}/revoke/": {"reason": "不符"},
    }

    assert {client.post(address, form).status_code for address, form in forms.items()} <= {DENIED, MISSING}
