"""A workbook filled in by a real LibreOffice comes back, with what it makes of formats, keys and formulas."""

from decimal import Decimal

import pytest

from departments.models import Entry
from departments.sheets import Cell
from tests.factories import make_chain
from tests.libreoffice import fill_in
from tests.workbook_editing import confirm, download, run_of, upload

pytestmark = pytest.mark.django_db


def test_a_workbook_filled_in_with_libreoffice_is_imported(client, tmp_path):
    chain = make_chain()
    chain.stock.unit = "%"
    chain.stock.save()
    client.force_login(chain.reporter)
    cells = {"G6": "412.3", "G7": "=G6+15.8", "G8": "95.8%", "K8": "首次统计", "J6": "是", "H8": "locked"}
    steps = '    sheet.Name = "改了名"\n    sheet.Rows.getByIndex(0).IsVisible = False'
    content = fill_in(download(client, chain), tmp_path, cells=cells, steps=steps)
    run = run_of(upload(client, chain, content))
    assert (run.faults, run.unchanged) == ((), 0)
    assert [line.new for line in run.lines] == ["412.3 / 428.1，快报数", "95.8，说明：首次统计"]
    assert run.lines[0].places == "“改了名”G6、G7"
    assert "该格是公式" in run.lines[0].hints[0]
    assert "百分比格式" in run.lines[1].hints[0]
    confirm(client)
    assert Cell.of(Entry.objects.get(indicator=chain.ratio)) == Cell(
        numerator=Decimal("412.3"), denominator=Decimal("428.1"), is_provisional=True
    )
    assert Entry.objects.get(indicator=chain.stock).value == Decimal("95.8")
