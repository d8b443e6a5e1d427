"""A town's quarter filled offline: the workbook to download, and its way back into the sheet."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import evidence
from tasks.listing import download
from tasks.offline.reading import OfflineError
from tasks.offline.taking import Answer, Taken, take_answers, take_file
from tasks.offline.writing import workbook
from tasks.periods import refusal
from tasks.views.common import allowed
from tasks.views.sheet import address_of, place_or_404, show

MINE, THEIRS = "mine", "theirs"


@allowed(see=Permission.SEE_TOWN)
def workbook_file(request, slug, quarter):
    _programme, period, town = place_or_404(request, slug, quarter)
    return download(f"{town.name}-{period.label}-填报表", workbook(period, town))


@allowed(see=Permission.SEE_TOWN, do=Permission.REPORT)
def take(request, slug, quarter):
    """Take an uploaded workbook, or the answers to what it left open; the sheet shows what came of it."""
    programme, period, town = place = place_or_404(request, slug, quarter)
    if request.method != "POST":  # the page that shows the outcome, opened again
        return redirect(address_of(programme, period, town, request))
    if refused := refusal(period, town, timezone.localdate()):
        messages.error(request, refused)
        return redirect(address_of(programme, period, town, request))
    try:
        taken = _taken(request, period, town)
    except OfflineError as refused:
        messages.error(
            request, _("工作簿有 %(count)s 处需要修改，没有填入任何内容。") % {"count": len(refused.problems)}
        )
        return show(request, *place, offline={"problems": refused.problems}, status=422)
    _tell(request, taken)
    if taken.questions:
        return show(request, *place, offline={"questions": taken.questions})
    return redirect(address_of(programme, period, town, request))


def _taken(request, period, town) -> Taken:
    if "answers" in request.POST:
        return take_answers(_answers(request), period=period, town=town, by=request.user)
    for name in getattr(request, "oversized_files", []):
        raise OfflineError.of_file("too_large", evidence.too_large(name))
    file = request.FILES.get("file")
    if file is None:
        raise OfflineError.of_file("missing", _("请选择填好的工作簿（.xlsx）或压缩包（.zip）。"))
    return take_file(file.read(), period=period, town=town, by=request.user)


def _answers(request) -> list[Answer]:
    """Those for which the workbook's words were chosen."""
    rows = zip(*(request.POST.getlist(name) for name in ("key", "name", "mine")), strict=False)
    answers = [Answer(*row) for row in rows]
    return [answer for index, answer in enumerate(answers, 1) if request.POST.get(f"choice-{index}") == MINE]


def _tell(request, taken: Taken) -> None:
    if taken.cells or taken.files:
        words = _("已填入 %(lines)s 行 %(cells)s 格，佐证材料 %(files)s 份；请核对后提交。")
        messages.success(request, words % vars(taken))
    elif not taken.questions:
        messages.info(request, _("没有需要填入的内容：与平台现有内容一致。"))
    if taken.questions:
        words = _("有 %(count)s 格在下载后平台上也有改动，请选择以哪边为准。")
        messages.warning(request, words % {"count": len(taken.questions)})
