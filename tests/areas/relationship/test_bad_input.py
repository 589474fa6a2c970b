"""Bad rows are named with file, row, what was found and what was wanted; a big log is read flat and fast."""

import io
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from toolkit.areas import relationship
from toolkit.areas.relationship import tables
from toolkit.areas.relationship.look import log_of
from toolkit.model import Period
from toolkit.tables import check_cells

NOW = {"period": Period.parse("2026-Q1")}
DECLARED = {table.name: table for table in tables.TABLES}


def faults_of(name: str, text: str):
    cells = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return [str(fault) for fault in check_cells(cells, DECLARED[name], f"{name}.csv").faults]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("actions", "vendor,action,type,raised,closed\nv,A,issue,2026-03-02,2026-03-01", "an end that is not before"),
        ("actions", "vendor,action,type,raised,agreed\nv,A,issue,2026-03-02,2026-03-01", "an agreement that is not before"),
        ("actions", "vendor,action,type,raised,closed,verified\nv,A,issue,2026-03-02,2026-03-05,2026-03-04", "a check that"),
        ("actions", "vendor,action,type,raised,occurred\nv,A,issue,2026-03-02,2026-03-04", "a beginning that is not after"),
        ("actions", "vendor,action,type,raised,state,closed\nv,A,issue,2026-03-02,open,2026-03-04", "no day of its end"),
        ("actions", "vendor,action,type,raised\nv,A,bug,2026-03-02", "one of action, issue, risk"),
        ("meetings", "vendor,forum,date,minutes_sent\nv,R,2026-03-02,2026-03-01", "minutes that are not sent before"),
        ("meetings", "vendor,forum,date\nv,R,2.3.2026", "a date such as 2026-03-31"),
        ("forums", "vendor,forum,cadence\nv,R,often", "one of weekly, fortnightly"),
        ("responsibilities", "vendor,activity,side,role,letter\nv,Do,client,Owner,A/R", "one of R, A, C, I"),
        ("plans", "vendor,plan,agreed,closed\nv,P,2026-03-02,2026-03-01", "an end that is not before the plan was agreed"),
        ("evaluations", "vendor,evaluation,due,done,signed_off\nv,E,2026-03-02,2026-03-02,2026-03-01", "a sign-off that"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_promise_is_named(name, text, said):
    found = faults_of(name, text)
    assert len(found) == 1
    assert f"{name}.csv, row 2" in found[0]
    assert said in found[0]


def test_all_faults_come_at_once():
    rows = "\n".join(f"v,A{place},issue,2026-03-02,2026-03-01" for place in range(3))
    assert len(faults_of("actions", f"vendor,action,type,raised,closed\n{rows}")) == 3


def test_a_fault_in_contacts_quotes_no_name():
    text = "vendor,side,role,name\n" + "v,client,Owner,Jane Secretname\n" * 2
    found = faults_of("contacts", text)
    assert len(found) == 1
    assert "Secretname" not in found[0]
    assert "15 characters" in found[0]


def log(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    raised = pd.Timestamp("2025-04-01") + pd.to_timedelta(rng.integers(0, 364, count), unit="D")
    took = pd.to_timedelta(rng.integers(0, 90, count), unit="D")
    cells = pd.DataFrame(
        {
            "vendor": "v",
            "action": [f"A{place}" for place in range(count)],
            "type": rng.choice(tables.TYPES, count),
            "raised": raised.strftime("%Y-%m-%d"),
            "owner": rng.choice(("client", "vendor"), count),
            "due": (raised + pd.Timedelta(days=30)).strftime("%Y-%m-%d"),
            "agreed": (raised + took / 2).strftime("%Y-%m-%d"),
            "closed": (raised + took).strftime("%Y-%m-%d"),
        }
    ).astype("str")
    cells.index = pd.RangeIndex(2, count + 2)
    loaded = check_cells(cells, DECLARED["actions"], "actions.csv")
    assert not loaded.faults
    loaded.frame.attrs.update({"currency": "GBP", "file": "actions.csv", "digest": "", "absent": ""})
    return loaded.frame


def test_fifty_thousand_actions_are_measured_in_flat_memory_and_shown_in_few_rows(table):
    rows = log(50_000)
    tracemalloc.start()
    ledger = relationship.ledger(rows, table("reports_due"), table("client_obligations"), **NOW)
    found = [
        relationship.decision_latency(rows, **NOW),
        relationship.time_to_close(rows, **NOW),
        relationship.open_action_age(rows, **NOW),
        relationship.overdue_share(rows, **NOW),
        relationship.kept_gap(ledger, **NOW),
        relationship.client_delay_share(ledger, **NOW),
    ]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(item.assessed for item in found)
    assert max(len(part) for item in found for part in item.parts.values()) <= 100
    assert peak < 200e6  # bytes
    assert len(log_of(rows, NOW["period"])) == 50_000
