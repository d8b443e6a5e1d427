"""One line of a draft: the clause beside the rule in boxes, with what each town would get of it."""

from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import versions
from scoring.clauses import ClauseWarning, Compiled, compile_clause
from scoring.facts import ZERO
from scoring.linking import own_indicator
from scoring.models import Criterion
from scoring.rubric_checks import Fault, check
from scoring.rubric_forms import LineForm
from scoring.rule_form_words import kind_help
from scoring.rule_forms import RuleForm, form_of, kinds, read_form
from scoring.rule_text import kind_name, rule_lines
from scoring.rules import Manual, load_rule
from scoring.version_effects import Effects
from scoring.views.rubric_versions import MAX_DIGITS, draft_or_404
from tasks.models import Indicator
from tasks.views.common import allowed, moment_of, programme_or_404

MAX_TITLE = Criterion._meta.get_field("title").max_length
manage = allowed(see=Permission.MANAGE, do=Permission.MANAGE)


@manage
def line_page(request, slug, version, key):
    """A line as it stands in the draft, and as it is typed."""
    draft = draft_or_404(programme_or_404(request, slug), version)
    lines = Criterion.objects.filter(section__rubric=draft).select_related("section__rubric__programme")
    return _page(request, get_object_or_404(lines, key=key))


@manage
def new_line(request, slug, version, number):
    """A line that the section does not have yet."""
    draft = draft_or_404(programme_or_404(request, slug), version)
    section = get_object_or_404(draft.sections.select_related("rubric__programme"), number=number)
    return _page(request, Criterion(section=section, rule=Manual().to_dict()))


class Editor:
    """The line's form and its rule's, as the request has them; what is valid can be saved."""

    def __init__(self, request: HttpRequest, criterion: Criterion):
        self.request, self.criterion = request, criterion
        self.rubric = criterion.section.rubric
        self.indicators = list(Indicator.objects.filter(programme=self.rubric.programme))
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        self.line = LineForm(request.POST if self.act else None, instance=criterion)
        self.warnings: tuple[ClauseWarning, ...] = ()
        self.rule = self._rule()

    @property
    def is_valid(self) -> bool:
        if not self.line.is_valid() or self.rule.rule is None:
            return False
        if self.line.cleaned_data["new_indicator"] and len(self._unlinked) != 1:
            self.line.add_error(
                "new_indicator", _("规则里须正好有一处没有选对应指标，现有 %(n)d 处。") % {"n": len(self._unlinked)}
            )
        return not self.line.errors

    @property
    def _unlinked(self) -> list[str]:
        """The parts of the rule for which no indicator is chosen."""
        return [part for part in self.rule.rule.parts if part not in dict(self.rule.links)]

    @property
    def weight(self) -> Decimal:
        """As typed where that is a number, else as it stands."""
        typed = self.line.cleaned_data.get("weight") if self.act and self.line.is_bound else None
        return self.criterion.weight or ZERO if typed is None else typed

    def save(self) -> Criterion:
        """Write what is typed through the domain's own verb."""
        words = dict(self.line.cleaned_data)
        name, unit = words.pop("new_indicator"), words.pop("new_unit")
        new = [(part, own_indicator(self.rubric.programme, name, unit)) for part in self._unlinked if name]
        said = versions.Line(**words, rule=self.rule.rule, links=(*self.rule.links, *new))
        if self.criterion.pk:
            versions.change_line(criterion=self.criterion, line=said, by=self.request.user)
            return self.criterion
        return versions.add_line(section=self.criterion.section, line=said, by=self.request.user)

    def _rule(self) -> RuleForm:
        if not self.act:
            links = self.criterion.links.select_related("indicator") if self.criterion.pk else []
            links = [(link.part, link.indicator) for link in links]
            return form_of(load_rule(self.criterion.rule), links, self.indicators)
        if self.act == "read":
            return self._compiled()
        _act, _dash, at = self.act.partition("-")
        is_row = self.act.startswith("less-") and at.isdecimal() and len(at) <= MAX_DIGITS
        more, less = int(self.act == "more"), int(at) if is_row else -1
        form = read_form(self.request.POST.get("kind", ""), self.request.POST, self.indicators, more=more, less=less)
        if self.act in ("kind", "more"):
            form.hush()
        return form

    def _compiled(self) -> RuleForm:
        """The clause read again; of the parts that it names those keep their indicators that are linked already."""
        self.line.is_valid()
        clause, weight = self.line.cleaned_data.get("clause", ""), self.line.cleaned_data.get("weight")
        if not clause or weight is None:
            return read_form(self.request.POST.get("kind", ""), self.request.POST, self.indicators)
        compiled = compile_clause(clause, weight, section_title=self.criterion.section.title)
        self.warnings = compiled.warnings
        self._fill_in(compiled)
        before = read_form(self.request.POST.get("kind", ""), self.request.POST, self.indicators)
        named = {indicator.name: indicator for indicator in self.indicators}
        linked = dict(before.links)
        links = [(part, linked.get(part) or named.get(part or compiled.indicator)) for part in compiled.parts]
        return form_of(compiled.rule, [(part, one) for part, one in links if one], self.indicators)

    def _fill_in(self, compiled: Compiled) -> None:
        """The title, where none is typed, and the indicator that a clause brings itself, where the plan has none."""
        words = self.request.POST.dict()
        if not words.get("title", "").strip():
            words["title"] = compiled.title[:MAX_TITLE]
        if compiled.indicator and compiled.indicator not in {one.name for one in self.indicators}:
            words |= {"new_indicator": compiled.indicator, "new_unit": compiled.unit}
        self.line = LineForm(words, instance=self.criterion)


def _page(request: HttpRequest, criterion: Criterion):
    editor = Editor(request, criterion)
    try:
        if editor.act == "remove" and criterion.pk:
            versions.remove_line(criterion=criterion, by=request.user)
            messages.success(request, _("已删除“%(line)s”。") % {"line": criterion.title})
            return redirect(editor.rubric)
        if editor.act == "save" and editor.is_valid:
            saved = editor.save()
            messages.success(request, _("已保存“%(line)s”。") % {"line": saved.title})
            return redirect(editor.rubric)
        faults, preview = _tried(editor)
    except versions.VersionError as error:
        messages.error(request, str(error))
        return redirect(editor.rubric)
    rule = editor.rule.rule
    context = {
        "programme": editor.rubric.programme,
        "rubric": editor.rubric,
        "criterion": criterion,
        "form": editor.line,
        "rule": editor.rule,
        "kinds": [(kind, kind_name(kind)) for kind in kinds()],
        "kind_help": kind_help(editor.rule.kind),
        "warnings": editor.warnings,
        "words": rule_lines(rule, editor.weight) if rule else [],
        "faults": faults,
        "preview": preview,
    }
    refused = editor.act == "save"
    return render(request, "scoring/rubric_line.html", context, status=422 if refused else 200)


def _tried(editor: Editor) -> tuple[list[Fault], list]:
    """The checks of the line and each town's points on it, with what is typed written, and rolled back."""
    if editor.act and not editor.is_valid:
        return [], []
    with transaction.atomic():
        criterion = editor.save() if editor.act else editor.criterion
        if not criterion.pk:
            return [], []
        faults = [fault for fault in check(editor.rubric) if fault.key == criterion.key]
        effects = Effects(editor.rubric.programme, editor.rubric, moment_of(editor.request), editor.request.user)
        rows = effects.of_line(criterion.key)
        transaction.set_rollback(True)
    return faults, rows
