from django.urls import path

from quality.views import people, publicity, timeline

year_patterns = [
    path("p/<slug:slug>/timeline/", timeline.timeline_page, name="timeline"),
    path("p/<slug:slug>/timeline/new/", timeline.new_event, name="event-new"),
    path("p/<slug:slug>/timeline/phases/<int:number>/", timeline.edit_phase, name="phase-edit"),
    path("p/<slug:slug>/timeline/<int:pk>/", timeline.event_page, name="event"),
    path("p/<slug:slug>/timeline/<int:pk>/edit/", timeline.edit_event, name="event-edit"),
    path("p/<slug:slug>/timeline/<int:pk>/files/<int:file>/", timeline.event_file, name="event-file"),
    path("p/<slug:slug>/timeline/summary.docx", timeline.year_summary, name="year-summary"),
    path("p/<slug:slug>/people/", people.people_page, name="people"),
    path("p/<slug:slug>/people/new/", people.new_person, name="person-new"),
    path("p/<slug:slug>/people/plan/", people.people_plan, name="people-plan"),
    path("p/<slug:slug>/people/trainings/new/", people.new_training, name="training-new"),
    path("p/<slug:slug>/examples/", publicity.example_list, name="examples"),
    path("p/<slug:slug>/examples/new/", publicity.new_example, name="example-new"),
    path("p/<slug:slug>/examples/<int:pk>/", publicity.example_page, name="example"),
    path("p/<slug:slug>/examples/<int:pk>/files/<int:file>/", publicity.example_file, name="example-file"),
]
