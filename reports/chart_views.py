"""A chart on a page: its description under an identifier, and the picture that stands there without scripts."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from reports import svg
from reports.figures import Figure


@dataclass(frozen=True, slots=True)
class ChartView:
    """`name` is unique on its page and a valid part of an HTML id; `width` is in units of `svg.drawing`."""

    name: str
    figure: Figure
    width: float = 360.0

    @property
    def script_id(self) -> str:
        """The id of the JSON from which the browser draws the interactive chart."""
        return f"chart-{self.name}"

    @property
    def picture(self) -> SafeString:
        """The chart as the server draws it."""
        return svg.drawing(self.figure, width=self.width)

    @property
    def words(self) -> str:
        """The numbers of the chart in words."""
        return str(self.figure["layout"]["meta"]["alt"])
