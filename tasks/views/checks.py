"""The rules behind the checks: the bureau sets their limits, and an indicator's own."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing, lists
from tasks.check_rule_form import OwnRuleForm, RuleForm
from tasks.check_rules import LIMITED
from tasks.models import CheckRule
from tasks.views.common import allowed, programme_or_404, saved

CHANGES = 30  # of the latest ones that the page shows
INVALID = 422


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def check_rules(request, slug):
    """The general rules, those of single indicators, and what was changed lately."""
    programme = programme_or_404(request, slug)
    rules = list(programme.check_rules.select_related("indicator").order_by("indicator__order", "pk"))
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("校验规则"), programme), *lists.check_rules(rules), fmt)
    bound, status = None, 200
    if request.method == "POST":
        if "remove" in request.POST:
            return _remove(request, programme)
        bound, status = _bound(request, programme, rules), INVALID
        if bound.is_valid() and saved(bound, bound.save):
            messages.success(request, _("校验规则已保存。"))
            return redirect("checks", slug)
    context = {
        "programme": programme,
        "rows": [(rule, _form(rule, bound), rule.kind in LIMITED) for rule in rules],
        "add": bound if isinstance(bound, OwnRuleForm) else OwnRuleForm(programme=programme, auto_id="own_%s"),
        "changes": _changes(programme),
    }
    return render(request, "tasks/checks.html", context, status=status)


def _bound(request, programme, rules):
    """The form that came: of the rule it names, else of a new one."""
    named = [rule for rule in rules if str(rule.pk) == request.POST.get("rule")]
    if named:
        return RuleForm(request.POST, instance=named[0], auto_id=f"rule_{named[0].pk}_%s")
    return OwnRuleForm(request.POST, programme=programme, auto_id="own_%s")


def _form(rule, bound):
    return bound if bound and bound.instance is rule else RuleForm(instance=rule, auto_id=f"rule_{rule.pk}_%s")


def _remove(request, programme):
    """Take an indicator's own rule away: the general one holds for it again."""
    key = request.POST["remove"]
    own = programme.check_rules.filter(indicator__isnull=False)
    rule = get_object_or_404(own, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    rule.delete()
    messages.success(request, _("已删除，该指标改用通用规则。"))
    return redirect("checks", programme.slug)


def _changes(programme):
    rows = CheckRule.history.filter(programme=programme).select_related("history_user", "indicator")
    return rows.order_by("-history_date", "-history_id")[:CHANGES]
