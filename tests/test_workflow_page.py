"""The drawing of the workflow in the documentation is what the tables say."""

import io

from django.core.management import call_command

from departments.labels import VERB_LABELS
from departments.management.commands.draw_workflow import PAGE
from departments.models.submission import TRANSITIONS
from departments.models.supervision import SUPERVISION_TRANSITIONS, SUPERVISION_VERBS
from departments.workflow_drawing import workflow_page


def test_the_page_in_the_documentation_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == workflow_page()


def test_every_transition_is_an_arrow_and_a_line_of_the_table():
    page = workflow_page()
    for transitions, words in ((TRANSITIONS, VERB_LABELS), (SUPERVISION_TRANSITIONS, SUPERVISION_VERBS)):
        for verb, (origins, end) in transitions.items():
            assert all(f"    {origin} --> {end} : {words[verb]}" in page for origin in origins)
            assert f"| {words[verb]} (`{verb}`)" in page


def test_the_command_prints_the_page():
    out = io.StringIO()
    call_command("draw_workflow", stdout=out)
    assert out.getvalue().strip() == workflow_page().strip()
