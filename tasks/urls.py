from django.urls import path

from tasks.views import evidence, exports, home, imports, indicators, offline, reconcile, review, sheet, tasks

urlpatterns = [
    path("", home.home, name="home"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("p/<slug:slug>/export/<str:kind>.xlsx", exports.annex, name="export-annex"),
    path("p/<slug:slug>/tasks/", tasks.task_list, name="task-list"),
    path("p/<slug:slug>/tasks/<int:number>/", tasks.task_page, name="task"),
    path("p/<slug:slug>/indicators/", indicators.indicator_list, name="indicator-list"),
    path("p/<slug:slug>/indicators/<str:code>/", indicators.indicator_page, name="indicator"),
    path("p/<slug:slug>/report/", sheet.current, name="report"),
    path("p/<slug:slug>/report/<str:quarter>/", sheet.sheet_page, name="report-sheet"),
    path("p/<slug:slug>/report/<str:quarter>/line/", sheet.save_line, name="report-line"),
    path("p/<slug:slug>/report/<str:quarter>/files/", sheet.add_file, name="report-file"),
    path("p/<slug:slug>/report/<str:quarter>/files/<int:pk>/remove/", sheet.remove_file, name="report-file-remove"),
    path("p/<slug:slug>/report/<str:quarter>/workbook.xlsx", offline.workbook_file, name="report-workbook"),
    path("p/<slug:slug>/report/<str:quarter>/workbook/", offline.take, name="report-workbook-take"),
    path("p/<slug:slug>/imports/", imports.import_list, name="imports"),
    path("p/<slug:slug>/imports/<int:pk>/", imports.import_page, name="import"),
    path("p/<slug:slug>/imports/<int:pk>/confirm/", imports.confirm_import, name="import-confirm"),
    path("p/<slug:slug>/imports/<int:pk>/again/", imports.preview_import, name="import-again"),
    path("p/<slug:slug>/imports/<int:pk>/file/", imports.import_file, name="import-file"),
    path("p/<slug:slug>/reconcile/", reconcile.reconcile_page, name="reconcile"),
    path("p/<slug:slug>/review/", review.review, name="review"),
]
