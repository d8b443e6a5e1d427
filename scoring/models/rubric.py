"""The rubric: versions of a programme's scoring rules, their sections and lines."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tasks.models import Indicator, Programme
from tasks.models.known import Known, known_by

POINTS = {"max_digits": 7, "decimal_places": 2}


class NoTarget(models.TextChoices):
    """What a completion line gives a town without a target."""

    BY_TEXT = "by_text", _("按原文：未建0分，有建满分")
    FULL = "full", _("满分")
    EXCLUDE = "exclude", _("不计入，按比例折算")


class RubricQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(state=Rubric.State.IN_FORCE)

    def drafts(self):
        return self.filter(state=Rubric.State.DRAFT)

    def known(self, known_on: Known = None):
        """The version in force; as known on a day, the last to come into force by then, the first counting as known."""
        if known_on is None:
            return self.in_force()
        ever = self.exclude(state=Rubric.State.DRAFT)
        before = Rubric.objects.filter(programme=OuterRef("programme"), version__lt=OuterRef("version"))
        ever = ever.annotate(
            began=Coalesce("in_force_at", "created_at"), later=Exists(before.exclude(state=Rubric.State.DRAFT))
        )
        return ever.filter(known_by(known_on, "began") | Q(later=False)).order_by("-later", "-began", "-version")


class Rubric(models.Model):
    """One version of a programme's scoring rules (评分细则); one version is in force, one at most is a draft.

    A version counts from `in_force_at`; where that is empty it was in force as soon as it was written. `full` is what
    its sections without bonuses and penalties should weigh together (满分), where the bureau says so.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草案")
        IN_FORCE = "in_force", _("执行中")
        RETIRED = "retired", _("已废止")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rubrics", verbose_name=_("年度方案"))
    version = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.IN_FORCE)
    no_target = models.CharField(_("未分解指标的计分"), max_length=10, choices=NoTarget, default=NoTarget.BY_TEXT)
    notes = models.TextField(_("说明"), blank=True)
    full = models.DecimalField(_("满分"), null=True, blank=True, **POINTS)
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    in_force_at = models.DateTimeField(_("执行时间"), null=True, editable=False)

    objects = RubricQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("评分细则")
        ordering = ["programme", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="rubric_version_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="in_force"), name="rubric_one_in_force"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="draft"), name="rubric_one_draft"),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(in_force_at=None), name="rubric_draft_was_never_in_force"
            ),
        ]

    def __str__(self):
        return f"{self.programme} · {self.version}"

    def get_absolute_url(self):
        return reverse("rubric-version", args=[self.programme.slug, self.version])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Section(models.Model):
    """A group of lines (考核内容) with its weight; penalties weigh less than nothing."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="sections", verbose_name=_("评分细则"))
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("考核内容"), max_length=100)
    weight = models.DecimalField(_("权重"), **POINTS)

    class Meta:
        verbose_name = verbose_name_plural = _("考核内容")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["rubric", "number"], name="section_number_once_in_rubric")]

    def __str__(self):
        return self.title

    @property
    def counts(self) -> bool:
        """Is it part of the full points? Sections of bonuses and of penalties are not."""
        kinds = {line.rule["kind"] for line in self.criteria.all()}
        return self.weight > 0 and not (kinds and kinds <= {"bonus", "penalty"})


class Criterion(models.Model):
    """One line of the rubric (评分项): the clause's own words and the rule compiled from them.

    `rule` is what scoring/rules.py loads; `pending` marks a calculation that is still to be announced.
    """

    section = models.ForeignKey(Section, models.CASCADE, related_name="criteria", verbose_name=_("考核内容"))
    key = models.CharField(_("编号"), max_length=10)
    order = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("评分项"), max_length=100)
    clause = models.TextField(_("评分办法"))
    weight = models.DecimalField(_("权重"), **POINTS)
    rule = models.JSONField(_("计分规则"))
    pending = models.BooleanField(_("计算方式待定"), default=False)
    indicators = models.ManyToManyField(Indicator, through="scoring.CriterionLink", related_name="criteria")

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("评分项")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="criterion_key_once_in_section")]

    def __str__(self):
        return self.title


class CriterionLinkQuerySet(models.QuerySet):
    def known(self, rubric: Rubric, known_on: Known) -> list[tuple[str, str, int]]:
        """A version's links as known on a day or at a moment, from their history: each line's key, part and indicator.

        The first links of a line count as known before it (1 query, as known on a day 2).
        """
        links = self.filter(criterion__section__rubric=rubric).order_by("pk")
        now = list(links.values_list("criterion_id", "criterion__key", "part", "indicator_id"))
        if known_on is None:
            return [(key, part, indicator) for _line, key, part, indicator in now]
        records = self.model.history.filter(known_by(known_on, "history_date"), criterion__section__rubric=rubric)
        records = records.filter(indicator__programme=rubric.programme_id)  # those that are there still
        standing: dict[int, tuple | None] = {}
        linked = set()
        for link, kind, line, *said in records.order_by("history_date", "history_id").values_list(
            "id", "history_type", "criterion_id", "criterion__key", "part", "indicator_id"
        ):
            linked.add(line)
            standing[link] = None if kind == "-" else tuple(said)
        first = [(key, part, indicator) for line, key, part, indicator in now if line not in linked]
        return [said for said in standing.values() if said] + first


class CriterionLink(models.Model):
    """Which indicator a part of a criterion's rule reads; `part` is empty where the rule reads a single one."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="links")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="criterion_links")
    part = models.CharField(_("规则中的部分"), max_length=50, blank=True)

    objects = CriterionLinkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("评分项与指标的对应")
        constraints = [models.UniqueConstraint(fields=["criterion", "indicator", "part"], name="criterion_link_once")]
