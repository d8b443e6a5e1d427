from django.contrib import admin
from django.urls import include, path

from eldercare import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("alive/", views.alive, name="alive"),
    path("components/", views.components, name="components"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("tasks.urls")),
    path("", include("quality.urls")),
    path("", include("scoring.urls")),
]
handler500 = "eldercare.views.failed"
