"""Messages as rows: files of one message (.eml), of many (.mbox), and lists of messages pasted into a text.

Of a message only its header is read: from whom, to whom, when, about what, and which message it answers. What it says, what it
quotes and what is attached is passed over, so that nothing of it can come into a table. In a pasted text a message begins
where From: stands beside Date: or Sent:; what is quoted behind `>` or below "Original Message" is part of the message above.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

MAIL = "mail"  # stands where a CSV file has its encoding
COLUMNS = ("Message-ID", "In-Reply-To", "Subject", "From", "To", "Date")
ENDINGS, TEXT_ENDING = (".eml", ".mbox"), ".txt"
BEGINS = re.compile(rb"^From .*\r?$", re.MULTILINE)  # of a message in a file of many
FIELD = re.compile(r"^(From|To|Cc|Date|Sent|Subject|Message-ID|In-Reply-To|References):[ \t]*(.*)$", re.IGNORECASE)
SEPARATOR = re.compile(
    r"^\s*(?:-{2,}\s*(?:original|forwarded|urspr|weitergeleitete|message)|_{10,}\s*$)", re.IGNORECASE
)


def is_mail(path: Path, threads: bool) -> bool:
    """Whether a file holds messages by its name; a text does where the mapping reads messages at all."""
    ending = path.suffix.lower()
    return ending in ENDINGS or (threads and ending == TEXT_ENDING)


def messages(path: Path) -> list[list[str]]:
    """One record a message, in the order of the file, with the cells of `COLUMNS`: '' where it does not say."""
    content = path.read_bytes()
    if path.suffix.lower() == TEXT_ENDING:
        return [_record(fields) for fields in _pasted(_text(content))]
    parts = _split(content) if path.suffix.lower() == ".mbox" else [content]
    read = (message_from_bytes(part, policy=policy.compat32) for part in parts if part.strip())
    return [_record(_fields(message)) for message in read if message.get("From") or message.get("Subject")]


def _split(content: bytes) -> list[bytes]:
    """The messages of a file of many: each begins with a line `From ` behind an empty line, or the file's first."""
    starts = [found.start() for found in BEGINS.finditer(content) if _is_start(content, found.start())]
    ends = [*starts[1:], len(content)] if starts else []
    return [content[start:end].partition(b"\n")[2] for start, end in zip(starts, ends, strict=True)]


def _is_start(content: bytes, place: int) -> bool:
    return place == 0 or content[max(place - 4, 0) : place].replace(b"\r", b"").endswith(b"\n\n")


def _fields(message: Message) -> dict[str, str]:
    from email.header import decode_header, make_header

    found = {}
    for name in ("Message-ID", "In-Reply-To", "References", "Subject", "From", "To", "Date"):
        text = str(message.get(name, ""))
        with contextlib.suppress(LookupError, ValueError):  # an encoding that nobody knows: the header stays as it is
            text = str(make_header(decode_header(text)))
        found[name.casefold()] = " ".join(text.split())
    return found


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _pasted(text: str) -> Iterator[dict[str, str]]:
    """The headers of the messages in a text; one that is quoted belongs to the message above it."""
    quoted, block = False, dict[str, str]()
    for line in [*text.splitlines(), ""]:
        field = FIELD.match(line)
        if field:
            block.setdefault(field[1].casefold(), field[2].strip())
        elif block and line.strip() and line[0] in " \t":
            continue  # a header that goes on in the next line
        else:
            if _is_header(block) and not quoted:
                yield block
            quoted = bool(SEPARATOR.match(line)) or (quoted and not block and not line.strip())
            block = {}


def _is_header(block: dict[str, str]) -> bool:
    return "from" in block and bool({"date", "sent"} & set(block))


def _record(fields: dict[str, str]) -> list[str]:
    answered = f"{fields.get('in-reply-to', '')} {fields.get('references', '')}".split()
    when = fields.get("date") or fields.get("sent", "")
    told = {**fields, "in-reply-to": " ".join(dict.fromkeys(answered)), "date": _moment(when)}
    return [told.get(name.casefold(), "") for name in COLUMNS]


def _moment(text: str) -> str:
    """When a message was sent as ISO, where it is written as mail writes it; else as it stands."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError):
        return text
