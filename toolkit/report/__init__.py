"""From findings and executed notebooks to what people read. Knows findings, never a table; recomputes nothing.

folder.py     what lies in a reports folder
review.py     what is said of one vendor, as facts
summary.py    the same as a page
portfolio.py  all vendors on one page
blocks.py     the blocks that pages are built of
page.py       an executed notebook as a page
"""

from toolkit.report.portfolio import Portfolio, open_portfolio
from toolkit.report.review import Review, open_review
from toolkit.report.summary import Summary, open_summary

__all__ = ["Portfolio", "Review", "Summary", "open_portfolio", "open_review", "open_summary"]
