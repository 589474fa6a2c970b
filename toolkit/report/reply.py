"""The reply sheet: what was found of a vendor, a line each, with room for its corrections and comments.

Filled in, it comes back through `toolkit import reply_sheet`, and the next review prints each reply beside its finding.
"""

from __future__ import annotations

import io

from toolkit.model import NO_GOAL, Finding
from toolkit.report.folder import by_id
from toolkit.report.review import Review
from toolkit.report.workbook import NEVER

COLUMNS = ("vendor", "period", "address", "what was found", "verdict", "reply", "replied by (role)", "date")
WIDTHS = (10, 10, 28, 70, 12, 60, 20, 12)
HOW = (
    "Please write into the last three columns only: what is wrong or wants saying, in what role you say it, and the date. A "
    "reply is printed word for word beside the finding, and alters no number by itself; name the row or file that does."
)


def reply_sheet(review: Review) -> bytes:
    """The sheet for one vendor, as XLSX: one row a measure that is assessed. Equal reviews give equal bytes."""
    from xlsxwriter.workbook import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Reply: {review.vendor.name}, {review.period}", "created": NEVER})
    sheet = book.add_worksheet("Reply")
    head, text = book.add_format({"bold": True, "bottom": 2}), book.add_format({"text_wrap": True, "valign": "top"})
    room = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF9E5", "border": 4})
    for column, (title, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
    for row, item in enumerate(_asked(review), start=1):
        verdict = "" if item.verdict == NO_GOAL else item.verdict
        for column, said in enumerate((review.vendor.id, str(review.period), item.id, item.sentence, verdict)):
            sheet.write_string(row, column, said, text)
        for column in range(5, len(COLUMNS)):
            sheet.write_blank(row, column, None, room)
    sheet.freeze_panes(1, 3)
    book.add_worksheet("How to reply").write_string(0, 0, HOW)
    book.close()
    return buffer.getvalue()


def _asked(review: Review) -> list[Finding]:
    return [item for item in by_id(review.findings).values() if item.assessed]
