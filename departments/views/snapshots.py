"""A sheet exactly as it was sent once: what its judges saw, and the digest that shows that nothing was changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.models import SubmissionSnapshot
from departments.permissions import visible_departments
from departments.sheets import cell_in_words
from departments.snapshots import cells_of_contents, is_intact, names_of_contents
from departments.views.asked import person


@require_safe
def snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    found = get_object_or_404(
        SubmissionSnapshot.objects.select_related(
            "submission", "submission__department", "submission__period", "submission__period__plan", "sent_by"
        ).filter(submission__department__in=visible_departments(person(request))),
        pk=snapshot_id,
    )
    names = names_of_contents(found.contents)
    by_key = {each["key"]: each for each in [*found.contents["figures"], *found.contents["tasks"]]}
    evidence: dict[str, list[dict[str, str]]] = {}
    for each in found.contents["evidence"]:
        evidence.setdefault(each["key"], []).append(each)
    return render(
        request,
        "departments/snapshot.html",
        {
            "snapshot": found,
            "submission": found.submission,
            "is_intact": is_intact(found),
            "cells": [
                {
                    "name": names[key],
                    "task": by_key[key].get("task", ""),
                    "unit": by_key[key].get("unit", ""),
                    "words": cell_in_words(cell),
                    "findings": [finding[3] for finding in by_key[key].get("findings", [])],
                    "is_on_behalf": by_key[key]["is_on_behalf"],
                    "evidence": evidence.get(key, []),
                }
                for key, cell in cells_of_contents(found.contents).items()
            ],
            "judged": found.steps.exclude(verb="submit").select_related("by"),
        },
    )
