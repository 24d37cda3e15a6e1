"""A table as a CSV file that a spreadsheet opens and never carries out (abuse case 4)."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from app.documents.names import disposition

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell may not begin with; the wide ones are read like the narrow ones by spreadsheets of East Asia."""


def plain_cell(text: str) -> str:
    """The text; with an apostrophe before it where a spreadsheet would reckon it, blanks before it or not."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def spreadsheet(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """The table of `table_bytes`, saved and never shown."""
    answer = Response(table_bytes(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = disposition(name)
    return answer


def table_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which Excel and WPS know it."""
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([plain_cell(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")
