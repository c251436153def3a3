"""Fills in workbooks as an office program would: through openpyxl, or in the XML where openpyxl cannot say it.

And takes them from the pages and back to them, as a browser would.
"""

import io
import re
import zipfile

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.models import WorkbookUpload


def loaded(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def filled(content, *, sheet="填报", **cells):
    """The workbook with cells of one sheet filled in: G6=412.3."""
    book = loaded(content)
    for reference, value in cells.items():
        book[sheet][reference] = value
    return saved(book)


def patched(content, reference, cell, *, part="xl/worksheets/sheet1.xml"):
    """The workbook with one cell of its first sheet replaced by XML: its type and what is inside."""
    kind, inside = cell
    done = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(done, "w", 8) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                text, hits = re.subn(
                    rf'<c r="{reference}"( s="\d+")?[^>]*?(/>|>.*?</c>)'.encode(),
                    rf'<c r="{reference}"\1 t="{kind}">{inside}</c>'.encode(),
                    text,
                )
                assert hits == 1
            new.writestr(name, text)
    return done.getvalue()


def as_upload(content, name="填报表.xlsx"):
    return {"file": SimpleUploadedFile(name, content)}


def download(client, chain):
    answer = client.get(f"{chain.address}workbook/")
    assert answer.status_code == 200
    return answer.content


def upload(client, chain, content, name="填报表.xlsx"):
    return client.post(f"{chain.address}workbook/upload/", as_upload(content, name), follow=True)


def run_of(answer):
    """The dry run that an upload led to."""
    assert answer.status_code == 200, answer.context and answer.context.get("refusal")
    return answer.context["run"]


def confirm(client, **data):
    return client.post(f"/workbooks/{WorkbookUpload.objects.latest('id').pk}/", data, follow=True)
