"""One finding derived once more from the client's tables, to be held against what a report says."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from toolkit.areas import DECISIONS, EVERY_AREA
from toolkit.client import open_client
from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.model import Finding, Period
from toolkit.report.folder import vendor_findings
from toolkit.run import executor
from toolkit.run.plan import reads


def derived_again(folder: Path, period: str, about: str, address: str) -> list[Finding]:
    """The findings of this address, one a goal on it: its area's notebook is run again, with those whose findings it reads.

    folder is the client's, about a vendor's id or a selection's. Nothing is written but into a folder that goes again. An
    unknown address is a SettingsError.
    """
    areas = _needed(address.partition(".")[0])
    client = open_client(folder)
    when = client.period(period)
    earlier = [str(other) for other in client.periods if other.months == when.months and other < when]
    with tempfile.TemporaryDirectory() as place:
        reports = Path(place)
        if areas[0] in DECISIONS:
            executor.run(folder, [period], [], reports, areas=areas, selections=[about])
        else:
            executor.run(folder, [*(earlier if len(areas) > 1 else []), period], [about], reports, areas=areas)
        found = vendor_findings(reports / client.id, about, Period.parse(period), areas)
    return [item for item in found if item.id == address]


def _needed(name: str) -> Sequence[ModuleType]:
    """An area and every one whose findings it reads, or they read."""
    known = {area.NAME: area for area in EVERY_AREA}
    if name not in known:
        expected = f"a finding of one of {', '.join(known)}"
        raise SettingsError(Fault("--recompute", repr(name), expected, did_you_mean(name, list(known))))
    wanted, waiting = {name}, [name]
    while waiting:
        more = set(reads(known[waiting.pop()])) & set(known) - wanted
        wanted |= more
        waiting += sorted(more)
    return [area for area in EVERY_AREA if area.NAME in wanted]
