"""Who marks which line, what the levels are worth, and what monitoring tables call a line."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring.line_settings import SettingError, lines_by_people, may_assess, set_line, settings_of, told
from scoring.people_forms import LineSettingForm
from scoring.rule_text import kind_label
from scoring.rules import load_rule
from tasks import listing
from tasks.views.common import allowed, programme_or_404

INVALID = 422


@allowed(see=Permission.SEE_DISTRICT, do=Permission.MANAGE)
def line_settings_page(request, slug):
    """The lines that people give points on with their settings; a post sets one of them."""
    programme = programme_or_404(request, slug)
    lines = list(lines_by_people(programme))
    settings = {one.title: one for one in settings_of(programme)}
    people = may_assess(programme)
    choices = [(user.pk, str(user)) for user in people]
    posted = request.POST.get("criterion") if request.method == "POST" else None
    rows = []
    for line in lines:
        setting, form = settings.get(line.title), None
        if request.user.may(Permission.MANAGE):
            data = request.POST if str(line.pk) == posted else None
            form = LineSettingForm(data, line=line, people=people, choices=choices, initial=_initial(setting))
            if data and form.is_valid() and _set(request, form):
                return redirect("line-settings", slug)
        kind = kind_label(load_rule(line.rule))
        rows.append({"line": line, "kind": kind, "told": told(setting) if setting else "", "form": form})
    if posted and not any(row["form"].is_bound for row in rows):
        raise Http404
    if fmt := listing.wanted(request):
        head = [_("考核内容"), _("评分项"), _("权重"), _("计分规则"), _("评分项设置")]
        table = [[r["line"].section.title, r["line"], r["line"].weight, r["kind"], r["told"]] for r in rows]
        return listing.export(listing.named(_("评分项设置"), programme), head, table, fmt)
    context = {"programme": programme, "rows": rows}
    return render(request, "scoring/line_settings.html", context, status=INVALID if request.method == "POST" else 200)


def _initial(setting) -> dict:
    if setting is None:
        return {}
    return {
        "several": setting.several,
        "assessors": [one.user_id for one in setting.assessors.all()],
        "levels": "\n".join(f"{name} {points}" for name, points in setting.levels),
        "category": setting.category,
    }


def _set(request, form: LineSettingForm) -> bool:
    try:
        set_line(line=form.line, by=request.user, **form.cleaned_data)
    except SettingError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已保存“%(line)s”的设置。") % {"line": form.line})
    return True
