"""Real exports to canonical tables, by mapping files: nothing is dropped silently, and every row and penny is accounted for.

    mapping.py         what a mapping file may say, checked all at once: `read_mapping`
    kinds.py           what each setting must be, in words and as a test
    survey_settings.py the section `survey` of a mapping
    sources.py         CSV files and workbooks of any encoding, delimiter and header, in chunks of text cells
    workbooks.py       sheets of workbooks, and what stands in merged cells
    mail.py            messages, of which only the headers are read
    values.py          text to dates, moments and exact amounts
    cells.py           cells to the columns that a table declares
    suppliers.py       a supplier's name to a vendor, and the nearest known vendor where none fits
    matching.py        the suppliers of all rows, and why a row is left out where one is no vendor
    people.py          people to the side that they are of, or to a hash; names and addresses made unreadable
    namesakes.py       the winners of tenders among the payees of a client
    results.py         what one file came to
    tickets.py         the events of tickets to their last states and their history
    threads.py         messages to entries of a log
    items.py           the headers of a survey tool to the items of the client's questionnaires
    answers.py         codes, labels and stars to answers on an item's scale
    asked.py           what the rows of a survey are read with, and what one file of it came to
    surveys.py         responses to answers, comments and respondents, who are hashed as they are read
    survey_rows.py     what each response says of itself, and why one is left out
    survey_cells.py    the cells under items, and a fault for each that is no answer
    survey_tables.py   the tables of a survey, and the account of every item
    waves.py           the tables of surveys, which grow wave by wave
    imports.py         files to tables: `import_files`
    reconciliation.py  what was read, kept and left out, and why: `Reconciliation`

What a table holds, which of its columns an export must have, and what a cell may hold, is taken from its declaration in
`toolkit.tables`; the rows kept keep its promises, so that an imported table passes `toolkit check`.

How the money is counted. *Amount in* is everything that stands in the amount column of every row read, total rows included:
a total row is a row, left out with its own reason, so that amount in = kept + left out (+ rounding) always holds. Only text
that is no amount, and the amount of a row with too many fields (where nobody knows which field is which), count nowhere;
both are faults that name the row. Amounts are read as integers of 10^-15 units, never as floating-point numbers. A kept
amount with more than two decimals is rounded half away from zero to the penny, and the difference is a line of its own.

How tickets are counted. In an event log many rows are one ticket, which counts in its last one; all its events are kept, or
none: tickets in = kept + left out.

How messages are counted. Each is a row; the first of a thread is kept as its entry, the others are left out as later messages
of it.

How answers are counted. Every filled cell under an item is one, a comment and "not applicable" too: answers in = kept + left
out, in every file, for every reason and for every item. Faults about a survey never quote a name, an address or a comment.
"""

from toolkit.intake.imports import Imported, import_files
from toolkit.intake.mapping import Mapping, read_mapping
from toolkit.intake.reconciliation import Reconciliation

__all__ = ["Imported", "Mapping", "Reconciliation", "import_files", "read_mapping"]
