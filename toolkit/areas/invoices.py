"""The table of invoices, which several areas read: what was charged, and what credits are a share of."""

from __future__ import annotations

from toolkit.areas.columns import CURRENCY, SERVICE, SOURCE_FILE, SOURCE_ROW, VENDOR, optional
from toolkit.tables import Column, Table

INVOICES = Table(
    "invoices",
    "one line of an invoice or credit note, or one payment where the ledger holds payments",
    (
        VENDOR,
        Column("invoice", "text", "Invoice, credit note or transaction number", example="INV-2041"),
        Column("line", "integer", "Line within the invoice", low=0, example="1"),
        Column("date", "date", "Invoice date, or payment date in a ledger of payments", example="2026-03-31"),
        Column("amount", "number", "Net of tax; a charge positive, a credit negative", "currency", example="1250.00"),
        CURRENCY,
        optional(
            "category",
            "text",
            "run: agreed service; change: ordered on top; one_off: set-up, transition, exit; credit: service credit",
            allowed=("run", "change", "one_off", "credit", "other"),
            example="run",
        ),
        SERVICE,
        optional("item", "text", "Item of the rate card", example="Ticket, standard"),
        optional("quantity", "number", "Units billed", example="500"),
        optional("unit_price", "number", "Price of one unit as billed", "billed currency", low=0, example="2.50"),
        optional("description", "text", "Text of the line", example="Tickets March"),
        optional("supplier", "text", "Supplier's name as the export writes it", example="ALDER SYSTEMS LTD"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "invoice", "line"),
    dated="date",
    area="cost",
)
