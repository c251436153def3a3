"""Signs that no keyboard makes and no database stores are refused with a sentence, wherever they arrive."""

import json

import pytest
from django.urls import reverse

from departments import actions
from departments.models import Comment
from departments.sheets import Cell
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(client) -> Chain:
    chain = make_chain()
    client.force_login(chain.reporter)
    return chain


def test_a_form_with_a_nul_is_refused(client, chain):
    answer = client.post(chain.address, chain.form(stock_note="a\0b"))
    assert answer.status_code == 400
    assert chain.department.submissions.count() == 0


def test_a_remark_with_a_nul_is_refused(client, chain):
    codes = [chain.department.code, chain.period.code, f"c{chain.stock.pk}"]
    answer = client.post(reverse("departments:comment_add", args=codes), {"text": "a\0b"})
    assert (answer.status_code, Comment.objects.count()) == (400, 0)


@pytest.mark.parametrize("address", ["?plan=%00", "?a%00=1"])
def test_an_address_with_a_nul_is_refused(client, chain, address):
    assert client.get(chain.address + address).status_code == 400


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_an_automatic_save_with_a_sign_that_cannot_be_stored_says_so(client, chain, sign):
    sheet = actions.open_submission(department=chain.department, period=chain.period, by=chain.reporter)
    key = f"c{chain.stock.pk}"
    fields = {f"{key}-value": "3", f"{key}-state": "number", f"{key}-note": f"a{sign}b", f"{key}-was": Cell().as_text()}
    answer = client.post(
        reverse("departments:autosave", args=[chain.department.code, chain.period.code]),
        json.dumps({"fields": fields, "user": str(chain.reporter.pk)}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert "无法保存的字符" in answer.json()["message"]
    assert not sheet.entries.exists()
