from django.urls import path

from scoring.views import criteria, dashboard, gaps, marks, rubric, scores, town, whatif

urlpatterns = [
    path("p/<slug:slug>/", dashboard.dashboard, name="dashboard"),
    path("p/<slug:slug>/towns/<str:code>/", town.town_page, name="town"),
    path("p/<slug:slug>/towns/<str:code>/gaps/", gaps.gaps_page, name="gaps"),
    path("p/<slug:slug>/towns/<str:code>/what-if/", whatif.what_if, name="what-if"),
    path("p/<slug:slug>/scores/", scores.scores_page, name="scores"),
    path("p/<slug:slug>/scores/criteria/", criteria.criteria_page, name="criteria"),
    path("p/<slug:slug>/scores/criteria/<str:key>/", criteria.criterion_page, name="criterion"),
    path("p/<slug:slug>/scores/rubric/", rubric.rubric_page, name="rubric"),
    path("p/<slug:slug>/scores/marks/", marks.marks_page, name="marks"),
    path("p/<slug:slug>/scores/marks/<int:pk>/revoke/", marks.revoke_mark, name="mark-revoke"),
]
