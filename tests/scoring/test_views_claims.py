"""The pages of bonus claims: a town files its own, the bureau decides, the neighbour sees nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.claiming import approve, file_claim
from scoring.line_settings import set_line
from scoring.marking import revoke
from scoring.models import Claim
from tests.factories import CriterionFactory, SectionFactory, a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/plan/scores/claims/"


@pytest.fixture
def bonus(plan, staff):
    section = SectionFactory(rubric=plan.rubric, number=3, title="加分项", weight=Decimal(8))
    line = CriterionFactory(section=section, key="3.1", title="试点", weight=Decimal(8), rule={"kind": "bonus"})
    set_line(line=line, levels=[("市级", Decimal(4)), ("区级", Decimal(2))], by=staff)
    return line


def form(line, **fields):
    typed = {"matter": "老年助餐试点", "level": "市级", "document": "沪民〔2024〕1号", "document_on": "2024-05-06"}
    return {"criterion": line.pk, "key": "one", "files": a_file("文件.pdf")} | typed | fields


def claimed(line, by, matter="老年助餐试点", level="市级"):
    said = {"document": "沪民〔2024〕1号", "document_on": dt.date(2024, 5, 6), "files": [a_file("文件.pdf")]}
    return file_claim(criterion=line, town=by.town, matter=matter, level=level, by=by, key=f"{by.pk}{matter}", **said)


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


class TestFiling:
    def test_a_town_files_a_claim_and_sees_it_wait(self, bonus, official, sign_in):
        page = sign_in(official).post(PAGE, form(bonus), follow=True).content.decode()

        assert Claim.objects.get().town == official.town
        assert "已申报“老年助餐试点”，审核后会通知您。" in page
        assert "待审核" in page

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("document_on", "2024-10-16", "日期 2024-10-16 还没有到。"),
            ("level", "部级", "选择一个有效的选项。 部级 不在可用的选项中。"),
            ("matter", " ", "这个字段是必填项。"),
            ("files", "", "请上传依据文件。"),
            ("document", "", "这个字段是必填项。"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, bonus, official, sign_in, field, typed, message):
        response = sign_in(official).post(PAGE, form(bonus, **{field: typed}))

        assert (response.status_code, errors(response)) == (422, {field: [message]})
        assert not Claim.objects.exists()

    def test_without_levels_nothing_can_be_claimed(self, plan, official, sign_in):
        client = sign_in(official)

        assert "设置加分项的级别与分值后即可申报" in client.get(PAGE).content.decode()
        page = client.post(PAGE, {"matter": "试点"})
        assert (page.status_code, "暂不能申报" in page.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["已撤销"]),
        ("?as_of=2024-10-17", ["通过"]),
        ("?as_of=2024-10-18&known_on=2024-10-16", ["待审核"]),
        ("?as_of=2024-10-14", []),
    ],
)
def test_of_a_day_as_they_stood_then(bonus, official, staff, sign_in, time_machine, asked, found):
    claim = claimed(bonus, official)
    for day, act in ((17, "approve"), (18, "revoke"), (19, "")):
        time_machine.move_to(dt.datetime(2024, 10, day, 2, tzinfo=dt.UTC))
        if act == "approve":
            mark = approve(claim=claim, matter="试点", level="市级", by=staff).mark
        elif act == "revoke":
            revoke(mark=mark, reason="重复", by=staff)

    page = sign_in(staff).get(PAGE + asked)

    states = [line.split("<")[0] for line in page.content.decode().split('<span class="state state-')[1:]]
    assert [state.split(">")[1] for state in states] == found


class TestDeciding:
    def test_approving_ties_the_claim_to_a_matter(self, bonus, official, staff, sign_in):
        claim = claimed(bonus, official)
        said = {"outcome": "approved", "matter": "助餐", "level": "区级", "reason": ""}
        page = sign_in(staff).post(f"{PAGE}{claim.pk}/", said, follow=True).content.decode()

        assert "已审核，并已通知庙行镇。" in page
        assert "归并事项“助餐”，区级，2 分" in page

    def test_refusing_without_a_reason_is_told_and_kept(self, bonus, official, staff, sign_in):
        claim = claimed(bonus, official)
        response = sign_in(staff).post(f"{PAGE}{claim.pk}/", {"outcome": "refused", "matter": "助餐", "level": "市级"})

        assert (response.status_code, errors(response)) == (422, {"__all__": ["不予加分须填写理由。"]})
        assert response.context["form"]["matter"].value() == "助餐"

    def test_a_decided_claim_has_no_form(self, bonus, official, staff, sign_in):
        claim = claimed(bonus, official)
        approve(claim=claim, matter="助餐", level="市级", by=staff)
        client = sign_in(staff)

        assert client.get(f"{PAGE}{claim.pk}/").context["form"] is None
        response = client.post(f"{PAGE}{claim.pk}/", {"outcome": "refused", "reason": "不符"})
        assert "该申报已审核，不能更改" in response.content.decode()


def test_a_town_withdraws_its_claim_and_both_see_it(bonus, official, staff, sign_in):
    claim = claimed(bonus, official)
    client = sign_in(official)

    assert "撤回申报" in client.get(f"{PAGE}{claim.pk}/").content.decode()
    page = client.post(f"{PAGE}{claim.pk}/withdraw/", {"reason": "文号有误"}, follow=True).content.decode()
    assert [words in page for words in ("已撤回“老年助餐试点”。", "已撤回</span>", "文号有误", "撤回申报")] == [
        True
    ] * 3 + [False]
    assert "撤回" in client.get(f"/p/plan/history/claim/{claim.pk}/").content.decode()
    response = sign_in(staff).post(f"{PAGE}{claim.pk}/", {"outcome": "approved", "matter": "助餐", "level": "市级"})
    assert "该申报已由街镇撤回。" in response.content.decode()


def test_the_list_says_what_does_not_count_and_what_was_taken_back(bonus, official, staff, sign_in):
    for number, level in enumerate(("市级", "区级")):
        approve(claim=claimed(bonus, official, f"助餐{number}", level), matter="助餐", level=level, by=staff)
    third = approve(claim=claimed(bonus, official, "友好社区"), matter="友好社区", level="市级", by=staff)
    revoke(mark=third.mark, reason="文件撤回", by=staff)
    client = sign_in(official)

    page = client.get(PAGE).content.decode()
    lines = client.get(f"{PAGE}?export=csv").content.decode("utf-8-sig").splitlines()

    assert (page.count("未计入：同一事项只计最高级别"), page.count("已撤销")) == (1, 1)
    assert [(line.split(",")[2], line.split(",")[-1]) for line in lines[1:]] == [
        ("友好社区", "已撤销"),
        ("助餐1", "未计入：同一事项只计最高级别"),
        ("助餐0", ""),
    ]


def test_a_neighbour_sees_neither_the_claim_nor_its_file(bonus, official, neighbour, sign_in):
    claim = claimed(bonus, official)
    client = sign_in(neighbour)

    assert "老年助餐试点" not in client.get(PAGE).content.decode()
    places = [f"{PAGE}{claim.pk}/", f"/claims/files/{claim.files.get().pk}/", f"/p/plan/history/claim/{claim.pk}/"]
    assert [client.get(place).status_code for place in places] == [404, 404, 404]


def test_its_life_is_told_from_filing_to_taking_back(bonus, official, staff, sign_in):
    claim = claimed(bonus, official)
    decision = approve(claim=claim, matter="助餐", level="市级", by=staff, reason="核实")
    revoke(mark=decision.mark, reason="文件撤回", by=staff)

    page = sign_in(official).get(f"/p/plan/history/claim/{claim.pk}/").content.decode()

    assert [part in page for part in ("申报：老年助餐试点", "助餐 市级 4.00", "核实", "文件撤回")] == [True] * 4


def test_the_towns_score_leads_to_the_claim(bonus, official, staff, sign_in):
    claim = claimed(bonus, official)
    approve(claim=claim, matter="助餐", level="市级", by=staff)

    page = sign_in(official).get("/p/plan/towns/310113112/").content.decode()

    assert f'href="{PAGE}{claim.pk}/"' in page
    assert f'href="/claims/files/{claim.files.get().pk}/"' in page


@pytest.mark.parametrize(("page", "queries"), [(PAGE, 17), (f"{PAGE}1/", 15), ("/p/plan/towns/310113112/", None)])
def test_a_page_costs_the_same_for_one_claim_and_for_three(bonus, official, staff, sign_in, page, queries):
    client, counts = sign_in(staff), []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            claim = claimed(bonus, official, f"事项{number}")
            approve(claim=claim, matter=f"事项{number}", level="市级", by=staff)
        with CaptureQueriesContext(connection) as found:
            client.get(page.replace("1/", f"{claim.pk}/") if page.endswith("/1/") else page)
        counts.append(len(found))

    assert counts == [queries or counts[1]] * 2  # the town's page belongs to others
