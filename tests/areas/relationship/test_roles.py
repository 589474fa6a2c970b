"""The RACI table, contacts and channels."""

import pytest

from toolkit.areas import relationship
from toolkit.model import Period, finding, findings_text

NOW = {"period": Period.parse("2026-Q1")}


def test_accountable_share_wants_exactly_one_accountable_over_both_sides(table):
    rows = table(
        "responsibilities",
        """
        activity, side, role, letter
        Good, client, Owner, A
        Good, vendor, Lead, R
        Two, client, Owner, A
        two, vendor, Lead, A
        Two, vendor, Lead, R
        None, client, Owner, C
        None, vendor, Lead, R
        Idle, client, Owner, A
        Both, vendor, Lead, A
        Both, vendor, Lead, R
        Twice, vendor, Lead, A
        Twice, vendor, lead, A
        Twice, vendor, Lead, R
        """,
    )
    found = relationship.accountable_share(rows, **NOW)
    assert (found.numerator, found.denominator) == (3, 6)  # Good, Both and Twice
    assert found.because == (
        "more than one Accountable for Two; nobody Accountable for None; nobody Responsible for Idle"
    )
    assert list(found.parts["activity"]["activity"][:3]) == ["None", "Two", "Idle"]


CONTACTS = """
    side, role, name, email, phone, deputy, checked
    client, Owner, Jane Secretname, jane@secret.example, , Karl Hiddenman, 2026-03-01
    vendor, Lead, Ilse Quietly, , , , 2026-03-01
    vendor, Manager, , , , , 2026-03-01
    vendor, Director, Otto Veiled, , 01632 960999, , 2025-03-01
    third_party, Carrier, , , , , 2025-03-01
"""


def test_contact_coverage_says_what_each_role_lacks(table):
    forums = table("forums", "forum, cadence, roles\nReview, monthly, Owner; Architect")
    found = relationship.contact_coverage(table("contacts", CONTACTS), forums, **NOW)
    assert (found.numerator, found.denominator) == (1, 5)
    states = dict(found.parts["role"][["role", "state"]].to_numpy().tolist())
    assert states == {
        "Owner": "in order", "Lead": "no address", "Manager": "nobody", "Director": "not confirmed", "Architect": "not listed"
    }  # fmt: skip


def test_names_and_addresses_of_contacts_are_in_no_finding(table):
    """Even of rows that were never hashed, such as these, nothing but the role comes out."""
    found = relationship.contact_coverage(table("contacts", CONTACTS), **NOW)
    text = findings_text([finding(found, "v", "2026-Q1")]) + found._repr_html_()
    for secret in ("Secretname", "secret.example", "Hiddenman", "Quietly", "960999"):
        assert secret not in text


def test_channel_coverage_wants_channel_owner_time_and_a_fresh_day(table):
    rows = table(
        "channels",
        """
        topic, channel, owner_role, answer_days, checked
        A, Mailbox, Lead, 2, 2026-03-01
        B, Mailbox, Lead, , 2026-03-01
        C, , Lead, 2, 2026-03-01
        D, Mailbox, Lead, 2, 2025-03-01
        """,
    )
    found = relationship.channel_coverage(rows, **NOW)
    assert found.value == pytest.approx(0.25)
    assert found.because == "no time to answer for B; no channel for C; 1 topic not confirmed in time"


def test_what_was_confirmed_only_later_is_not_judged(table):
    early = {"period": Period.parse("2026-02")}
    forums = table("forums", "forum, cadence, roles\nReview, monthly, Owner")
    text = "side, role, name, phone, checked\nclient, Owner, A, 1, 2026-03-01\nvendor, Lead, B, 1, 2026-02-01"
    found = relationship.contact_coverage(table("contacts", text), forums, **early)
    assert (found.value, found.n) == (1, 1)
    assert "1 role confirmed only later left out" in found.because
    channels = table("channels", "topic, channel, owner_role, answer_days, checked\nA, Mailbox, Lead, 2, 2026-03-01")
    assert "confirmed only after 2026-02" in relationship.channel_coverage(channels, **early).because
