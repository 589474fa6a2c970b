"""Does the contract hold what it should: clauses met, partly met and not met, weighted by the harm that a gap does."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.look import as_cards, text_of
from toolkit.areas.contract.tables import MET, NOT_APPLICABLE, NOT_MET, PARTLY, SEVERITIES
from toolkit.areas.look import last_day
from toolkit.areas.words import bracket, joined, listed, plural
from toolkit.errors import did_you_mean
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, number

SCORES = {MET: 1.0, PARTLY: 0.5, NOT_MET: 0.0}  # what a clause counts; that partly is half is an own definition
NOT_LOOKED = "not looked at"
RANGE = "low: what nobody has looked at is not met, high: it is met; a full count of the clauses"
COLUMNS = ["clause", "contract", "topic", "severity", "state", "page", "note", "question"]


@measure("Clause coverage", better="higher", unit="share")
def clause_coverage(clauses: pd.DataFrame, contract_clauses: pd.DataFrame, *, period: Period) -> Measured:
    """The share of the checklist that the contract holds: a clause that is met counts whole, one that is partly met half, one
    that is not met nothing, each with the weight that the checklist gives it. What is not applicable counts nowhere.

    clauses: one row a contract and clause, as a reviewer found it; contract_clauses: the checklist, list `contract`. Each
    contract that has a row is held against the whole list. Clauses that nobody has looked at by the period's end are left out
    of the value; low and high take them as not met and as met. Rows on a clause that the checklist does not have are left out,
    and named.

    Parts: gap (what is missing, the weightiest first, with the page), state (share of the weight by state), topic (coverage by
    topic), clause (every clause). Not assessed when no clause was looked at. Source: the scale met, partly met, not met is that
    of the US Government Accountability Office; the weights are those of the checklist; own definition.
    """
    return _coverage(clauses, contract_clauses, "contract", "the checklist", period)


@measure("EU DORA coverage", better="higher", unit="share")
def eu_dora_coverage(clauses: pd.DataFrame, contract_clauses: pd.DataFrame, *, period: Period) -> Measured:
    """The share of what Article 30 of the EU regulation on digital operational resilience wants in a contract that the contract
    holds, counted as in clause coverage.

    clauses, contract_clauses: as there, list `eu_dora`. For financial entities in the EU; whoever is none leaves its clauses
    away. What Article 30(3) wants for critical or important functions only is not applicable to others.

    Parts as there. Not assessed when no clause of the list was looked at. It is a list for reading a contract, and no advice
    on the law. Source: Regulation (EU) 2022/2554, Article 30; weights: own default.
    """
    return _coverage(clauses, contract_clauses, "eu_dora", "Article 30 of EU DORA", period)


def unknown_clauses(clauses: pd.DataFrame, contract_clauses: pd.DataFrame) -> list[str]:
    """What `clauses` name and the checklist does not have, each with what may have been meant."""
    known = list(contract_clauses["clause"])
    strange = sorted(set(clauses["clause"].dropna()) - set(known))
    return [f"{name!r}. {did_you_mean(name, known)}".rstrip(". ") for name in strange]


def reviewed(clauses: pd.DataFrame, checklist: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Every clause of a checklist for each contract that was reviewed by it, with its state on the period's last day.

    One row is a contract and a clause: the columns of the checklist, contract ('' where it is not named), state ("not looked
    at" where there is none yet), page and note.
    """
    rows = clauses[clauses["clause"].isin(checklist["clause"])]
    later = rows["reviewed"] > last_day(period)
    rows = rows.assign(contract=text_of(rows["contract"]), state=rows["state"].mask(later))
    contracts = pd.DataFrame({"contract": sorted(set(rows.loc[rows["state"].notna(), "contract"]))}, dtype="str")
    every = contracts.merge(checklist, how="cross")
    found = rows[["contract", "clause", "state", "page", "note"]]
    return every.merge(found, on=["contract", "clause"], how="left").assign(
        **{name: lambda table, name=name: text_of(table[name]) for name in ("page", "note")},
        state=lambda table: text_of(table["state"]).replace("", NOT_LOOKED),
    )


def _coverage(clauses: pd.DataFrame, contract_clauses: pd.DataFrame, which: str, name: str, period: Period) -> Measured:
    checklist = contract_clauses[contract_clauses["list"].eq(which)]
    rows = reviewed(clauses, checklist, period)
    counted = rows[rows["state"].isin(SCORES) & (rows["weight"] > 0)]
    if counted.empty:
        raise NotAssessed(
            f"no clause of {name} was looked at by the end of {period}. Supply clauses with their state: fill in the form "
            "with the clauses of contract_clauses"
        )
    value, low, high = covered(rows)
    waiting = int(rows["state"].eq(NOT_LOOKED).sum())
    gaps = gap_list(rows)
    missing = gaps[gaps["state"] == NOT_MET]
    strange = unknown_clauses(clauses, contract_clauses)
    states = counted["state"].value_counts()
    told = ", ".join(f"{int(states.get(state, 0))} {state}" for state in SCORES)
    return Measured(
        unit="share",
        value=value,
        low=low if waiting else NAN,
        high=high if waiting else NAN,
        n=len(counted),
        n_of="clause" if len(counted) == 1 else "clauses",
        interval=RANGE if waiting else COUNTED,
        counted=not waiting,
        numerator=float((counted["weight"] * counted["state"].map(SCORES)).sum()),
        denominator=float(counted["weight"].sum()),
        claim=f"{number(value, 'share')}{bracket(low, high, 'share') if waiting else ''} of {name} is covered, by weight: "
        f"of {plural(len(counted), 'clause')} {told}"
        + (f"; the weightiest gap is {missing['topic'].iloc[0].lower()}." if len(missing) else "."),
        because=joined(
            f"{plural(waiting, 'clause')} nobody has looked at" if waiting else "",
            _unproven(counted),
            f"not in the checklist, and left out: {listed(strange)}" if strange else "",
        ),
        parts={
            "gap": as_cards(gaps),
            "state": _by_state(rows),
            "topic": _by_topic(counted),
            "clause": rows[COLUMNS].reset_index(drop=True),
        },
    )


def covered(rows: pd.DataFrame) -> tuple[float, float, float]:
    """The weighted coverage of the clauses that were looked at, and what it is at least and at most if the rest were."""
    applicable = rows[rows["state"].ne(NOT_APPLICABLE)]
    weights, scores = applicable["weight"], applicable["state"].map(SCORES)
    got, looked, whole = float((weights * scores).sum()), float(weights[scores.notna()].sum()), float(weights.sum())
    return got / looked, got / whole, (got + whole - looked) / whole


def gap_list(rows: pd.DataFrame) -> pd.DataFrame:
    """What is not met, partly met or not looked at: the weightiest first, and of equal weight what is missing whole."""
    gaps = rows[rows["state"].isin((NOT_MET, PARTLY, NOT_LOOKED))]
    rank = gaps["state"].map({NOT_MET: 0, PARTLY: 1, NOT_LOOKED: 2})
    ordered = gaps.assign(rank=rank).sort_values(["weight", "rank"], ascending=[False, True], kind="stable")
    return ordered[["topic", "severity", "state", "page", "note", "question", "contract"]].reset_index(drop=True)


def _unproven(counted: pd.DataFrame) -> str:
    """How many are said to be met without a page that shows it."""
    bare = int((counted["state"].isin((MET, PARTLY)) & counted["page"].eq("")).sum())
    return f"{bare} said to be met, in whole or in part, without a page that shows it" if bare else ""


def _by_state(rows: pd.DataFrame) -> pd.DataFrame:
    """The weight by state as shares of all that is applicable, with the number of clauses."""
    applicable = rows[rows["state"].ne(NOT_APPLICABLE)]
    sums = applicable.groupby("state")["weight"].agg(["sum", "size"])
    sums = sums.reindex([*SCORES, *([NOT_LOOKED] if NOT_LOOKED in sums.index else [])], fill_value=0)
    share = sums["sum"] / sums["sum"].sum()
    return pd.DataFrame({"state": sums.index, "value": share.to_numpy(), "n": sums["size"].to_numpy()})


def _by_topic(counted: pd.DataFrame) -> pd.DataFrame:
    """Coverage by topic, in the order of the severity."""
    scored = counted.assign(score=counted["weight"] * counted["state"].map(SCORES))
    sums = scored.groupby("topic", sort=False).agg(
        severity=("severity", "first"), score=("score", "sum"), weight=("weight", "sum")
    )
    table = sums.assign(value=sums["score"] / sums["weight"]).reset_index()
    order = table["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    table = table.assign(order=order).sort_values("order", kind="stable")
    return table[["topic", "severity", "weight", "value"]].reset_index(drop=True)
