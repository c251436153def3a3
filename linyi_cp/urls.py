"""Every room's addresses under one roof."""

from django.urls import include, path

from reports.views.home import home, icon

urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", icon, name="icon"),
    path("", include("accounts.urls")),
    path("", include("targets.urls")),
    path("", include("departments.urls")),
    path("", include("reports.urls")),
]
handler400 = "reports.views.errors.bad_request"
handler403 = "reports.views.errors.refused"
handler404 = "reports.views.errors.not_found"
handler500 = "reports.views.errors.failed"
