"""Addresses of the pages that show; plan and period are chosen in the query string, for links."""

from django.urls import path

from reports.views import briefings, bureau, compare, indicator, method, overview, plan_text, sector, tasks

app_name = "reports"

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("sectors/", sector.sectors, name="sectors"),
    path("sectors/<int:sector_id>/", sector.sector, name="sector"),
    path("indicators/<int:indicator_id>/", indicator.indicator, name="indicator"),
    path("bureaus/<slug:department_code>/", bureau.bureau, name="bureau"),
    path("compare/", compare.compare, name="compare"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("plan/", plan_text.plan_text, name="plan_text"),
    path("method/", method.method, name="method"),
    path("briefings/", briefings.briefings, name="briefings"),
    path("briefings/request/", briefings.briefing_request, name="briefing_request"),
    path("briefings/<int:briefing_id>/state/", briefings.briefing_state, name="briefing_state"),
    path("briefings/<int:briefing_id>/retry/", briefings.briefing_retry, name="briefing_retry"),
    path("briefings/<int:briefing_id>.pdf", briefings.briefing_pdf, name="briefing_pdf"),
]
