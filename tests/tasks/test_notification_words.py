"""The words of every kind of notice, in the reader's language."""

import pytest
from django.utils import translation

from tasks.models import Notification
from tasks.notification_words import listed, words

LINES = ["新增养老床位", "老年助餐", "适老化改造", "护理床位"]
EXAMPLES = [
    (
        "submitted",
        {"town": "庙行镇", "period": "2024Q3", "lines": 12},
        "庙行镇报送2024年第三季度填报",
        "12 行待审核",
    ),
    (
        "returned",
        {"period": "2024Q3", "lines": LINES[:1], "reason": "数量不符"},
        "2024年第三季度填报被退回：新增养老床位",
        "退回原因：数量不符",
    ),
    (
        "accepted",
        {"period": "2024M07", "lines": LINES, "reason": ""},
        "2024年7月填报已通过",
        "新增养老床位、老年助餐、适老化改造等 4 项",
    ),
    (
        "reminded",
        {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10"},
        "催办：请填报2024年第三季度进展",
        "还有 5 行未报，10月10日截止",
    ),
    (
        "due",
        {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10", "days": 7},
        "2024年第三季度填报 7 天后截止",
        "还有 5 行未报，10月10日截止",
    ),
    (
        "due",
        {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10", "days": 1},
        "2024年第三季度填报明天截止",
        "还有 5 行未报，10月10日截止",
    ),
    (
        "due",
        {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10", "days": 0},
        "2024年第三季度填报今天截止",
        "还有 5 行未报，10月10日截止",
    ),
    (
        "extended",
        {"period": "2024Q4", "due_on": "2025-01-20", "reason": "台风"},
        "2024年第四季度填报延期至1月20日",
        "原因：台风",
    ),
    ("period", {"period": "2024Q4", "closed": True, "reason": "决算"}, "2024年第四季度填报期已关闭", "原因：决算"),
    ("period", {"period": "2024Q4", "closed": False, "reason": "补报"}, "2024年第四季度填报期重新开放", "原因：补报"),
    ("light", {"on": "2024-10-11", "lines": LINES[:2]}, "10月11日有 2 项指标转为红灯", "新增养老床位、老年助餐"),
    (
        "supervision",
        {"year": 2024, "number": 3, "town": "庙行镇", "act": "", "matter": "床位滞后", "due_on": "2024-11-01"},
        "督〔2024〕3号督办单（庙行镇）签发",
        "床位滞后，11月1日前办结",
    ),
    (
        "supervision",
        {"year": 2024, "number": 3, "town": "庙行镇", "act": "answered", "matter": "床位滞后", "due_on": "2024-11-01"},
        "督〔2024〕3号督办单（庙行镇）已答复",
        "床位滞后",
    ),
    (
        "assessment",
        {"act": "published", "title": "第三季度通报", "until": "2024-10-22"},
        "第三季度通报已公布",
        "对得分有异议的，可在10月22日前（含当日）逐项申诉",
    ),
    (
        "assessment",
        {"act": "final", "title": "第三季度通报"},
        "第三季度通报已定稿",
        "申诉均已裁定，结果为最终结果",
    ),
    (
        "appeal",
        {"act": "lodged", "town": "庙行镇", "criterion": "养老床位", "title": "第三季度通报"},
        "庙行镇对“养老床位”提出申诉",
        "第三季度通报",
    ),
    ("appeal", {"act": "upheld", "criterion": "养老床位", "title": "通报"}, "对“养老床位”的申诉得到支持", "通报"),
    ("appeal", {"act": "refused", "criterion": "养老床位", "title": "通报"}, "对“养老床位”的申诉未获支持", "通报"),
    (
        "claim",
        {"act": "filed", "town": "庙行镇", "matter": "助餐试点", "level": "市级", "document": "沪民〔2024〕1号"},
        "庙行镇申报加分：助餐试点",
        "市级，沪民〔2024〕1号",
    ),
    (
        "claim",
        {"act": "approved", "matter": "助餐试点", "level": "市级", "points": "4"},
        "加分申报已通过：助餐试点",
        "市级，4 分",
    ),
    (
        "claim",
        {"act": "refused", "matter": "助餐试点", "reason": "文件不符"},
        "加分申报未予加分：助餐试点",
        "文件不符",
    ),
    (
        "claim",
        {"act": "withdrawn", "town": "庙行镇", "matter": "助餐试点", "reason": ""},
        "庙行镇撤回加分申报：助餐试点",
        "",
    ),
    (
        "claim",
        {"act": "penalty", "line": "通报批评", "points": "2", "level": "区级", "reason": "漏报", "document": "1号"},
        "扣分：通报批评 2 分",
        "区级 漏报 1号",
    ),
    (
        "claim",
        {"act": "bonus_revoked", "line": "试点", "points": "4", "level": "", "reason": "文件撤回", "document": ""},
        "加分已撤销：试点 4 分",
        "文件撤回",
    ),
    (
        "finding",
        {"act": "assigned", "facility": "庙行养老院", "subject": "消防通道", "words": "", "due_on": "2024-10-31"},
        "庙行养老院有隐患交办，请签收：消防通道",
        "整改期限10月31日",
    ),
    (
        "finding",
        {"act": "returned", "facility": "庙行养老院", "subject": "消防通道", "words": "不够", "due_on": ""},
        "庙行养老院整改被退回：消防通道",
        "不够",
    ),
    (
        "finding",
        {"act": "late", "facility": "庙行养老院", "lines": ["甲", "乙", "丙", "丁"]},
        "庙行养老院有 4 项隐患逾期未整改",
        "甲、乙、丙等 4 项",
    ),
    (
        "plan",
        {"act": "town", "facility": "庙行养老院", "version": 2, "words": "同意"},
        "庙行养老院一院一案第 2 版已由街镇审核",
        "同意",
    ),
    (
        "inspection",
        {"facility": "庙行养老院", "kind": "daily", "grade": "", "findings": 2},
        "庙行养老院日常监测结果：未评定等级",
        "发现问题 2 项",
    ),
    (
        "year",
        {"act": "soon", "day": "2024-10-18", "lines": ["推进例会", "自查报告"]},
        "2 项工作安排将于10月18日到期",
        "推进例会、自查报告",
    ),
    (
        "year",
        {"act": "decided", "state": "confirmed", "facility": "庙行养老院", "lines": ["金牌管理者 甲"]},
        "庙行养老院人员记录已确认",
        "金牌管理者 甲",
    ),
    ("delivery", {"subject": "小结", "error": "没有应答", "unknown": False}, "发送失败：小结", "没有应答"),
    ("delivery", {"subject": "小结", "error": "", "unknown": True}, "发送结果未知：小结", ""),
    (
        "submitted",
        {"town": "庙行镇", "period": "2024Q3", "lines": 12, "on_behalf": "养老服务科"},
        "养老服务科代庙行镇填报2024年第三季度",
        "12 行待审核",
    ),
    (
        "period",
        {"period": "2024Q3", "reason": "国庆假期", "due_on": "2024-10-20", "closes_on": None},
        "2024年第三季度填报期日期有变",
        "10月20日截止。原因：国庆假期",
    ),
]


@pytest.mark.parametrize(("kind", "facts", "title", "detail"), EXAMPLES)
def test_a_notice_says_what_happened(kind, facts, title, detail):
    assert words(Notification(kind=kind, facts=facts)) == (title, detail)


def test_there_is_an_example_and_an_icon_of_every_kind():
    assert {kind for kind, *_rest in EXAMPLES} == set(Notification.Kind.values)
    assert all(Notification(kind=kind).icon for kind in Notification.Kind.values)


def test_the_same_notice_is_read_in_english():
    kind, facts, *_chinese = EXAMPLES[3]

    with translation.override("en"):
        title, detail = words(Notification(kind=kind, facts=facts))

    assert "2024" in title
    assert "10 October" in detail


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "甲"), (3, "甲、甲、甲"), (4, "甲、甲、甲等 4 项"), (40, "甲、甲、甲等 40 项")]
)
def test_a_long_list_is_counted(count, said):
    assert listed(["甲"] * count) == said
