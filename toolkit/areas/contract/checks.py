"""What there is to know about the contract's tables before anything is measured: gaps and contradictions."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.coverage import unknown_clauses
from toolkit.areas.contract.tables import MET, PARTLY
from toolkit.areas.look import last_day
from toolkit.areas.words import listed, noun, plural
from toolkit.model import Period

OLD = 365  # days after which a review of the clauses may no longer be true


def checks(
    contracts: pd.DataFrame,
    clauses: pd.DataFrame,
    contract_clauses: pd.DataFrame,
    obligations: pd.DataFrame,
    revisions: pd.DataFrame,
    audit_findings: pd.DataFrame,
    audits: pd.DataFrame,
    contract_dates: pd.DataFrame,
    history: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """Reconciliations of the contract's tables for a period: check, found, remark; always a row each, also when all is well."""
    until = last_day(period)
    ended = contracts[contracts["end"] < until]
    endless = int(contracts["end"].isna().sum())
    silent = int((contracts["end"].notna() & contracts["notice_days"].isna()).sum())
    numbers = set(contracts["contract"])
    named = pd.concat([table["contract"].dropna() for table in (clauses, obligations, contract_dates)])
    strange = sorted(set(named) - numbers)
    stray = audit_findings[audit_findings["audit"].notna() & ~audit_findings["audit"].isin(audits["audit"])]
    found = [
        (
            "Contracts in force",
            len(contracts) - len(ended),
            f"{plural(len(ended), 'contract')} ended" if len(ended) else "",
        ),
        ("Contracts without a last day", endless, "no end and no notice can be planned" if endless else ""),
        ("Contracts without a notice period", silent, "their notice date is not known" if silent else ""),
        ("Contracts named and not in contracts", len(strange), listed(strange) if strange else ""),
        *_clause_checks(clauses, contract_clauses, period),
        *_obligation_checks(obligations, period),
        *_revision_checks(revisions, period),
        ("Findings of an audit that is not there", len(stray), listed(list(stray["finding"])) if len(stray) else ""),
        (
            "Measures found by quality and cost",
            history["measure"].nunique(),
            "" if len(history) else "run those reviews first",
        ),
    ]
    return pd.DataFrame(
        [(check, f"{count:,}", remark) for check, count, remark in found], columns=["check", "found", "remark"]
    )


def _clause_checks(clauses: pd.DataFrame, checklist: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    """Clauses looked at, unknown ones, and states that nothing proves."""
    until = last_day(period)
    rows = clauses[~(clauses["reviewed"] > until) & clauses["state"].notna()]
    strange = unknown_clauses(clauses, checklist)
    bare = int((rows["state"].isin((MET, PARTLY)) & rows["page"].isna()).sum())
    old = int(((until - rows["reviewed"]).dt.days > OLD).sum())
    undated = int(rows["reviewed"].isna().sum())
    return [
        ("Clauses looked at", len(rows), "" if len(rows) else "coverage is not assessed"),
        ("Clauses that the checklist does not have", len(strange), f"left out: {listed(strange)}" if strange else ""),
        ("Met or partly met without a page", bare, "counted, and not proven" if bare else ""),
        ("Looked at more than a year ago", old, "the contract may have changed since" if old else ""),
        ("Looked at on no day that is known", undated, "taken as looked at" if undated else ""),
    ]


def _obligation_checks(obligations: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    """Obligations of a later day, and checks without a fulfilment."""
    until = last_day(period)
    ahead = int((obligations["due"] > until).sum())
    odd = int((obligations["verified"].notna() & obligations["fulfilled"].isna()).sum())
    return [
        ("Obligations", len(obligations), f"{ahead:,} {noun(ahead, 'falls', 'fall')} due later" if ahead else ""),
        ("Checked without a day of fulfilment", odd, "taken as fulfilled" if odd else ""),
    ]


def _revision_checks(revisions: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    """Revisions, those that lie ahead, and those that were signed after they came into force."""
    ahead = int((revisions["valid_from"] > last_day(period)).sum())
    back = revisions[revisions["agreed"] > revisions["valid_from"]]
    return [
        ("Revisions of targets", len(revisions), f"{ahead:,} not in force yet" if ahead else ""),
        (
            "Signed after the day from which it counts",
            len(back),
            f"{listed(sorted(set(back['metric'])))}: judged as written" if len(back) else "",
        ),
    ]
