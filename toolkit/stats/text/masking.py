"""Names, addresses, numbers and whatever else tells who wrote, or about whom, made unreadable.

What is masked becomes a word in brackets that says what it was: [name], [e-mail], [url], [user], [ip], [phone], [ticket],
[iban], [number]. Masking errs towards too much: a product taken for a person costs a word, a person left readable costs trust.
It lowers a risk and does not end it. A name that nothing announces, or a description ("our only tester in Graz"), stays:
comments are shown above a floor of people only, and read by someone first.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Iterable

from toolkit.files import ROOT
from toolkit.stats.text.cleaning import plain_text

GIVEN_NAMES = ROOT / "data" / "reference" / "given_names.csv"
KNOWN_LEAST = 3  # letters of a part of a known name; shorter ones are masked within the whole name only
NAMES_AT_ONCE = 500  # known names in one pattern: longer ones are slow to make

_ENDINGS = """
    com org net edu gov io co eu info biz de uk us in fr es it nl pl se dk no fi at ch be pt ie ro ua cz ph ca au
    example invalid test
"""
_TLD = rf"(?:{'|'.join(_ENDINGS.split())})"
_AT = r"\s?(?:@|[(\[{<]\s?(?:at|ät)\s?[)\]}>])\s?"
_DOT = r"(?:\s?\.\s?|\s?[(\[{<]\s?(?:dot|punkt|point)\s?[)\]}>]\s?|\s(?:dot|punkt)\s)"
_LOCAL = r"(?<![\w.+'%-])[\w+'%-]{1,64}"
_EMAIL = re.compile(
    rf"{_LOCAL}(?:{_DOT}[\w+'%-]{{1,64}}){{0,4}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,4}}{_TLD}\b"  # blanks or words for signs
    rf"|{_LOCAL}(?:\.[\w+'%-]{{1,64}}){{0,8}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}"
    rf"|{_LOCAL}(?:\.[\w+'%-]{{1,64}}){{0,4}}\sat\s[\w-]{{1,63}}(?:(?:\sdot\s[\w-]{{1,63}}){{0,3}}\sdot\s{_TLD}|\.(?:com|org|net))\b",
    re.IGNORECASE,
)
_URL = re.compile(
    r"\b(?:https?|ftps?|sftp|file|ssh|git|jdbc:\w+|ldaps?|smb)://[^\s<>\"']+|\bwww\.[^\s<>\"']+|\\\\[\w.-]+\\[^\s<>\"']+",
    re.IGNORECASE,
)
_USER = re.compile(
    r"\[~[^\]\s]{1,60}\]|(?<![\w.@/])@[A-Za-z_][\w.-]{1,38}\w"
    r"|(?<=/home/)[\w.-]+|(?<=/Users/)[\w.-]+|(?<=\\Users\\)[\w.-]+"
    r"|\b[A-Z][A-Z0-9-]{1,14}\\[A-Za-z][\w.-]+"
    r"|(?i:(?<=user: )|(?<=user id: )|(?<=userid: )|(?<=username: )|(?<=user name: )|(?<=login: )|(?<=account: ))[\w.-]{2,40}"
)  # fmt: skip
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(
    rf"(?<!version )(?<!release )(?<!build )(?<!update )(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w]|\.\d)"
    r"|(?<![\w:.])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}|:)(?![\w:])|(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5}::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5}(?![\w:])",
    re.IGNORECASE,
)  # fmt: skip
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?(?=[A-Z0-9]*\d)[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
_NO_TICKET = r"(?!(?:UTF|ISO|SHA|AES|RSA|MD|RFC|COVID|HTTP|CVE|PCI|IPV|USB|SQL|BASE|WIN|WINDOWS|OFFICE|LEVEL|TIER|PHASE|STEP|TYPE|MS|GPT|ES|IEC|EN|DIN|BS|LTO|RAID|CAT|MP|CP|LATIN|ASCII|FY|TLS|SSL|TOP|DAY|WEEK|SPRINT|PART|H|Q)-)"  # noqa: E501
_TICKET = re.compile(
    r"(?i:\b(?:INC|REQ|RITM|CHG|PRB|PBI|CRQ|WO|TASK|SCTASK|CTASK|CS|KB|HD|SR|TKT|TT)[-# _:]?0*\d{4,}\b)"
    rf"|\b{_NO_TICKET}[A-Z][A-Z0-9]{{1,11}}-\d{{1,7}}\b(?![.]\d)"
    r"|(?<![\w&])#\d{3,10}\b"
    r"|(?i:\b(?P<what>ticket|case|incident|request|issue|call|vorgang|anfrage|reference|ref)"
    r"(?P<how>(?:\s(?:no|nr|num|number|id|ref|nummer))?\.?\s?[:#]?\s?)[A-Z]{0,4}-?\d{4,12}\b)"
)  # fmt: skip
_PHONE = re.compile(
    r"(?<![\w.,:/-])(?:"
    r"(?=(?:[\s./()+-]{0,3}\d){8})\+\s?\d{1,3}(?:[\s./-]?\(?\d{1,5}\)?){2,6}"  # +44 (0)20 7946 0958
    r"|\(\+?\d{1,5}\)(?:[\s./-]?\d{2,8}){1,5}"  # (030) 1234567, (555) 010-9999
    r"|00[1-9]\d{0,2}(?:[\s./-]?\d{2,5}){2,5}"  # 0049 30 1234567
    r"|0[1-9]\d{1,4}[\s/-]\s?\d{2,8}(?:[\s-]\d{2,8}){0,3}"  # 020 7946 0958, 0171-1234567, 030/1234567
    r"|0[1-9]\d{8,10}"  # 02079460958
    r"|1?[\s.-]?[2-9]\d{2}[\s.-]\d{3}[\s.-]\d{4}"  # 555-010-9999
    r"|(?i:(?<=tel )|(?<=tel\. )|(?<=tel: )|(?<=phone: )|(?<=phone )|(?<=mobile: )|(?<=mobile )|(?<=ext )|(?<=ext\. )|(?<=extension ))\d{3,}(?:[\s-]\d{2,}){0,4}"  # noqa: E501
    r")(?![\w]|[.,]\d)"
)  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\d{4}[ -]){3}\d{1,7}(?![\w]|[.,]\d)|(?<![\w.,])\d{4}[ -]\d{6}[ -]\d{5}(?!\w)|(?<![.,\d])\d{9,}(?!\d|[.,]\d)"
)

_CAPITAL = (
    r"[^\W\d_a-zà-öø-ÿ][\w'’-]*[a-zà-öø-ÿ][\w'’-]*"  # a word that begins with a capital letter and has small ones
)
_PARTICLE = r"(?:(?:von|van|de|der|den|di|da|del|la|le|bin|al|O')\s)?"
_NAME = rf"(?:{_PARTICLE}{_CAPITAL})(?:[ ]{_PARTICLE}(?:[A-Z]\.|{_CAPITAL})){{0,2}}"
_TITLED = re.compile(
    rf"\b(?P<cue>(?:[Mm](?:rs?|s|iss|x)|[Dd]r|Prof|Sir|Herrn?|Frau|Hr|Mme|Mlle|Monsieur|Madame|Señora?|Sra?|Sig|Signora?|Pan|Pani)\.?[ ])"  # noqa: E501
    rf"(?:(?:Dr|Prof)\.?[ ])?(?:{_NAME}|(?:(?<=[Mm]r )|(?<=[Mm]rs )|(?<=[Mm]s )|(?<=[Dd]r )|(?<=[Mm]r\. )|(?<=[Mm]rs\. )|(?<=[Mm]s\. )|(?<=[Dd]r\. ))[^\W\d_]['’]?[^\W\d_]+)"  # noqa: E501
)  # fmt: skip
# Words that begin a sentence or a product and follow a cue without being anybody's name
_NO_NAMES = """
    the a an all team teams everyone everybody folks guys sir madam madame support service services help helpdesk
    desk colleagues? both again god for to so in it its this that these those you your we our i i'm i've my they
    their he she there here and but very no not never always still just only also please thanks thank great good
    nice when what why how if is are was were yes ok okay as with from at by on once after before since because
    overall much many more most some any each every one first last next then now today yesterday monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september october
    november december english german french spanish indian british american microsoft windows linux oracle java
    python jira servicenow outlook excel word teams sharepoint azure aws google citrix cisco sap vmware salesforce
    github gitlab jenkins docker kubernetes apache hadoop zoom slack vpn wifi internet server network database
    security change incident problem management manager project release business level tier it hr der die das ein
    eine wir ich sie es alle alles kollegen nous vous les le la pour tous
"""
_NOBODY = rf"(?!(?i:{'|'.join(_NO_NAMES.split())})\b)"
_CUED = re.compile(
    r"(?P<cue>(?:\b(?i:hi|hello|hey|hiya|dear|hallo|lieber?|guten (?:tag|morgen)|bonjour|hola|ciao|estimad[oa]|good (?:morning|afternoon)"  # noqa: E501
    r"|thanks(?: a lot| so much| again)?,?|thank you(?: so much| very much)?,?|thx|danke|merci|cheers,?|kudos to|credit to|props to|shout-?out to|thanks to|thank you to|danke an"  # noqa: E501
    r"|spoke (?:to|with)|talk(?:ed|ing)? (?:to|with)|speak(?:ing)? (?:to|with)|work(?:ed|ing)? with|(?:call|chat|meeting|met) with|named|called|cc:?|attn:?|contact(?:ed)?|asked|told|emailed"  # noqa: E501
    r"|assigned to|escalated to|reported to|handled by|resolved by|fixed by|answered by|signed by|managed by|led by"
    r"|my name is|this is|i am|i'm|ich bin|mein name ist|je suis|je m'appelle)[ ])"
    r"|(?:\b(?:colleague|manager|boss|contact|engineer|consultant|developer|analyst|lead|leader|agent|technician|tester|architect|coordinator|director|officer|specialist|intern|kollegen?|kollegin|chef|ansprechpartner(?:in)?|collègue)s?,?[ ])"  # noqa: E501
    r"|(?:(?i:(?:best|kind|warm|many|with)?[ ]?(?:regards|wishes|greetings)|sincerely|yours|cheers|thanks|thank you|cordialement|mit freundlichen grüßen|(?:viele|beste|liebe|schöne) grüße|mfg|vg|lg|gruß|saludos|saluti|groeten|pozdrawiam),?[.!]?\s*[\n,-]\s*)"  # noqa: E501
    r"|(?:(?:^|[\n.!?]|\s)\s*(?:--+|–|—|~|/)\s?(?=[^\n.]{2,40}\.?\s*$)))"
    rf"{_NOBODY}{_NAME}(?:(?:,| and| und| et| &)[ ]{_NOBODY}{_CAPITAL}(?![ ](?i:is|are|was|were|has|have|team)))*",
    re.MULTILINE,
)  # fmt: skip
_SAID = re.compile(
    rf"(?P<cue>^|[.!?]\s|\n|,\s|\b(?:and|but|that|when|because|then|once)\s){_NOBODY}(?:{_CAPITAL})(?:[ ]{_NOBODY}{_CAPITAL})?"
    r"(?=(?:['’]s)?[ ](?:and [ ]?I\b|never (?:answers?|replies|calls|listens)|always (?:answers?|helps?|replies|listens|knows)|answered me|helped (?:me|us)|told (?:me|us|him|her|them)|said|explained|replied|called (?:me|us)|emailed|apologi[sz]ed|ignored (?:me|us)|shouted|yelled|retired|resigned|quit)\b)"  # noqa: E501
)  # fmt: skip


def mask(comments: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return each comment as plain text in which nobody can be read.

    Parameters
    ----------
    comments : iterable of str
        As they were written. A missing one becomes an empty text; of a long one the first 10,000 characters are read.
    names : iterable of str
        People's names that are known, such as of staff and contacts: "First Last" or "Last, First". The whole name and
        each part of at least three letters is masked, in any case.

    Returns
    -------
    list of str
        One text a comment, with [name], [e-mail], [url], [user], [ip], [phone], [ticket], [iban], [number] for what was there.

    Notes
    -----
    Source: own definition. How much of invented examples it finds, and what it takes wrongly, is measured in its tests.
    """
    known = known_names(names)
    return [_masked(plain_text(comment), known) for comment in comments]


def _masked(text: str, known: list[re.Pattern]) -> str:
    if "@" in text or " at " in text.lower() or "at)" in text.lower() or "at]" in text.lower():
        text = _EMAIL.sub("[e-mail]", text)
    text = _USER.sub("[user]", _URL.sub("[url]", text))
    for person in known:
        text = person.sub("[name]", text)
    if _DIGIT.search(text):
        text = _IP.sub("[ip]", text)
        for pattern, put in _NUMBERED:
            text = pattern.sub(put, text)
    for announced in (_TITLED, _CUED, _SAID):
        text = announced.sub(_after_cue, text)
    for name in sorted(_given_names().keys() & set(_LETTERS.findall(text.lower()))):
        text = _given_name(name).sub("[name]", text)
    return _REPEATED.sub("[name]", text)


_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d|:[0-9a-f]*:", re.IGNORECASE)
_REPEATED = re.compile(rf"\[name\](?:,?[ ](?:\[name\]|(?<=\[name\] ){_NOBODY}{_CAPITAL}(?=\W|$)))+")


def _after_cue(match: re.Match) -> str:
    return f"{match['cue']}[name]"


def _ticket(match: re.Match) -> str:
    return f"{match['what']}{match['how']}[ticket]" if match["what"] else "[ticket]"


_NUMBERED: tuple[tuple[re.Pattern, str | Callable[[re.Match], str]], ...] = (
    (_IBAN, "[iban]"),
    (_TICKET, _ticket),
    (_NUMBER, "[number]"),
    (_PHONE, "[phone]"),
)


@functools.cache
def _given_names() -> dict[str, bool]:
    """Return given names in lower case, each with whether it is a word too."""
    with GIVEN_NAMES.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["also_a_word"] == "yes" for row in csv.DictReader(file)}


@functools.cache
def _given_name(name: str) -> re.Pattern:
    """Return the pattern of one given name with the surnames that follow it.

    A name that is a word too ("Will", "Mark") needs its capital, and a surname or a place within the sentence.
    """
    surname = rf"(?:[ ]{_PARTICLE}(?:[A-Z]\.(?=[ ]|$)|{_NOBODY}{_CAPITAL}))"
    if _given_names()[name]:
        written = name.title()
        return re.compile(rf"\b{written}\b{surname}{{1,2}}|(?<=[\w,] ){written}\b(?![-\w])")
    return re.compile(rf"\b(?i:{re.escape(name)})\b(?:-{_CAPITAL})?{surname}{{0,2}}(?!\w)")


def known_names(names: Iterable[str]) -> list[re.Pattern]:
    """Return patterns that find known names and their parts, in any case, however many blanks or dots lie between."""
    found: set[str] = set()
    for name in names:
        parts = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain_text(name))
        found.update(re.escape(part) for part in parts if len(part) >= KNOWN_LEAST)
        for order in (parts, parts[::-1]):
            if len(parts) > 1:
                found.add(r"[\s.,_]{1,3}".join(map(re.escape, order)))
    longest = sorted(found, key=lambda part: (-len(part), part))
    groups = [longest[at : at + NAMES_AT_ONCE] for at in range(0, len(longest), NAMES_AT_ONCE)]
    return [re.compile(rf"(?<!\w)(?:{'|'.join(group)})(?!\w)", re.IGNORECASE) for group in groups]
