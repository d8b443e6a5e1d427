"""Comparing printed names."""

import pytest

from tasks.annexes import names

TOWNS = [("310113003", "友谊路街道"), ("310113104", "月浦镇"), ("310105011", "北新泾街道"), ("310105102", "新泾镇")]


@pytest.mark.parametrize(
    ("text", "squashed"),
    [
        ("新增“养老\n院+互联网\n医院”（家）", "新增养老院+互联网医院(家)"),
        ("★ 合　　计", "合计"),
        ("《办法》：１２％", "办法:12%"),
    ],
)
def test_squash_removes_blanks_quotes_and_marks_and_narrows(text, squashed):
    assert names.squash(text) == squashed


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("工作\n\n要求", "工作要求"),
        ("为1000户特殊困难老年人 \r\n家庭", "为1000户特殊困难老年人家庭"),
        ("a\nb\nc", "a b c"),
        ("保留 空格\n", "保留 空格"),
    ],
)
def test_line_breaks_between_chinese_join_without_a_blank(text, joined):
    assert names.join_lines(text) == joined


@pytest.mark.parametrize(
    ("text", "name", "brackets"),
    [
        ("新增2家示范睦邻点(罗店镇)", "新增2家示范睦邻点", ["罗店镇"]),
        ("建设（逸仙养老院、怡景养老院））", "建设", ["逸仙养老院、怡景养老院"]),
        ("新增（（淞南镇养老院）", "新增", ["淞南镇养老院"]),
        ("床位（张）（新）", "床位", ["张", "新"]),
        ("床位（张", "床位", ["张"]),
        ("床位【张】[新]〔甲〕", "床位", ["张", "新", "甲"]),
        ("落实（三节）慰问", "落实（三节）慰问", []),
        ("（说明）", "（说明）", []),
    ],
)
def test_brackets_at_the_end_are_split_off_even_unbalanced(text, name, brackets):
    assert names.split_brackets(text) == (name, brackets)


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("新增“养老\n院+互联网\n医院”（家）", "新增“养老院+互联网医院”", "家"),
        ("护理型床位\n（占养老机构床位数）", "护理型床位", ""),
        ("认知障碍友好社区建设（试点-三年为一周期）", "认知障碍友好社区建设", ""),
        ("新增居家环境适老化改造 （户）", "新增居家环境适老化改造", "户"),
        ("养老护理员技能等级持证率", "养老护理员技能等级持证率", ""),
        ("社区养老服务设施面积(平方米/千人)", "社区养老服务设施面积", "平方米/千人"),
        ("★持证率（％）", "持证率", "%"),
        ("养老床位（单位：张）", "养老床位", "张"),
        ("机构（含长照）（家）", "机构", "家"),
        ("养老床位\n单位：张", "养老床位", "张"),
        ("1.养老床位[张]", "养老床位", "张"),
        ("★（二）其中：养老床位", "养老床位", ""),
        ("60岁以上老人（人）", "60岁以上老人", "人"),
        ("①", "①", ""),
        ("养老床位（张）①", "养老床位", "张"),
        ("养老床位/张", "养老床位", "张"),
        ("养老床位：万张", "养老床位", "万张"),
        ("服务人次/年", "服务人次/年", ""),
        ("A.养老床位", "养老床位", ""),
        ("1.2养老床位", "养老床位", ""),
        ("1.2万人以上社区", "1.2万人以上社区", ""),
        ("第3项：养老床位", "养老床位", ""),
    ],
)
def test_a_header_is_a_name_and_a_unit(text, name, unit):
    assert names.split_unit(text) == (name, unit)


def test_an_indicator_is_the_same_with_other_quotes_breaks_and_unit():
    printed = ["新增“养老\n院+互联网\n医院”（家）", '新增"养老院+互联网医院"', "新增养老院＋互联网医院（个）"]

    assert {names.indicator_key(text) for text in printed} == {"新增养老院+互联网医院"}


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("友谊路街道", "310113003"),
        ("友谊路", "310113003"),
        ("友 谊 路\n街道", "310113003"),
        ("友谊", "310113003"),
        ("1.友谊路街道", "310113003"),
        ("★友谊路街道", "310113003"),
        ("月浦", "310113104"),
        ("新泾", "310105102"),
        ("北新泾", "310105011"),
        ("友谊街道", "310113003"),
        ("③友谊路街道（含园区）", "310113003"),
        ("一、友谊路街道办事处", "310113003"),
        ("11-友谊路街道", "310113003"),
        ("Ⅶ友谊路街道", "310113003"),
        ("月浦镇人民政府", "310113104"),
        ("宝山区月浦镇", None),
        ("月浦街道", None),
        ("月", None),
        ("", None),
        ("园区", None),
    ],
)
def test_towns_match_with_or_without_their_suffix(printed, code):
    assert names.match_town(printed, TOWNS) == code


@pytest.mark.parametrize(
    ("printed", "code"),
    [("宝山区月浦镇", "310113104"), ("上海市宝山区月浦", "310113104"), ("嘉定区月浦镇", None), ("宝山区", None)],
)
def test_the_districts_own_name_may_stand_before_a_town(printed, code):
    assert names.TownNames(TOWNS, district="宝山区").match(printed) == code


def test_a_name_that_could_be_two_towns_is_none_of_them():
    towns = names.TownNames([("1", "城关街道"), ("2", "城关镇"), ("3", "新华路街道"), ("4", "新华里街道")])

    assert [towns.match(text) for text in ("城关", "城关镇", "新华", "新华里")] == [None, "2", None, "4"]


@pytest.mark.parametrize(("text", "found"), [("友谊", True), ("外地镇", True), ("月", False), ("各街镇", False)])
def test_a_town_is_known_or_named_as_towns_are(text, found):
    assert names.TownNames(TOWNS).is_town(text) is found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("友谊路街道、吴淞街道", ["友谊路街道", "吴淞街道"]),
        ("月浦镇,罗店 镇;罗泾", ["月浦镇", "罗店 镇", "罗泾"]),
        ("月浦镇\n罗店镇", ["月浦镇", "罗店镇"]),
        ("友谊\n路街道", ["友谊\n路街道"]),
        ("友谊路\n街道", ["友谊路\n街道"]),
        ("食堂、助餐点", ["食堂、助餐点"]),
        ("月浦镇", ["月浦镇"]),
        ("1、月浦镇", ["月浦镇"]),
    ],
)
def test_a_cell_may_name_several_towns(text, parts):
    assert names.split_towns(text) == parts


@pytest.mark.parametrize("text", ["各街镇", "各 街道、镇", "全部街镇", "各街道（镇）", "所有乡镇"])
def test_every_town(text):
    assert names.is_every_town(text)


@pytest.mark.parametrize("text", ["各街镇合计", "友谊路街道", "其他街镇", ""])
def test_what_is_not_every_town(text):
    assert not names.is_every_town(text)


@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "合    计",
        "总 计",
        "小计",
        "全区",
        "全市",
        "汇总",
        "全区合计",
        "各街镇合计",
        "总数",
        "合计：",
        "街道小计",
        "宝山区合计",
        "合计/平均",
        "合计（平均）",
        "全区目标数",
        "区级任务",
        "总任务数",
    ],
)
def test_totals(text):
    assert names.is_total(text)


@pytest.mark.parametrize("text", ["合计镇", "友谊路街道", "", "全区域", "区级"])
def test_what_is_no_total(text):
    assert not names.is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        "备注：1.以上",
        "（说明：养老床位",
        "注：",
        "备 注",
        "注1",
        "填表人：张三",
        "审核：",
        "填报单位：民政局",
        "单位负责人（签字）：",
        "（盖章）",
    ],
)
def test_notes(text):
    assert names.is_note(text)


def test_a_name_beginning_like_a_note_is_none():
    assert [names.is_note(text) for text in ("注册护士数", "联系人", "单位：张")] == [False] * 3


def test_nearest_suggests_a_like_name_or_nothing():
    towns = [name for _code, name in TOWNS]

    assert [names.nearest(text, towns) for text in ("友宜路街道", "浦东")] == ["友谊路街道", None]
