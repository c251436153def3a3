"""What waits for somebody among the baselines, for the pages on which people begin their day."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from accounts.models import Role, User
from targets.models import Baseline


@dataclass(frozen=True, slots=True)
class WaitingBaselines:
    """How many baselines of one plan somebody could decide now."""

    plan_code: str
    plan_title: str
    count: int


def baselines_to_decide(user: User) -> Sequence[WaitingBaselines]:
    """Plan by plan, what a reviewer, or a coordinator who did not propose it, could decide; one query, else none."""
    if not user.has_role(Role.REVIEWER, Role.COORDINATOR):
        return ()
    plans = (
        Baseline.objects.waiting()
        .filter(indicator__plan__closed_at=None)
        .exclude(proposed_by=user)
        .values("indicator__plan__code", "indicator__plan__title")
        .annotate(count=Count("pk"))
        .order_by("indicator__plan__is_demonstration", "indicator__plan__code")
    )
    return [
        WaitingBaselines(plan["indicator__plan__code"], plan["indicator__plan__title"], plan["count"]) for plan in plans
    ]
