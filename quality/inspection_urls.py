from django.urls import path

from quality.views import draws, inspections, item_lists, visits

inspection_patterns = [
    path("inspections/", inspections.inspection_list, name="inspection-list"),
    path("inspections/new/", inspections.new_inspection, name="inspection-new"),
    path("inspections/lists/", item_lists.item_list_list, name="item-list-list"),
    path("inspections/lists/<int:pk>/", item_lists.item_list_page, name="item-list"),
    path("inspections/inspectors/", item_lists.inspector_list, name="inspector-list"),
    path("inspections/draws/", draws.draw_list, name="draw-list"),
    path("inspections/draws/<int:pk>/", draws.draw_page, name="draw"),
    path("inspections/<int:pk>/", inspections.inspection_page, name="inspection"),
    path("inspections/<int:pk>/report.docx", inspections.inspection_document, name="inspection-document"),
    path("inspections/<int:pk>/visit/", visits.visit_page, name="inspection-visit"),
    path("inspections/<int:pk>/lines/", visits.visit_lines, name="inspection-lines"),
    path("inspections/<int:pk>/photos/", visits.visit_photos, name="inspection-photos"),
    path("inspections/<int:pk>/photos/<int:photo>/", visits.visit_photo, name="inspection-photo"),
]
