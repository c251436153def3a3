"""Addresses for those who look after a plan: baselines, open choices, conditions, dated steps, the queue."""

from django.urls import path

from targets.views.baselines import baseline_decide, baseline_propose, baseline_withdraw, baselines
from targets.views.choices import choices_confirm
from targets.views.conditions import condition_record, conditions
from targets.views.milestones import milestone_record, milestones
from targets.views.queue import queue_retry, queue_state

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
    path("queue/", queue_state, name="queue_state"),
    path("queue/retry/", queue_retry, name="queue_retry"),
]
