"""What a reader may ask for: a briefing of one period."""

from django import forms

from reports.selection import Choice


class BriefingForm(forms.Form):
    """Period and the editor's own words; the rest of a briefing comes from the data."""

    period = forms.ChoiceField(label="填报期", error_messages={"invalid_choice": "没有这个填报期，请重新选择。"})
    suggestions = forms.CharField(
        label="下步建议",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="每行一段；不填则简报中没有这一节。",
        error_messages={"max_length": "下步建议最多4000字。"},
    )

    def __init__(self, chosen: Choice, data: object = None) -> None:
        super().__init__(data, initial={"period": chosen.period.code}, label_suffix="")  # type: ignore[arg-type]
        self.periods = {period.code: period for period in chosen.periods}
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(period.code, period.name) for period in chosen.periods]
