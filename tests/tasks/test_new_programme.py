"""A whole notice becomes a programme: read, corrected, made, and its annexes confirmed in the wizard; or by command."""

import json
import tomllib
from io import BytesIO

import docx
import pytest
from django.core.management import CommandError, call_command

from accounts.permissions import Role
from districts.models import District, Town
from tasks.importing import Context, import_annex
from tasks.models import ImportRecord, Programme, Target
from tasks.views.common import saved
from tests.factories import ProgrammeFactory, UserFactory, a_file
from tests.tasks.notices import FIXTURES, notice

pytestmark = pytest.mark.django_db

PAGE = "/p/new/"


@pytest.fixture
def settled():
    """The district and its towns of a fixture, and its administrator."""

    def settle(slug):
        facts = tomllib.loads((FIXTURES / slug / "programme.toml").read_text("utf-8"))
        home = District.objects.create(**facts["district"])
        for order, town in enumerate(facts["town"], 1):
            Town.objects.create(district=home, order=order, **town)
        return UserFactory(username="head", role=Role.ADMIN, district=home)

    return settle


def read(client, data):
    return client.post(PAGE, {"file": a_file("通知.docx", data)})


def typed(response, **changed):
    """The form as the browser would send it."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


def test_the_notice_of_2024_is_a_programme_with_its_annexes_to_confirm(settled, sign_in):
    head = settled("baoshan-2024")
    client = sign_in(head)

    page = read(client, notice("baoshan-2024"))
    assert page.context["form"].missing == ["文号"]
    assert not Programme.objects.exists()
    done = client.post(PAGE, typed(page, document_number="宝民〔2024〕1号"))

    programme, record = Programme.objects.get(), ImportRecord.objects.get()
    assert done.url == f"/p/310113-2024/imports/{record.pk}/"
    assert (programme.district, programme.slug, programme.year, programme.document_number, programme.issuer) == (
        head.district,
        "310113-2024",
        2024,
        "宝民〔2024〕1号",
        "上海市宝山区民政局",
    )
    assert [period.label for period in programme.periods.all()] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    assert (record.state, record.outcome["kind"], record.outcome["errors"]) == (
        "preview",
        "tasks+allocation+rubric",
        0,
    )
    assert not Target.objects.exists()


def test_its_annexes_are_confirmed_like_any_import(settled, sign_in):
    client = sign_in(settled("baoshan-2024"))
    record_url = client.post(PAGE, typed(read(client, notice("baoshan-2024")))).url

    client.post(f"{record_url}confirm/", {"document": "", "reason": ""})

    programme = Programme.objects.get()
    assert programme.tasks.count() == 56
    assert again(programme) == [(0, 0, 0)] * 3


def again(programme):
    """What the official workbooks would still change: created, updated."""
    outcomes = [import_annex(path, Context(programme)) for path in sorted((FIXTURES / "baoshan-2024").glob("*.xlsx"))]
    return [(outcome.created, outcome.updated, len(outcome.errors)) for outcome in outcomes]


def test_a_notice_without_annexes_is_a_programme_too(settled, sign_in):
    client = sign_in(settled("changning-2023"))

    done = client.post(PAGE, typed(read(client, notice("changning-2023", annexes=False)), slug="cn-2023"))

    assert done.url == "/p/cn-2023/imports/"
    assert Programme.objects.get().document_number == "长民〔2023〕4号"
    assert not ImportRecord.objects.exists()


def test_what_the_notice_does_not_tell_is_asked_for(settled, sign_in):
    client = sign_in(settled("baoshan-2024"))
    data = notice("baoshan-2024", annexes=False, first_line="养老服务")

    page = read(client, data)
    assert page.context["form"].missing == ["名称", "代号", "年度", "通知标题", "文号"]
    answer = client.post(PAGE, typed(page))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"title", "slug", "year"}
    assert not Programme.objects.exists()


def test_the_slug_follows_the_last_programme_s_and_is_free(settled, sign_in):
    head = settled("baoshan-2024")
    ProgrammeFactory(district=head.district, slug="baoshan-2023", year=2023)
    client = sign_in(head)

    assert read(client, notice("baoshan-2024")).context["form"]["slug"].value() == "baoshan-2024"
    ProgrammeFactory(district=head.district, slug="baoshan-2024", year=2024)
    assert read(client, notice("baoshan-2024")).context["form"]["slug"].value() == "baoshan-2024-2"


@pytest.mark.parametrize(("slug", "message"), [("new", "另有用途"), ("taken", "已存在"), ("宝山", "有效")])
def test_a_slug_that_can_not_be_is_refused(settled, sign_in, slug, message):
    client = sign_in(settled("baoshan-2024"))
    ProgrammeFactory(slug="taken", district=District.objects.get())

    answer = client.post(PAGE, typed(read(client, notice("baoshan-2024")), slug=slug))

    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors["slug"])


def test_a_slug_that_is_taken_while_the_form_is_read_is_told(settled, sign_in, monkeypatch):
    def somebody_is_first(form, save):
        ProgrammeFactory(slug="taken")
        return saved(form, save)

    monkeypatch.setattr("tasks.views.programmes.saved", somebody_is_first)
    client = sign_in(settled("baoshan-2024"))

    answer = client.post(PAGE, typed(read(client, notice("baoshan-2024")), slug="taken"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["slug"])


def test_a_notice_of_another_administrator_is_not_there(settled, sign_in):
    form = typed(read(sign_in(settled("baoshan-2024")), notice("baoshan-2024")))
    other = UserFactory(role=Role.ADMIN, district=District.objects.get())

    answer = sign_in(other).post(PAGE, form, follow=True)

    assert "请重新上传" in answer.content.decode()
    assert not Programme.objects.exists()


def test_a_file_that_is_no_notice_is_refused(settled, sign_in):
    answer = read(sign_in(settled("baoshan-2024")), b"a,b\n1,2\n")

    assert answer.status_code == 422
    assert "不是 .docx 文件" in answer.content.decode()


def test_a_district_without_towns_is_told_to_bring_them_in_first(admin, sign_in):
    assert 'href="/admin/districts/town/import/"' in sign_in(admin).get(PAGE).content.decode()


class TestCommand:
    @pytest.fixture
    def run(self, settled, tmp_path, capsys):
        def run(slug, *options, data=None):
            settled(slug)
            file = tmp_path / "通知.docx"
            file.write_bytes(data or notice(slug))
            code = 0
            try:
                call_command("new_programme", str(file), "--slug", slug, "--json", *options)
            except SystemExit as stopped:
                code = stopped.code
            return code, json.loads(capsys.readouterr().out)

        return run

    def test_a_notice_is_written_whole(self, run):
        code, answer = run("baoshan-2024", "--district", "310113")

        assert (code, answer["applied"], answer["errors"], answer["issued_on"]) == (0, True, [], "2024-05-07")
        assert (answer["import"]["kind"], answer["import"]["applied"]) == ("tasks+allocation+rubric", True)
        assert again(Programme.objects.get(slug="baoshan-2024")) == [(0, 0, 0)] * 3

    def test_a_dry_run_writes_nothing(self, run):
        code, answer = run("changning-2023", "--district", "310105", "--dry-run")

        assert (code, answer["applied"], answer["import"]["created"]) == (0, False, 22)
        assert not Programme.objects.exists()

    def test_a_missing_year_is_an_error_until_it_is_given(self, run):
        data = notice("baoshan-2024", first_line="关于下达养老服务")

        code, answer = run("baoshan-2024", "--district", "310113", data=data)

        assert (code, answer["applied"], len(answer["errors"])) == (1, False, 1)
        assert answer["errors"][0].startswith("年度：")
        assert not Programme.objects.exists()

    def test_a_given_year_stands_for_a_missing_one(self, run):
        data = notice("baoshan-2024", first_line="关于下达养老服务")

        code, answer = run("baoshan-2024", "--district", "310113", "--year", "2024", data=data)

        assert (code, answer["applied"], answer["year"]) == (0, True, 2024)

    def test_an_annex_at_fault_leaves_no_programme(self, run):
        document = docx.Document(BytesIO(notice("baoshan-2024")))
        document.tables[1].cell(4, 4).text = "12a"
        spoiled = BytesIO()
        document.save(spoiled)

        code, answer = run("baoshan-2024", "--district", "310113", data=spoiled.getvalue())

        assert (code, answer["applied"], answer["import"]["applied"]) == (1, False, False)
        assert [problem["value"] for problem in answer["import"]["errors"]] == ["12a"]
        assert not Programme.objects.exists()

    @pytest.mark.parametrize("options", [["--district", "999999", "x.docx"], ["--district", "310113", "no.docx"]])
    def test_a_district_or_file_that_is_not_there_is_wrong_usage(self, settled, options):
        settled("baoshan-2024")

        with pytest.raises(CommandError) as wrong:
            call_command("new_programme", *options, "--slug", "a")

        assert wrong.value.returncode == 2
