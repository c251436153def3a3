"""Shows; never writes a figure."""

from django.apps import AppConfig

ACTIONS = {
    "briefing.request": "生成简报",
    "briefing.retry": "重新生成简报",
}
"""How this room's acts are called in the event log."""


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "展示与简报"

    def ready(self) -> None:
        from accounts.action_words import name_actions
        from departments.inbox_items import add_source
        from reports.leaders_inbox import for_leaders

        name_actions(ACTIONS)
        add_source(for_leaders)
