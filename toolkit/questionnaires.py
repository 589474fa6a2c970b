"""Questionnaires ready to send, written from the items that answers are imported and judged by, so that they cannot differ.

For each audience: a list of questions for any tool (CSV), a survey for LimeSurvey (tab-separated structure) and for Qualtrics
(Advanced Format), and a form to print (HTML, A4). The short name of an item is the code of its question, without signs where
a tool allows none, so that an export finds its items again.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from toolkit.files import csv_text, write_whole
from toolkit.scales import AGREEMENT, ASKED_IN, RECOMMENDATION, SAME_LABELS
from toolkit.show import escape

SECONDS_A_RATING, SECONDS_A_COMMENT, LONGEST_ANSWER = 7.5, 30, 240  # LONGEST_ANSWER: seconds that a person is asked for
COMMENT, NOT_APPLICABLE = "comment", "Not applicable"
Item = dict[str, str]
TITLES = {
    "team": ("Working with the vendor", "for those who work with it"),
    "customers": ("Your view of the service", "for those who use it"),
    "vendor": ("Working with the client", "for the vendor"),
}
OTHER_SIDE = {"team": "“The other side” is the vendor.", "vendor": "“The other side” is the client."}
PROMISE = (
    "Your answers are confidential. No result is shown for fewer than five people, and no comment without names and "
    "addresses taken out. Leave out what you do not want to answer."
)
ASK = {
    AGREEMENT: "How far do you agree?",
    "expectation": "How far do you agree?",
    "satisfaction": "How satisfied are you?",
    "importance": "How important is it?",
    RECOMMENDATION: "0 is not at all likely, 10 is extremely likely.",
}


def read_items(path: Path) -> list[Item]:
    """The items of a table `survey_items.csv`, in its order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seconds_to_answer(items: Iterable[Item]) -> float:
    """How long a person takes, by rule of thumb: 7.5 seconds a rating and 30 a comment.

    Source: own definition, after the four to eight closed questions a minute that survey methodologists plan with.
    """
    return sum(SECONDS_A_COMMENT if item["kind"] == COMMENT else SECONDS_A_RATING for item in items)


def choices(item: Item) -> list[tuple[str, str]]:
    """The answers that are offered, each with its code and its label; none for a comment."""
    if item["kind"] == COMMENT:
        return []
    low, high = int(float(item["low"])), int(float(item["high"]))
    labels = ASKED_IN.get(SAME_LABELS.get(item["kind"], item["kind"]), ())
    named = labels if len(labels) == high - low + 1 else [""] * (high - low + 1)
    rated = [(str(code), label) for code, label in zip(range(low, high + 1), named, strict=True)]
    return rated if item["kind"] == RECOMMENDATION else [*rated, ("NA", NOT_APPLICABLE)]


def _label(code: str, label: str) -> str:
    return f"{code} - {label}" if code.isdigit() and label and code in ("0", "10") else label or code


def questionnaire_files(items: Sequence[Item]) -> dict[str, str]:
    """Every questionnaire by its file name: four for each audience that has an item."""
    files = {}
    for audience in dict.fromkeys(item["audience"] for item in items):
        own = [item for item in items if item["audience"] == audience]
        files[f"{audience}_questions.csv"] = question_list(own)
        files[f"{audience}_limesurvey.txt"] = limesurvey(audience, own)
        files[f"{audience}_qualtrics.txt"] = qualtrics(audience, own)
        files[f"{audience}.html"] = printable(audience, own)
    return files


def write_questionnaires(folder: Path, items: Sequence[Item]) -> list[Path]:
    """Write every questionnaire into a folder; returns the paths written."""
    return [write_whole(folder / name, content) for name, content in questionnaire_files(items).items()]


def question_list(items: Sequence[Item]) -> str:
    """One row a question, as most survey tools can import it: code, question, type, choices (between bars)."""
    kinds = {COMMENT: "long text", RECOMMENDATION: "0 to 10"}
    rows = [
        (
            item["item"],
            item["wording"],
            kinds.get(item["kind"], "single choice"),
            "|".join(_label(*choice) for choice in choices(item)),
        )
        for item in items
    ]
    return csv_text(("code", "question", "type", "choices"), rows)


def limesurvey(audience: str, items: Sequence[Item]) -> str:
    """A survey as LimeSurvey's tab-separated structure: import it as a survey; the codes of answers are the numbers."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    names = "class type/scale name relevance text help language validation mandatory other default same_default"
    writer.writerow(names.split())

    def row(kind: str, scale: str, name: str, said: str, mandatory: str = "") -> None:
        writer.writerow([kind, scale, name, "1", said, "", "en", "", mandatory, "", "", ""])

    title, subtitle = TITLES.get(audience, (audience, ""))
    writer.writerow(["S", "", "language", "", "en", *[""] * 7])
    writer.writerow(["S", "", "anonymized", "", "Y", *[""] * 7])
    row("SL", "", "surveyls_title", f"{title}, {subtitle}")
    row("SL", "", "surveyls_description", escape(_intro(audience)))
    row("G", "", title, "")
    for item in items:
        kind = "T" if item["kind"] == COMMENT else "L"
        row("Q", kind, re.sub(r"\W|_", "", item["item"])[:20], escape(item["wording"]), "N")
        for choice in choices(item):
            row("A", "0", choice[0], escape(_label(*choice)))
    return "\ufeff" + text.getvalue()


def qualtrics(audience: str, items: Sequence[Item]) -> str:
    """A survey in Qualtrics' Advanced Format: import it as a survey; the export tag of a question is the item's short name."""
    title = TITLES.get(audience, (audience, ""))[0]
    parts = ["[[AdvancedFormat]]", f"[[Block:{title}]]", "[[Question:DB]]", escape(_intro(audience))]
    for item in items:
        kind = "TE:Essay" if item["kind"] == COMMENT else "MC:SingleAnswer:Horizontal"
        parts += [f"[[Question:{kind}]]", f"[[ID:{item['item']}]]", escape(item["wording"])]
        offered = [_label(*choice) for choice in choices(item)]
        parts += ["[[Choices]]", *map(escape, offered)] if offered else []
    return "\n\n".join(parts[:2]) + "\n\n" + "\n".join(parts[2:]) + "\n"


def _intro(audience: str) -> str:
    return " ".join(filter(None, (PROMISE, OTHER_SIDE.get(audience, ""))))


# ------------------------------------------------------------------------------------------------------------- to print
def printable(audience: str, items: Sequence[Item]) -> str:
    """A form to print on A4: statements in grids, a row of numbers for recommendations, lines for comments."""
    title, subtitle = TITLES.get(audience, (audience, ""))
    minutes = max(1, round(seconds_to_answer(items) / 60))
    parts = [_grid(kind, list(own)) for kind, own in itertools.groupby(items, key=lambda item: item["kind"])]
    return PAGE.format(
        title=escape(title),
        subtitle=escape(subtitle),
        intro=escape(_intro(audience)),
        minutes=minutes,
        parts="".join(parts),
    )


def _grid(kind: str, items: Sequence[Item]) -> str:
    if kind == COMMENT:
        return "".join(f'<section class="open"><p>{escape(item["wording"])}</p><div></div></section>' for item in items)
    if kind == RECOMMENDATION:
        return "".join(_numbers(item) for item in items)
    offered = choices(items[0])
    head = "".join(f'<th scope="col">{escape(label or code)}</th>' for code, label in offered)
    cells = "<td><i></i></td>" * (len(offered) - 1) + '<td class="na"><i></i></td>'
    rows = "".join(f'<tr><th scope="row">{escape(item["wording"])}</th>{cells}</tr>' for item in items)
    asked = escape(ASK.get(kind, ""))
    return f"<table><thead><tr><td>{asked}</td>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _numbers(item: Item) -> str:
    cells = "".join(f"<span><i></i>{escape(code)}</span>" for code, _ in choices(item))
    asked = escape(ASK[RECOMMENDATION])
    return f'<section class="scale"><p>{escape(item["wording"])} <small>{asked}</small></p><div>{cells}</div></section>'


PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 14mm 15mm; }}
* {{ box-sizing: border-box; }}
body {{ font: 10pt/1.35 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #1a2530; max-width: 180mm;
  margin: 0 auto; padding: 8mm 0; }}
@media print {{ body {{ padding: 0; }} }}
@media screen {{ body {{ padding: 8mm; max-width: 200mm; }} }}
header {{ border-bottom: 0.6mm solid #1f3a4d; margin-bottom: 5mm; padding-bottom: 3mm; }}
h1 {{ font-size: 17pt; line-height: 1.15; margin: 0; color: #1f3a4d; }}
header p {{ margin: 1.5mm 0 0; }}
.meta {{ display: flex; gap: 8mm; margin-top: 3mm; }}
.meta span {{ flex: 1; border-bottom: 0.2mm solid #62717d; padding-bottom: 4mm; color: #4a5965; }}
table {{ width: 100%; border-collapse: collapse; margin: 0 0 5mm; }}
thead {{ display: table-header-group; }}
tr {{ break-inside: avoid; }}
thead td {{ font-weight: 600; color: #1f3a4d; vertical-align: bottom; padding: 0 2mm 1.5mm 0; }}
thead th {{ font-size: 9pt; line-height: 1.15; font-weight: 400; width: 17mm; vertical-align: bottom;
  padding: 0 0.5mm 1.5mm; color: #33424e; }}
tbody th {{ font-weight: 400; text-align: left; padding: 1.7mm 3mm 1.7mm 0; }}
tbody td {{ text-align: center; }}
tbody tr {{ border-top: 0.2mm solid #c9d2d9; }}
tbody tr:nth-child(even) {{ background: #f3f6f8; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
.na {{ border-left: 0.2mm solid #c9d2d9; }}
i {{ display: inline-block; width: 4mm; height: 4mm; border: 0.3mm solid #33424e; border-radius: 50%; background: #fff;
  vertical-align: middle; }}
section {{ break-inside: avoid; margin: 0 0 5mm; }}
section p {{ margin: 0 0 2mm; }}
small {{ font-size: 9pt; color: #4a5965; }}
.scale div {{ display: flex; justify-content: space-between; }}
.scale span {{ display: flex; flex-direction: column; align-items: center; gap: 0.8mm; font-size: 9pt; }}
.open div {{ height: 21mm; border: 0.2mm solid #62717d; }}
footer {{ border-top: 0.2mm solid #c9d2d9; padding-top: 2mm; color: #4a5965; font-size: 9pt; }}
</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>A questionnaire {subtitle}; about {minutes} minutes.</p>
<p>{intro}</p>
<div class="meta"><span>Vendor</span><span>Team</span><span>Date</span></div>
</header>
<main>
{parts}
</main>
<footer>Thank you.</footer>
</body>
</html>
"""
