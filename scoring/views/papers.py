"""What leaves an assessment as a file or on paper: letters, the workbook, and a town's score sheet."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring.documents.letters import LETTERS, STORED, letters_of
from scoring.documents.results import results_of
from scoring.documents.score_sheet import score_sheet
from scoring.documents.workbook import workbook
from scoring.models import Assessment, Result
from scoring.views.appeals import result_or_404, sheet_facts
from scoring.views.assessments import assessment_or_404
from tasks import listing
from tasks.views.common import allowed


def _stored_or_404(request, slug, pk) -> Assessment:
    """The assessment, where it has results that papers can be made of."""
    assessment = assessment_or_404(request, slug, pk)
    if assessment.state not in STORED or not Result.objects.filter(assessment=assessment).exists():
        raise Http404
    return assessment


@allowed(see=Permission.SEE_DISTRICT)
def assessment_letter(request, slug, pk, letter):
    """One of the letters as a Word document; 404 for one that the assessment does not have."""
    assessment = _stored_or_404(request, slug, pk)
    names = letters_of(assessment)
    if letter not in names:
        raise Http404
    content = LETTERS[assessment.kind][letter](results_of(assessment))
    return listing.download(listing.named(names[letter], assessment), content, listing.DOCX)


@allowed(see=Permission.SEE_DISTRICT)
def assessment_workbook(request, slug, pk):
    """All towns and lines in a workbook whose formulas add up the totals again; 404 before it is frozen."""
    assessment = _stored_or_404(request, slug, pk)
    content = workbook(results_of(assessment))
    return listing.download(listing.named(_("考核结果"), assessment), content)


@allowed(see=Permission.SEE_TOWN)
def town_document(request, slug, pk, code):
    """A town's score sheet as a Word document."""
    assessment = _stored_or_404(request, slug, pk)
    result = result_or_404(request, assessment, code)
    content = score_sheet(assessment, sheet_facts(request, assessment, result))
    return listing.download(listing.named(_("得分表"), f"{assessment} {result.name}"), content, listing.DOCX)


@allowed(see=Permission.SEE_TOWN)
def town_print(request, slug, pk, code):
    """The same sheet as a page to be printed."""
    assessment = _stored_or_404(request, slug, pk)
    result = result_or_404(request, assessment, code)
    context = {"programme": assessment.programme, "assessment": assessment, "result": result}
    return render(request, "scoring/score_sheet.html", context | sheet_facts(request, assessment, result))
