"""From findings and executed notebooks to what people read. Knows findings, never a table; recomputes nothing.

folder.py     what lies in a reports folder
review.py     what is said of one vendor, as facts; portfolio.py: of all vendors; every form below shows these
editions.py   who reads what of it
summary.py    the executive summary; overview.py: all vendors on one page; blocks.py: what both are built of
ranking.py    who keeps what was agreed, and how firm that order is; problems.py: what several vendors share
page.py       an executed notebook as a page; pages.py: which pages a review has
brief.py      two pages to print; slides.py: to present; workbook.py: every number; reply.py: a sheet to reply in
evidence.py   what every claim rests on, and whether a file was changed
pack.py       all of it in an archive
"""

from toolkit.report.overview import Overview, open_overview
from toolkit.report.portfolio import Portfolio, open_portfolio
from toolkit.report.review import Review, open_review
from toolkit.report.summary import Summary, open_summary

__all__ = [
    "Overview",
    "Portfolio",
    "Review",
    "Summary",
    "open_overview",
    "open_portfolio",
    "open_review",
    "open_summary",
]
