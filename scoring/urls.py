from django.urls import path

from scoring.views import (
    appeals,
    assessments,
    criteria,
    dashboard,
    gaps,
    links,
    marks,
    papers,
    rubric,
    rubric_lines,
    rubric_versions,
    scores,
    town,
    whatif,
)

urlpatterns = [
    path("p/<slug:slug>/", dashboard.dashboard, name="dashboard"),
    path("p/<slug:slug>/towns/<str:code>/", town.town_page, name="town"),
    path("p/<slug:slug>/towns/<str:code>/gaps/", gaps.gaps_page, name="gaps"),
    path("p/<slug:slug>/towns/<str:code>/what-if/", whatif.what_if, name="what-if"),
    path("p/<slug:slug>/scores/", scores.scores_page, name="scores"),
    path("p/<slug:slug>/scores/criteria/", criteria.criteria_page, name="criteria"),
    path("p/<slug:slug>/scores/criteria/<str:key>/", criteria.criterion_page, name="criterion"),
    path("p/<slug:slug>/scores/rubric/", rubric.rubric_page, name="rubric"),
    path("p/<slug:slug>/scores/rubric/versions/", rubric_versions.versions_page, name="rubric-versions"),
    path("p/<slug:slug>/scores/rubric/<int:version>/", rubric_versions.version_page, name="rubric-version"),
    path("p/<slug:slug>/scores/rubric/<int:version>/compare/", rubric_versions.compare_page, name="rubric-compare"),
    path("p/<slug:slug>/scores/rubric/<int:version>/sections/<int:number>/", rubric_lines.new_line, name="rubric-new"),
    path("p/<slug:slug>/scores/rubric/<int:version>/lines/<str:key>/", rubric_lines.line_page, name="rubric-line"),
    path("p/<slug:slug>/links/", links.links_page, name="links"),
    path("p/<slug:slug>/scores/marks/", marks.marks_page, name="marks"),
    path("p/<slug:slug>/scores/marks/<int:pk>/revoke/", marks.revoke_mark, name="mark-revoke"),
    path("p/<slug:slug>/scores/assessments/", assessments.assessment_list, name="assessments"),
    path("p/<slug:slug>/scores/assessments/<int:pk>/", assessments.assessment_page, name="assessment"),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/frozen.json",
        assessments.assessment_document,
        name="assessment-document",
    ),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/documents/<slug:letter>.docx",
        papers.assessment_letter,
        name="assessment-letter",
    ),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/results.xlsx", papers.assessment_workbook, name="assessment-workbook"
    ),
    path("p/<slug:slug>/scores/assessments/<int:pk>/towns/<str:code>/", appeals.town_result, name="assessment-town"),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/towns/<str:code>/sheet.docx",
        papers.town_document,
        name="assessment-town-document",
    ),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/towns/<str:code>/print/",
        papers.town_print,
        name="assessment-town-print",
    ),
    path("p/<slug:slug>/scores/assessments/<int:pk>/appeals/<int:appeal>/", appeals.appeal_page, name="appeal"),
    path(
        "p/<slug:slug>/scores/assessments/<int:pk>/appeals/<int:appeal>/files/<int:file>/",
        appeals.appeal_file,
        name="appeal-file",
    ),
]
