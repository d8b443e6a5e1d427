from django.urls import path

from quality.inspection_urls import inspection_patterns
from quality.views import facilities, figures, findings, hazards, plans, review, roll_ups, scope
from quality.year_urls import year_patterns

urlpatterns = [
    path("facilities/", facilities.facility_list, name="facility-list"),
    path("facilities/new/", facilities.new_facility, name="facility-new"),
    path("facilities/review/", review.figure_review, name="facility-review"),
    path("facilities/<int:pk>/", facilities.facility_page, name="facility"),
    path("facilities/<int:pk>/edit/", facilities.edit_facility, name="facility-edit"),
    path("facilities/<int:pk>/figures/<str:quarter>/", figures.figure_page, name="facility-figures"),
    path("p/<slug:slug>/scope/", scope.scope_page, name="scope"),
    path("p/<slug:slug>/indicators/<str:code>/facilities/", roll_ups.roll_up_page, name="roll-up"),
    path("p/<slug:slug>/indicators/<str:code>/facilities/settings/", roll_ups.settings, name="roll-up-settings"),
    path("findings/", findings.finding_list, name="finding-list"),
    path("findings/list.docx", findings.finding_lists_document, name="finding-document"),
    path("findings/new/", findings.new_finding, name="finding-new"),
    path("findings/criteria/", hazards.hazard_lists, name="hazard-lists"),
    path("findings/criteria/<int:pk>/", hazards.hazard_list, name="hazard-list"),
    path("findings/<int:pk>/", findings.finding_page, name="finding"),
    path("findings/<int:pk>/files/<int:file>/", findings.finding_file, name="finding-file"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("facilities/<int:pk>/plan/", plans.plan_page, name="plan"),
    path("facilities/<int:pk>/plan/edit/", plans.edit_plan, name="plan-edit"),
    path("facilities/<int:pk>/plan/plan.docx", plans.plan_word, name="plan-document"),
    *inspection_patterns,
    *year_patterns,
]
