"""Addresses for those who look after a plan: baselines, choices, conditions, steps, calendar, settings, the queue."""

from django.urls import path

from targets.views.areas import area_change, areas
from targets.views.baselines import baseline_decide, baseline_propose, baseline_withdraw, baselines
from targets.views.choices import choices_confirm
from targets.views.conditions import condition_record, conditions
from targets.views.milestones import milestone_record, milestones
from targets.views.periods import period_change, periods
from targets.views.queue import queue_retry, queue_state
from targets.views.reporting import reporting

app_name = "targets"

urlpatterns = [
    path("baselines/", baselines, name="baselines"),
    path("baselines/propose/<int:indicator_id>/", baseline_propose, name="baseline_propose"),
    path("baselines/<int:baseline_id>/", baseline_decide, name="baseline_decide"),
    path("baselines/<int:baseline_id>/withdraw/", baseline_withdraw, name="baseline_withdraw"),
    path("choices/", choices_confirm, name="choices_confirm"),
    path("conditions/", conditions, name="conditions"),
    path("conditions/<int:indicator_id>/", condition_record, name="condition_record"),
    path("milestones/", milestones, name="milestones"),
    path("milestones/<int:milestone_id>/", milestone_record, name="milestone_record"),
    path("calendar/", periods, name="periods"),
    path("calendar/<int:period_id>/", period_change, name="period_change"),
    path("reporting/", reporting, name="reporting"),
    path("areas/", areas, name="areas"),
    path("areas/<int:area_id>/", area_change, name="area_change"),
    path("queue/", queue_state, name="queue_state"),
    path("queue/retry/", queue_retry, name="queue_retry"),
]
