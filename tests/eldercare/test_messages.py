"""English is complete: no message without translation, and no page that shows Chinese of its own."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.base import Lexer, TokenType
from django.urls import reverse

import quality.urls
import scoring.urls
import tasks.urls
from districts.models import Facility
from eldercare.demo_progress import add_progress
from eldercare.demo_supervision import add_sheet
from quality.inspection_urls import inspection_patterns
from quality.models import Draw, Event, Example, Finding, HazardList, Inspection, InspectionPhoto
from quality.reporting import accept, return_
from quality.year_urls import year_patterns
from scoring.models import Appeal, Claim
from scoring.versions import begin
from scripts import messages
from tasks.models import Task
from tests.accounts.world import assessed, claimed
from tests.quality.cases import Q2, sent
from tests.quality.findings import criteria, rectified
from tests.quality.inspections import a_draw, a_world
from tests.quality.years import a_year

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
# Chinese characters and their punctuation; curly quotes are English as well.
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
# errors without a language; 简体中文
BILINGUAL = {"templates/500.html", "templates/503.html", "templates/components/preferences.html"}
APPS = {"accounts", "districts", "tasks", "quality", "scoring"}


def test_every_message_is_translated_with_its_placeholders():
    assert messages.faults(messages.read(CATALOGUE)) == []


def test_the_catalogue_is_in_step_with_the_code():
    stored, code = messages.read(CATALOGUE), messages.extracted("en")
    assert {message.id for message in stored} == {message.id for message in code}
    assert list(stored.obsolete) == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"id": "指标", "string": "Indicator"}, []),
        ({"id": "完成 %(n)s", "string": "%(n)s done"}, []),
        ({"id": "指标", "string": ""}, ["没有译文 / not translated: '指标'"]),
        ({"id": "指标", "string": "Indicator", "flags": ["fuzzy"]}, ["译文待定 / fuzzy: '指标'"]),
        ({"id": "完成 %(n)s", "string": "%(m)s done"}, ["占位符不一致 / placeholders differ: '完成 %(n)s'"]),
        ({"id": "完成 %(n)s%%", "string": "%(n)s% done"}, ["占位符不一致 / placeholders differ: '完成 %(n)s%%'"]),
    ],
)
def test_each_fault_of_a_translation_is_named(message, fault):
    catalogue = Catalog(locale="en")
    catalogue.add(**message)
    assert messages.faults(catalogue) == fault


SPOILED = "街镇,新增养老床位（张）,新增社区长者食堂（家）\n友谊路街道,8张半,1\n无名镇,2,10以上\n庙行镇,12,3\n合计,5,5\n"


class TestCatalogueFiles:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True)
        return path

    def test_update_keeps_what_stayed_drops_what_went_and_guesses_nothing(self, path):
        path.write_text('msgid "滞后"\nmsgstr "Slow"\n\nmsgid "严重的滞后"\nmsgstr "Very slow"\n', encoding="utf-8")
        messages.update(path)
        updated = messages.read(path)
        assert updated.get("滞后").string == "Slow"
        assert updated.get("严重的滞后") is None
        assert updated.get("严重滞后").string == ""

    def test_compile_writes_what_gettext_reads(self, path):
        path.write_text('msgid "滞后"\nmsgstr "Behind"\n', encoding="utf-8")
        messages.compile_(path)

        with path.with_suffix(".mo").open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("滞后") == "Behind"

    def test_a_message_without_translation_shows_in_chinese(self, path):
        path.write_text('msgid "滞后"\nmsgstr ""\n', encoding="utf-8")
        messages.compile_(path)

        assert messages.faults(messages.read(path)) == ["没有译文 / not translated: '滞后'"]
        with path.with_suffix(".mo").open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("滞后") == "滞后"


def f_strings(source: str) -> list[str]:
    """f-strings inside a marker: no tool can take them out."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    marked = (call for call in calls if getattr(call.func, "id", "") in MARKERS)
    return [ast.unparse(call) for call in marked if isinstance(call.args[0], ast.JoinedStr)]


def bare_chinese(template: str) -> list[str]:
    """Chinese that stands in a template outside trans, blocktrans and _()."""
    found, translated = [], False
    for token in Lexer(template).tokenize():
        tag = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        translated = tag == "blocktrans" or (translated and tag != "endblocktrans")
        if not translated and tag != "trans" and token.token_type != TokenType.COMMENT:
            found += CHINESE.findall(re.sub(r"""_\((["']).*?\1\)""", "", token.contents))
    return found


def test_no_marker_holds_an_f_string():
    assert f_strings('_(f"第{n}版")') == ["_(f'第{n}版')"]
    modules = [source.decode() for path, source in messages.sources() if path.endswith(".py")]
    assert [found for module in modules for found in f_strings(module)] == []


def test_no_template_holds_chinese_that_is_not_translated():
    assert bare_chinese('{% trans "指标" %}{% blocktrans %}街镇{% endblocktrans %}{{ x|default:_("无") }}') == []
    assert bare_chinese('<b title="目标">{{ x|default:"无" }}</b>') == ["目标", "无"]
    templates = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.glob("templates/**/*.html")
    }
    found = {name: bare for name, text in templates.items() if (bare := bare_chinese(text)) and name not in BILINGUAL}
    assert found == {}


def test_scripts_take_their_words_from_the_page():
    scripts = [*ROOT.glob("static/*.js"), *ROOT.glob("static/sheet/*.js"), *ROOT.glob("static/inspection/*.js")]
    assert [path.name for path in scripts if CHINESE.search(path.read_text("utf-8"))] == []


@pytest.mark.once
@pytest.mark.django_db
class TestPagesInEnglish:
    """Everything in Chinese on a page is somebody's data: a name, a clause, what a person typed."""

    PARAMETERS = {"slug": "baoshan-2024", "quarter": "2024Q3", "number": 8, "pk": 1, "kind": "allocation", "key": "2.8"}
    PARAMETERS |= {"letter": "bulletin", "version": 2}
    TOWNS = ("town", "gaps", "what-if", "review-town")
    CODES = {"indicator": "01", "indicator-settings": "01"} | dict.fromkeys(TOWNS, "310113112")
    OTHERS = ("/components/", "/accounts/password/change/", "/accounts/logout/", "/nowhere/")
    SIGNED_OUT = ("/accounts/login/", "/accounts/signup/")

    @pytest.fixture
    def progress(self, baoshan, october, staff, official, facility_user):
        home = facility_user.facility
        accept(reports=[sent(home, by=official, beds=100, nursing_beds=60)], by=staff)
        return_(reports=[sent(home, by=official, beds=90)], by=staff, reason="不符")
        sent(home, Q2, by=facility_user, beds=80)
        users = {"staff": staff, "town-310113112": official}
        add_progress(baoshan, users)
        add_sheet(baoshan, users)
        assessed(baoshan, [official.town], staff)
        claimed(baoshan, [official.town], staff)
        begin(programme=baoshan, by=staff)
        a_world(home, staff, mark="公开")
        a_draw(home, staff)
        rectified(home, baoshan, staff, mark="公开")
        criteria(district=baoshan.district)
        a_year(baoshan, home, staff)

    @pytest.fixture
    def data(self, progress):
        """Every run of Chinese in the database, and the name of the language in itself."""
        rows = [row for model in apps.get_models() if model._meta.app_label in APPS for row in model.objects.values()]
        return {"简体中文"} | {run for row in rows for run in CHINESE.findall(str(row))}

    def addresses(self):
        for pattern in (*tasks.urls.urlpatterns, *quality.urls.urlpatterns, *scoring.urls.urlpatterns):
            values = self.PARAMETERS | {"code": self.CODES.get(pattern.name)}
            if pattern in quality.urls.urlpatterns:
                values |= {"code": "12", "pk": Facility.objects.get(name="庙行养老院").pk}
            if pattern.name.startswith(("supervision", "rubric")):
                values |= {"number": 1}
            if pattern.name.startswith(("assessment", "appeal")):
                made = Appeal.objects.get()
                values |= {"pk": made.line.result.assessment_id, "code": "310113112", "appeal": made.pk}
                values |= {"file": made.files.get().pk}
            if pattern.name.startswith("claim"):
                claim = Claim.objects.latest("pk")
                values |= {"pk": claim.pk, "file": claim.files.get().pk}
            if pattern.name in ("finding", "finding-file"):
                finding = Finding.objects.get(subject="公开项目")
                values |= {"pk": finding.pk, "file": finding.files.get().pk}
            if pattern.name == "hazard-list":
                values |= {"pk": HazardList.objects.get().pk}
            if pattern in inspection_patterns:
                values |= self.inspected(pattern.name)
            if pattern in year_patterns:
                values |= self.of_year(pattern.name)
            if pattern.name == "mark-file":
                values |= {"file": 0}  # not there: a file is no page
            if pattern.name == "history":
                values |= {"kind": "task", "key": Task.objects.get(number=8).pk}
            yield reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})
        yield from self.OTHERS

    def inspected(self, name):
        """The keys of an inspection's pages: the visit is of one that is not submitted."""
        photo = InspectionPhoto.objects.get()
        to_do = Inspection.objects.filter(result=None, kind="daily").get().pk
        found = {"item-list": photo.inspection.item_list_id, "draw": Draw.objects.get().pk}
        return {"photo": photo.pk, "pk": found.get(name, to_do if "visit" in name else photo.inspection_id)}

    def of_year(self, name):
        """The keys of the pages of events and examples."""
        of = Example.objects.get() if name.startswith("example") else Event.objects.get()
        files = of.files if isinstance(of, Example) else of.acts.get().files
        return {"pk": of.pk, "file": files.get().pk, "number": 1}

    def own_chinese(self, response, data):
        """The page's Chinese that is no data; a shortened name is data, too."""
        if not response["Content-Type"].startswith("text/html"):
            response.getvalue()  # read to its end, a file is closed
            return []  # a file: an official table stays Chinese
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), response.content.decode())
        shortened = {run for run in re.findall(rf"({CHINESE.pattern})…", text) if any(d.startswith(run) for d in data)}
        return sorted(set(CHINESE.findall(text)) - data - shortened)

    def test_a_page_holds_no_chinese_but_data(self, staff, official, leader, admin, facility_user, sign_in, data):
        addresses = list(self.addresses())
        found = {}
        for user in (staff, official, leader, admin, facility_user):
            client = self.reader(sign_in(user))
            found |= {(user.username, one): self.own_chinese(client.get(one), data) for one in addresses}
        visitor = self.reader(sign_in(None))
        found |= {("", one): self.own_chinese(visitor.get(one), data) for one in self.SIGNED_OUT}
        assert {place: words for place, words in found.items() if words} == {}

    def reader(self, client):
        """Somebody who reads English."""
        client.cookies["django_language"] = "en"
        return client

    def test_what_goes_wrong_is_told_in_english(self, official, sign_in, data, baoshan):
        client = self.reader(sign_in(official))
        lines = {f"{i.pk}.{field}": "8o" for i in baoshan.indicators.all() for field in ("value", "numerator")}
        versions = {f"{i.pk}.version": "0" for i in baoshan.indicators.all()}
        response = client.post("/p/baoshan-2024/report/2024Q4/", {**lines, **versions, "key": "one"})
        assert (response.status_code, self.own_chinese(response, data)) == (422, [])
        assert "“8o” is not a number" in response.content.decode()

    def test_an_import_is_told_in_english(self, admin, sign_in, data):
        client = self.reader(sign_in(admin))
        table = SimpleUploadedFile("a.csv", SPOILED.encode())
        response = client.post("/p/baoshan-2024/imports/", {"file": table}, follow=True)
        assert self.own_chinese(response, data | set(CHINESE.findall(SPOILED))) == []
        assert "“无名镇” is not a town of this district" in response.content.decode()
