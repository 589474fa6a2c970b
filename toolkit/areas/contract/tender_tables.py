"""The tables of public tenders: what was tendered and who won it, and which of the winners are among the client's payees."""

from __future__ import annotations

from functools import partial

from toolkit.areas.columns import SOURCE_FILE, SOURCE_ROW, VENDOR, optional
from toolkit.tables import Column, Table

AREA = "contract"
YES_NO = ("yes", "no")
AWARDED = "awarded"
STATES = ("open", AWARDED, "closed", "cancelled", "unsuccessful")
EXACT, SPACES, ALIAS, OF_VENDOR, CLOSE, BEGINNING = HOWS = ("exact", "spaces", "alias", "vendor", "close", "beginning")

amount = partial(optional, kind="number", unit="currency", low=0)
count = partial(optional, kind="integer", low=0)
day = partial(optional, kind="date")

TENDERS = Table(
    "tenders",
    "one public tender that the vendor won, whoever published it",
    (
        VENDOR,
        Column("tender", "text", "Number of the tender", example="1234"),
        optional("title", "text", "What was tendered", example="Beta of the register"),
        Column("published", "date", "Day on which it was published", example="2017-03-06"),
        Column("buyer", "text", "Who published it", example="Government Digital Service"),
        optional(
            "own", "text", "Whether the buyer is this client; empty where nobody said", allowed=YES_NO, example="yes"
        ),
        Column("winner", "text", "Winner, as written", example="Alder Systems Ltd"),
        optional("lot", "text", "Lot or category", example="digital-outcomes"),
        count("bids", about="How many firms bid", example="7"),
        amount("value", about="Value of the award as published", example="250000"),
        optional("state", "text", "What became of it", allowed=STATES, example=AWARDED),
        day("start", about="First day of the contract as published", example="2017-05-02"),
        optional("length", "text", "Length of the contract as published", example="2 years"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "tender"),
    area=AREA,
)

TENDER_MATCHES = Table(
    "tender_matches",
    "one winner of public tenders and one payee of this client that may be the same firm",
    (
        VENDOR,
        Column("winner", "text", "Winner, as the tenders write it", example="Alder Systems Ltd"),
        Column("payee", "text", "Payee, as the payments most often write it", example="ALDER SYSTEMS LIMITED"),
        Column(
            "how",
            "text",
            "exact: equal once case, punctuation and legal forms are aside; spaces: equal without blanks too; alias: equal to "
            "another name that the winner gives himself; vendor: both are known as this vendor; close: nearly the same "
            "letters; beginning: the one name begins with the other",
            allowed=HOWS,
            example=EXACT,
        ),
        Column("certain", "text", "no for a near miss, which somebody has to look at", allowed=YES_NO, example="yes"),
        optional("score", "number", "How like the names are, 1 for the same letters", low=0, high=1, example="0.93"),
        count("tenders", about="Tenders that he won", example="3"),
        count("own_tenders", about="Of these the ones that this client published", example="1"),
        amount("value", about="Value of all these awards", example="750000"),
        count("payments", about="Payments to that payee", example="12"),
        optional("paid", "number", "Sum of these payments", unit="currency", example="412000"),
        day("first_tender", about="Day on which the first of the tenders was published", example="2016-11-03"),
        day("first_paid", about="Day of the first payment", example="2015-02-11"),
        day("last_paid", about="Day of the last payment", example="2018-08-30"),
        optional("doubt", "text", "What may be wrong with taking the two for one", example="paid before the tender"),
    ),
    key=("vendor", "winner", "payee"),
    area=AREA,
)
