"""Masking: how much of invented examples it finds, and what it takes wrongly from ordinary IT text."""

import pandas as pd
import pytest

from toolkit.stats.text.cleaning import plain_text
from toolkit.stats.text.masking import mask

# what stands in braces must not be readable afterwards
SECRETS = """
{anna.kowalska@example.com} wrote to us|write to {john (at) acme dot com}|mail {john [at] acme [dot] com} please|{john . doe @ acme . com} is wrong
{ｊｏｈｎ＠ａｃｍｅ．ｃｏｍ} in full width|{jane} at example dot org|<a href="mailto:x@acme.com">{j.doe+tag@mail.acme.co.uk}</a>|{joe\u200b@acme.com} hidden
Mr {Smith} was rude|mr {smith} was rude|Mr&nbsp;<b>{Smi</b>th} was rude|Mrs. {O'Neill} helped|Dr. {Quandt} helped|Herr {Müller} ist nett|Frau Dr. {Özdemir} half|Mme {Dubois} est lente
Mr \u202e{Blorg}\u202c did it|Hi {Xanthe}, thanks|Dear {Quillan},|Hallo {Zwetlana}, danke|Thanks {Yonik}!|Thank you so much, {Tanmay} and {Ravi}!|Best regards,\\n{Wiebke Quast}|Kind regards\\n{Qasim}
Mit freundlichen Grüßen\\n{Torben Quast}|it is fixed\\n-- {Michi}|I spoke to {Blorg Frandle} about it|our manager {Xanthe Quill} never listens|escalated to {Brondar Vex}|fixed by {Tanmay} at last
{Anna} was great|{john} was rude to me|{Will Smith} did it|I asked {Mark} twice|{Priya Venkataraman} knows it all|{Jean-Luc Picard} is slow|the answer of {Siobhán Ní} was late|ask {Agnieszka}
My name is {Quorra Flynn}|this is {Brondar} from ops|Kudos to {Brondar}|{Brondar} never answers the phone|<p>Hello {Brondar}</p>
call {+44 20 7946 0958}|call {+44 (0)20 7946 0958}|call {020 7946 0958}|call {07700 900123}|call {(555) 010-9999}|call {555-010-9999}|call {+1 555 010 9999}|call {+49 30 1234567}
call {030/1234567}|call {0171 1234567}|call {0049 171 1234567}|my number is {02079460958}|tel {47110815}|call {+91 98408 51525}
{INC0012345} is open|see {PROJ-123}|see {#12345}|{REQ0099123} again|{RITM0010023} again|ticket number {445566}|incident no. {9876543}|{CHG0030001} failed|{inc0012345} lower case
pay to {DE89 3702 0044 0532 0130 00}|pay to {GB29NWBK60161331926819}|card {4111 1111 1111 1111}|card {4111-1111-1111-1111}|number {1234567890123}
see {https://wiki.acme.com/x?user=1}|see {www.acme.com/jdoe}|@{bob_smith} fixed it|[~{jdoe}] did it|host {10.20.30.40} is down|host {fe80::1ff:fe23:4567:890a} is down|{ACME\\jdoe} is locked|in C:\\Users\\{jdoe}\\x
in /home/{jdoe}/x|user: {jdoe77} is locked
"""  # noqa: E501
EXAMPLES = [example for line in SECRETS.strip().split("\n") for example in line.replace("\\n", "\n").split("|")]

ORDINARY = """
Version 1.2.3.4 was released on 2026-01-15|v10.0.19045.1 on 15.01.2026 at 10:30:15|UTF-8, SHA-256, AES-256 and ISO-27001|Windows 10 and Office 365
It took 3-4 weeks and 100 000 users|12,345,678 rows in 2019-2021|Thanks for the help|Thanks, the Service Desk was great|The new Service Portal is slow
99.95 % uptime in Q3 2026|From 9:00 to 17:00 on Monday|Mark the ticket as done|I hope this helps|Will it ever work|Java 1.8.0_292 and Python 3.11|Port 8080 and 443 are closed
3.14159265358979|We paid 1.250.000,00 EUR|It cost 250,000 GBP|Response Time is bad. Service Level missed|We met at work. Then they left|Dear Team, please fix it|Hello Support
COVID-19 delayed it|The JVM needs 17 GB at 100 %|Release 2026.11 is late|Ratio 16:9, 1920x1080|Up 24/7 and 365 days|Call me at 10:30|Phase-2 and Tier-1 support|Between 5 and 10 tickets
The Change Advisory Board meets on Tuesday|May is a busy month|a grant of 5,000 EUR|You can bill us later|The frank answer was no|They rob us|Level 3 takes 10-15 minutes|On 01/02/2026 and 2026/03/04
I worked with Excel and Oracle|Contact the Service Desk|Please contact Support|Assigned to Level 2 again|Thanks to the new portal|MS Teams is down|Error 0x80070005 and HTTP 500
"""  # noqa: E501
PLAIN = [text for line in ORDINARY.strip().split("\n") for text in line.split("|")]


def secret_of(example: str) -> str:
    return plain_text(example[example.index("{") + 1 : example.index("}")])


def test_there_are_enough_examples():
    assert len(EXAMPLES) >= 60
    assert len(PLAIN) >= 40


@pytest.mark.parametrize("example", EXAMPLES)
def test_nobody_can_be_read(example):
    masked = mask([example.replace("{", "").replace("}", "")])[0]
    assert secret_of(example) not in masked
    assert "[" in masked


def test_ordinary_text_stays_as_it_is():
    """Precision: at most one in twenty of ordinary IT sentences loses a word to masking."""
    masked = mask(PLAIN)
    changed = [(before, after) for before, after in zip(PLAIN, masked, strict=True) if before != after]
    assert len(changed) <= len(PLAIN) / 20, changed


def test_known_names_are_masked_in_any_order_and_case():
    said = ["quorra was late", "FLYNN, QUORRA", "quorra.flynn did it", "Flynn's plan", "the inn is full"]
    assert mask(said, names=["Quorra Flynn"]) == [
        "[name] was late",
        "[name]",
        "[name] did it",
        "[name]'s plan",
        "the inn is full",
    ]


def test_two_letters_are_no_known_name_of_their_own():
    assert mask(["It is in IT", "Al Gore came"], names=["Al It"]) == ["It is in IT", "Al Gore came"]


def test_signs_in_known_names_are_no_patterns():
    assert mask(["anything (at all"], names=["(.*", "[a-z]+ .+"]) == ["anything (at all"]


def test_masking_twice_is_masking_once():
    once = mask([example.replace("{", "").replace("}", "") for example in EXAMPLES])
    assert mask(once) == once


def test_what_is_missing_is_empty():
    assert mask(pd.Series([None, float("nan"), "", "ok"])) == ["", "", "", "ok"]


@pytest.mark.parametrize(
    "piece", ["a@", "a.", "1 ", "John ", "0123 ", "x (at) ", "Mr ", "--", "+1-", "Thanks, ", "a:", "#1"]
)
def test_a_hostile_comment_does_no_harm(piece):
    assert len(mask([piece * (100_000 // len(piece))])[0]) <= 60_000
