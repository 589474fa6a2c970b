"""From findings and executed notebooks to pages. Knows findings, never a table; recomputes nothing."""

from toolkit.report.portfolio import Portfolio, open_portfolio
from toolkit.report.review import Review, open_review

__all__ = ["Portfolio", "Review", "open_portfolio", "open_review"]
