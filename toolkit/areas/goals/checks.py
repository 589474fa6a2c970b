"""What there is to know about the goals before anything is measured: gaps, contradictions, and what was found before."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.goals.register import day_of
from toolkit.areas.words import listed
from toolkit.history import WHOLE
from toolkit.model import Period


def checks(
    agreed: pd.DataFrame, check_ins: pd.DataFrame, history: pd.DataFrame, register: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Reconciliations of the goals for one period: check, found, remark; always a row each, also when all is well."""
    strange = check_ins[~check_ins["goal"].isin(agreed["goal"])]
    late = check_ins[check_ins["date"] > day_of(check_ins["goal"], agreed, "due")]
    early = check_ins[check_ins["date"] < day_of(check_ins["goal"], agreed, "start")]
    unknown = register[(register["measure"] != "") & ~register["known"]]
    over = int(register["over"].sum())
    faulty = register[register["faults"] != ""]
    now = history[(history["period"] == str(period)) & (history["span"] == WHOLE)]
    earlier, unread = history.attrs.get("earlier", []), history.attrs.get("unread", 0)
    others = "" if len(now) else "the other areas were not run for this period: run them first"
    none = "the reports folder holds no earlier period: what a measure gives by month is all that is known of the past"
    listed_checks = [
        ("Goals that count in this period", f"{len(agreed):,}", "" if len(agreed) else "none"),
        ("Deadline past", f"{over:,}", "graded by the last value up to it" if over else ""),
        ("Goals that cannot be graded", f"{len(faulty):,}", _reasons(faulty)),
        ("Goals on a measure that does not exist", f"{len(unknown):,}", ", ".join(sorted(set(unknown["measure"])))),
        ("Check-ins", f"{len(check_ins):,}", "" if len(check_ins) else "no check-in of this vendor"),
        ("Check-ins on goals that are not there", f"{len(strange):,}", _goals(strange, "not used")),
        ("Check-ins after the deadline", f"{len(late):,}", _goals(late, "not used for the grade")),
        ("Check-ins before the start", f"{len(early):,}", _goals(early, "used as what was before")),
        ("Measures of other areas in this period", f"{now['value'].notna().sum():,}", others),
        ("Earlier periods read", f"{len(earlier):,}", ", ".join(earlier[-4:]) if earlier else none),
        ("Findings that cannot be read", f"{unread:,}", "left out" if unread else ""),
    ]
    return pd.DataFrame(listed_checks, columns=["check", "found", "remark"])


def _goals(rows: pd.DataFrame, what: str) -> str:
    """'G1 and G2: not used', or ''."""
    return f"{listed(sorted(set(rows['goal'])), 6)}: {what}" if len(rows) else ""


def _reasons(faulty: pd.DataFrame) -> str:
    return "; ".join(f"{goal}: {why}" for goal, why in zip(faulty["goal"], faulty["faults"], strict=True))
