"""Dull factories: rows with the least they need. Reports and marks have none: they are written as the portal writes them."""

import datetime as dt
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.permissions import Role
from districts.models import District, Facility, Town
from scoring.models import Criterion, CriterionLink, Rubric, Section
from tasks.deadlines import quarter_end
from tasks.models import Indicator, Milestone, Period, Programme, Target, Task
from tasks.reporting import Entry, accept, new_key, submit


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = District
        django_get_or_create = ["code"]

    code = "310113"
    name = "宝山区"


class TownFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Town
        django_get_or_create = ["code"]

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"{310113900 + n}")
    name = factory.Sequence(lambda n: f"新{n}镇")
    order = factory.Sequence(lambda n: n)


class FacilityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Facility

    town = factory.SubFactory(TownFactory)
    name = factory.Sequence(lambda n: f"第{n}养老院")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user-{n}")
    role = Role.STAFF
    district = factory.SubFactory(DistrictFactory)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    district = factory.SubFactory(DistrictFactory)
    slug = factory.Sequence(lambda n: f"plan-{n}")
    year = 2024
    title = "年度方案"


class PeriodFactory(factory.django.DjangoModelFactory):
    """A quarter of the programme's year: `PeriodFactory(quarter=3)`."""

    class Meta:
        model = Period

    class Params:
        quarter = 3

    programme = factory.SubFactory(ProgrammeFactory)
    label = factory.LazyAttribute(lambda o: f"{o.programme.year}Q{o.quarter}")
    starts_on = factory.LazyAttribute(lambda o: dt.date(o.programme.year, 3 * o.quarter - 2, 1))
    ends_on = factory.LazyAttribute(lambda o: quarter_end(o.programme.year, o.quarter))
    opens_on = factory.SelfAttribute("starts_on")
    due_on = factory.LazyAttribute(lambda o: o.ends_on + dt.timedelta(days=10))


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    programme = factory.SubFactory(ProgrammeFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"任务{n}")
    category = "重点项目"
    deadline_text = "12月底前完成"
    due_on = dt.date(2024, 12, 31)


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    task = factory.SubFactory(TaskFactory)
    label = "三季度"
    text = "累计完成50%"
    starts_on = dt.date(2024, 7, 1)
    due_on = dt.date(2024, 9, 30)


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A count; `IndicatorFactory(rate=True)` is a rate, which adds up by numerator and denominator."""

    class Meta:
        model = Indicator

    class Params:
        rate = factory.Trait(kind=Indicator.Kind.RATE, aggregation=Indicator.Aggregation.WEIGHTED_RATE)

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"{n + 1:02d}")
    name = factory.Sequence(lambda n: f"指标{n}")
    order = factory.Sequence(lambda n: n)


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target

    indicator = factory.SubFactory(IndicatorFactory)
    district = factory.SelfAttribute("indicator.programme.district")
    town = factory.SubFactory(TownFactory, district=factory.SelfAttribute("..district"))
    revision = 1
    comparator = Target.Comparator.GE
    value = Decimal(10)
    text = factory.LazyAttribute(lambda o: "" if o.value is None else f"{o.value}")


class RubricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rubric

    programme = factory.SubFactory(ProgrammeFactory)
    version = 1


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    rubric = factory.SubFactory(RubricFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"考核内容{n}")
    weight = Decimal(10)


class CriterionFactory(factory.django.DjangoModelFactory):
    """A line that people mark; give `rule` for another."""

    class Meta:
        model = Criterion

    section = factory.SubFactory(SectionFactory)
    key = factory.Sequence(lambda n: f"1.{n}")
    order = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"评分项{n}")
    clause = factory.SelfAttribute("title")
    weight = Decimal(10)
    rule = factory.LazyFunction(lambda: {"kind": "manual"})


class CriterionLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CriterionLink

    criterion = factory.SubFactory(CriterionFactory)
    indicator = factory.SubFactory(IndicatorFactory)


def reported(period, town, *entries, by=None, at=None, **fields):
    """Submit entries, or one made from `fields` (subject=…, value=…), for a town (None: the district): the reports."""
    entries = entries or (Entry(**fields),)
    submission = submit(period=period, town=town, entries=entries, by=by, key=new_key(), at=at)
    return list(submission.reports.order_by("pk"))


def accepted(period, town, *entries, by=None, at=None, **fields):
    """The same, and accepted at the same moment by the same person."""
    reports = reported(period, town, *entries, by=by, at=at, **fields)
    accept(reports=reports, by=by, at=at, in_one_act=True)
    return reports


def a_file(name="验收单.pdf", content=b"%PDF-1.7 evidence"):
    return SimpleUploadedFile(name, content)
