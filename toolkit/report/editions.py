"""Who reads what of a review. The *working* edition holds all, the *leadership* edition no code, and the *vendor* edition what
concerns that vendor and may be shared: it is made from findings alone, so that nothing else can be in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toolkit.areas import AREAS, EVERY_AREA
from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.model import Finding
from toolkit.report.review import Review


@dataclass(frozen=True)
class Edition:
    """What a reader gets: the code of each section or not, and what only the client may see or not."""

    name: str
    code: bool = False
    internal: bool = True


WORKING, LEADERSHIP, VENDOR = EDITIONS = (
    Edition("working", code=True),
    Edition("leadership"),
    Edition("vendor", internal=False),
)


def edition_named(name: str) -> Edition:
    """The edition of a name; an unknown one is a SettingsError with a suggestion."""
    known = {edition.name: edition for edition in EDITIONS}
    if name not in known:
        wanted = f"one of {', '.join(known)}"
        raise SettingsError(Fault("--edition", repr(name), wanted, did_you_mean(name, list(known))))
    return known[name]


def edited(review: Review, edition: Edition) -> Review:
    """A review as an edition may hold it: for the vendor without what is the client's own or to decide, and without remarks."""
    if edition.internal:
        return review
    earlier = {period: shared(findings) for period, findings in review.earlier.items()}
    open_areas = [area for area in AREAS if getattr(area, "SHARED", True)]
    return replace(
        review, findings=shared(review.findings), earlier=earlier, about="", areas=open_areas, internal=False
    )


def shared(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that a vendor may see of itself: none of an area, measure or table that is the client's own, no remark."""
    own = {name for area in AREAS for name in getattr(area, "CLIENT_ONLY", ())}
    tables = {table.name for area in AREAS for table in area.TABLES if table.client_only}
    closed = {area.NAME for area in EVERY_AREA if not getattr(area, "SHARED", True)}
    return [
        replace(item, remark="")
        for item in findings
        if item.area not in closed
        and item.id not in own
        and tables.isdisjoint(str(source.get("table")) for source in item.sources)
    ]
