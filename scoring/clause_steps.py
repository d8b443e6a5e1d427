"""Clauses that take points away: "每发生1起扣2分，扣完为止", "达85%以上得满分，每低1个百分点扣0.5分", "一票否决"."""

import re
from decimal import Decimal

from scoring.clause_items import read_items
from scoring.rules import Deduct, Veto

NUMBER = r"\d+(?:\.\d+)?"
UNITS = "个百分点|百分点|人次|起|例|次|件|人|个|家|处|户|项|张|%"
HAPPENED = "发生|出现|发现|查实"
ABOVE = "超出|超过|超|高于|高|多于|多|增加"
BELOW = "低于|低|少于|少|缺少|缺|降低|减少"
GOAL = r"(?:目标|目标值|目标任务|控制目标|控制指标|控制数|控制数量|计划数|指标)"
FULL = "(?:的)?,?[得计记]?满分"
STEP = re.compile(
    rf"(?:比|较)?(?P<goal>{GOAL})?每(?P<verb>{HAPPENED}|{ABOVE}|{BELOW})(?P<goal_after>{GOAL})?"
    rf"(?P<step>{NUMBER}|一)?(?P<unit>{UNITS})[^\d;,。扣减]*?(?:的)?,?(?:扣除?|减)(?P<points>{NUMBER})分"
)
# Without a number before it, the bound is the town's own target.
GOAL_MET = re.compile(rf"(?:(?:达到|达|完成|不超过|不突破|未超过)(?:年度|年)?{GOAL}|控制在{GOAL}(?:以内|之内)){FULL}")
USED_UP = re.compile(r"(?:直至|直到)?扣完(?:本项)?(?:分值?|权重|为止)?(?:为止)?")
REMAINDERS = (
    ("started", re.compile(rf"不足(?:{NUMBER}|一)?(?:{UNITS})的?(?:按|以)(?:{NUMBER}|一)(?:{UNITS})计算?")),
    ("dropped", re.compile(rf"不足(?:{NUMBER}|一)?(?:{UNITS})的?(?:不扣分?|不计(?:算)?|忽略不计)")),
    ("shared", re.compile(rf"(?:不足(?:{NUMBER}|一)?(?:{UNITS})的?)?按比例(?:扣分|扣减|计算)")),
)
VETO = re.compile("一票否决|否决项")
EFFECTS = (
    ("grade", re.compile("不得评[为定选]?.*优|取消.*(?:评优|优秀|先进)")),
    ("total", re.compile(r"(?:总分|考核(?:得分|成绩)?|全年考核)[^;,。]{0,4}(?:[计记为得]?0分|不得分|为零)|不合格")),
    ("section", re.compile(r"(?:本|该)(?:部分|大项|考核内容|类)[^;,。]{0,4}(?:[计记为得]?0分|不得分|为零)")),
)


def deduct_of(subject: str, body: str):
    """The rule of a normalised clause, or None where any of it is not understood, or it does not say what is kept to.

    `subject` is what stands before the bracket ("" without one): "持证率达85%以上(每低1个百分点扣0.5分,扣完为止)".
    """
    found = STEP.search(body)
    if not found:
        return None
    before, after = body[: found.start()].strip(";,。:的"), body[found.end() :].strip(";,。")
    remainder, rest = _remainder(after)
    if USED_UP.sub("", rest).strip(";,。"):
        return None
    bound = _bound(subject, before, found)
    if bound is None:
        return None
    value, own = bound
    step = Decimal(1) if found["step"] in (None, "一") else Decimal(found["step"])
    side = "below" if re.fullmatch(BELOW, found["verb"]) else "above"
    if not step or (own is not None and own != side):
        return None
    return Deduct(Decimal(found["points"]), step, side, value, remainder or "dropped")


def says_remainder(text: str) -> bool:
    """Does the clause say what counts for less than a step, or can there be none, as of things that happen?"""
    found = STEP.search(text)
    whole = found and found["unit"] not in ("个百分点", "百分点", "%")
    return bool(whole and found["step"] in (None, "1", "一")) or any(one.search(text) for _name, one in REMAINDERS)


def veto_of(text: str):
    """The rule of a clause that speaks of a veto, put on record by people, and whether it says what is denied."""
    if not VETO.search(text):
        return None
    effect = next((name for name, words in EFFECTS if words.search(text)), None)
    return Veto(effect or "total"), effect is not None


def _remainder(after):
    for name, words in REMAINDERS:
        if words.search(after):
            return name, words.sub("", after, count=1)
    return None, after


def _bound(subject, before, found):
    """The number that is deducted from (None: the target), and the side where points are lost, if that is said."""
    if found["verb"] in HAPPENED.split("|"):
        return None if re.search(r"\d", before) else (Decimal(0), None)
    if found["goal"] or found["goal_after"] or GOAL_MET.search(before):
        return None if re.search(r"\d", before) else (None, None)
    for words in (before, subject):
        if re.search(r"\d", words):
            return _numbered(re.sub(f"{FULL}$", "", words))
    return None


def _numbered(words):
    """ "持证率达85%以上": less loses; "控制在5起以内": more loses."""
    items = read_items(words, Decimal(0))
    if not items or len(items) > 1 or items[0].points is not None or items[0].comparator not in ("ge", "le"):
        return None
    return items[0].value, "below" if items[0].comparator == "ge" else "above"
