"""Plain text out of what was pasted into a comment, its words, and a guess at the language it is written in."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

READ = 10_000  # characters of a comment that are read; what an opinion needs to be said in, many times over

# Cc and Cf: control characters, zero-width marks, and the marks that turn the direction of writing
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(r"<(style)\b[^<>]{0,500}>.{0,10000}?</\1\s*>|<!--.{0,10000}?-->", re.IGNORECASE | re.DOTALL)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|tr|td|th|table|thead|tbody|h[1-6]|blockquote|body|html|head|title|section|article)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|button|em|font|form|i|iframe|img|input|link|mark|meta|o:p|object|q|s|script|small|span|strike|strong|style|sub|sup|svg|textarea|tt|u|video)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\s*\n\s*")

_FENCES = re.compile(
    r"```.{0,10000}?(?:```|\Z)|\{(code|noformat|quote)(?::[^{}]{0,80})?\}.{0,10000}?(?:\{\1\}|\Z)|<(pre|code)\b[^<>]{0,200}>.{0,10000}?</\2\s*>",
    re.DOTALL | re.IGNORECASE,
)
_URL = re.compile(r"\b(?:https?|ftp|file|sftp|ssh|jdbc|ldaps?)://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
# A line is cut out when it is quoted mail, its head, a line of a log, a stack trace or code: no opinion is in it.
_FOREIGN_LINE = re.compile(
    r"""^\s*(?:
      >                                                             # quoted mail
    | bq\.\s                                                        # quoted in Jira
    | (?:from|to|cc|sent|date|subject|von|an|gesendet|betreff|de|envoyé|objet)\s?:\s.*(?:@|\d{4}|re:|fw:).*$  # head of a mail
    | (?:on|am|le)\s.{4,80}\b(?:wrote|schrieb|a\sécrit)\s*:\s*$
    | -{3,}\s?(?:original|forwarded|ursprüngliche|weitergeleitete).*$
    | \[?\d{4}-\d\d-\d\d[T ,]\d\d:\d\d(?::\d\d)?.*$                 # a log's time stamp
    | \[?(?:\d\d:\d\d:\d\d(?:[.,]\d+)?)\]?\s.*$
    | (?:\[\s?)?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE)(?:\s?\])?\s*[:\[(|-].*$
    | at\s[\w$.<>]+\([\w$ .:]*\)\s*$                                # stack traces
    | (?:Caused\sby:|Traceback\s\(most|File\s\"[^\"]+\",\sline).*$
    | (?:[\w$]+\.){2,}\w*(?:Exception|Error)\b.*$
    | (?:\$|\#|C:\\>|PS>)\s+\w.*$                                   # a shell
    | (?:import|package|public|private|protected|static|def|class|function|return|var|const)\s[^.!?]*[;{(]\s*.*$
    | [^.!?\n]{0,200}[;{}]\s*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip

# Emoticons and emoji by what they tell; each becomes one word, so that ":-)" counts the same as a smiling face.
EMOJI = {
    "emoji_glad": r"""
        😀 😃 😄 😁 😆 😊 🙂 🙃 😉 😍 🥰 😎 🤗 🤩 🥳 😂 🤣 ❤ 💚 💙 💛 💜 🧡 👍 👏 🙌 🎉 💪 🏆 🌟 ⭐ ✨ 💯 🙏 🤝 👌 ✅ ☺
        :) :-) :D :-D =) ;) ;-) :] (: <3 :P :-P ^^ xD XD
    """,
    "emoji_sad": r"""
        😞 😟 😠 😡 🤬 😢 😭 😩 😫 😤 😒 🙁 ☹ 😣 😖 😕 😔 🙄 😱 👎 💩 💔 🤦 😨 😰 🤮 🤢 🥱 😬 ❌
        :( :-( :'( :/ :-/ :\ :[ =( >:( D: :| :-|
    """,
}  # fmt: skip
_EMOJI_WORD = {symbol: word for word, symbols in EMOJI.items() for symbol in symbols.split()}
_EMOTICONS = "|".join(
    re.escape(symbol) for symbol in sorted(_EMOJI_WORD, key=len, reverse=True) if ord(symbol[0]) < 128
)
_EMOTICON = re.compile(rf"(?<![\w:/(]){'(?:' + _EMOTICONS + ')'}(?![\w/])")
_SYMBOL = re.compile("[\u2600-\u27bf\u2b50\u2b55\u2764\U0001f300-\U0001faff]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\u200d]")

_WORD = re.compile(r"\[[a-z-]{2,12}\]|emoji_\w+|[^\W\d_]+(?:['’][^\W\d_]+)*|[+-]1\b|\d[\d.,:/]*|[!?]+", re.IGNORECASE)

# Frequent small words, written down by hand; those that two languages share are left to both.
STOP_WORDS = {
    "en": """
        the and is are was were to of in it that this with for not on have has had but they we you our your their be
        been do does did very when which would could from at as an or if there what who how can will so more than
        always never all my me us i am about into out up then than because just get got he she his her its being
        should
    """,
    "de": """
        der die das und ist sind war waren nicht ein eine einen einem mit für auf wir ich sie es zu von den dem des im
        aber auch sehr bei wird werden hat haben wenn oder wie was noch nur immer nie man uns unsere unser keine kein
        mehr als durch nach über zum zur dass
    """,
    "fr": """
        le la les des et est sont une un pas nous vous ils elles je il elle dans pour avec sur mais très que qui ce
        cette ces du au aux de en ne plus par été être avoir ont a trop toujours jamais on notre nos leur c'est n'est
        d'un d'une
    """,
    "es": """
        el la los las y es son una un no nos que de en por para con pero muy se lo su sus del al más como esta este
        esto ha han está están siempre nunca cuando todo yo nosotros ellos fue ser hay mi sin
    """,
    "it": """
        il lo la gli le e è sono una un non che di in per con ma molto si del della dei delle al alla più come questo
        questa ha hanno sempre mai quando noi loro stato essere nel nella anche ci mi da sul troppo
    """,
    "pt": """
        o a os as e é são uma um não que de em por para com mas muito se do da dos das ao mais como este esta isso foi
        ser sempre nunca quando nós eles tem têm está estão no na nos nas também sem
    """,
    "nl": """
        de het een en is zijn was waren niet van in op met voor maar wij we ik zij ze je dat die te aan ook zeer heel
        wordt worden heeft hebben als of hoe wat nog altijd nooit onze ons geen meer dan door naar over bij er
    """,
    "pl": """
        i w na z do nie jest są był była było się to że jak ale o po przez dla od za ich nas my bardzo zawsze nigdy
        tylko czy ten ta te tego tej co już przy być mają ma oraz
    """,
    "sv": """
        och är i att det som en ett på av för med inte den vi jag de har var men mycket om så till från kan vara
        alltid aldrig när vår våra ni eller också bra
    """,
    "da": """
        og er i at det som en et på af for med ikke den vi jeg de har var men meget om så til fra kan være altid
        aldrig når vores eller også
    """,
}  # fmt: skip
_STOP = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}
UNKNOWN = "unknown"
LEAST_HITS = 2  # small words that a language needs: one alone is often a word of another ("no", "me", "com")


def plain_text(comment: str) -> str:
    """Return a comment as one plain text: no markup, no invisible characters, look-alikes of letters made one.

    Characters take their compatibility form (NFKC: full-width letters, ligatures and styled alphabets become ordinary ones),
    control characters and marks of direction go, HTML tags go and entities become their characters, runs of blanks become
    one. Lines stay lines, and what stood in a script tag stays as text. A text with
    "<" and "&" comes out too: what shows it must escape it.

    Parameters
    ----------
    comment : str
        As it was written. Anything that is no text, such as a missing value, is an empty comment. Of a longer one the first
        10,000 characters are read.

    Notes
    -----
    Source: own definition; Unicode Standard Annex 15 (normalisation), Annex 9 (marks of direction).
    """
    if not isinstance(comment, str):
        return ""
    text = comment[:READ]
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text and "  " not in text:
        return text.strip()
    text = _BREAKS.sub("\n", unicodedata.normalize("NFKC", text))
    text = _without_tags(_INVISIBLE.sub("", text))
    return _EMPTY_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _without_tags(text: str) -> str:
    """Return the text without HTML; twice, because entities may spell tags."""
    for _ in range(2):
        if "<" in text:
            text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", _DROPPED.sub("\n", text)))
        if "&" in text:
            text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", html.unescape(text)))
    return _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text)) if "<" in text else text


def own_words(comment: str) -> str:
    """Return what the writer says in their own words: plain text without code, logs, quoted mail and addresses.

    Emoji and emoticons stay, as words: `emoji_glad`, `emoji_sad`, or the Unicode name of another (`emoji_rocket`). What only
    looks like code, such as a line that ends in a semicolon, is cut out with it; a comment that would lose all it has keeps
    its plain text.

    Parameters
    ----------
    comment : str
        As it was written; see `plain_text`.

    Notes
    -----
    Source: own definition.
    """
    text = plain_text(_FENCES.sub("\n", comment[:READ])) if isinstance(comment, str) else ""
    if "\n" in text or text[:1] in ">[":
        kept = "\n".join(line for line in text.split("\n") if not _FOREIGN_LINE.match(line))
        text = kept if kept.strip() else text
    text = _URL.sub(" ", text) if ":" in text or "www" in text else text
    text = _EMOTICON.sub(lambda match: f" {_EMOJI_WORD[match[0]]} ", text)
    if not text.isascii():
        text = _SYMBOL.sub(_emoji_word, _SKIN.sub("", text))
    return _SPACES.sub(" ", text).strip()


def _emoji_word(match: re.Match) -> str:
    name = unicodedata.name(match[0], "sign").lower().replace(" ", "_").replace("-", "_")
    return f" {_EMOJI_WORD.get(match[0], 'emoji_' + name)} "


def words(text: str) -> list[str]:
    """Return the words of a text in order, in lower case, with what stands for words: marks ([name]), emoji, numbers, ! and ?.

    Numbers are all "0" and runs of marks one of them: which number was written says nothing of how someone feels.
    """
    found = _WORD.findall(text.lower().replace("’", "'"))
    return [
        "0" if word[0].isdigit() else ("!!" if len(word) > 1 else word) if word[0] in "!?" else word for word in found
    ]


def language_of(text: str) -> str:
    """Return the language that a text seems to be in, as its two-letter code, or "unknown".

    The language with most of its frequent small words in the text. Unknown where there are fewer than two, where two languages
    have as many, or where the text is in another script than the Latin one. Ten languages are
    known: en, de, fr, es, it, nl, pt, pl, sv, da. Short texts without small words ("Excellent support") are
    unknown; survey tools often know their language.

    Parameters
    ----------
    text : str
        Plain text.

    Notes
    -----
    Source: own definition, after the small-word technique as in G. Grefenstette, *Comparing two language identification
    schemes*, JADT 1995.
    """
    found = words(text[:2000])
    hits = {language: sum(map(small.__contains__, found)) for language, small in _STOP.items()}
    first, second = sorted(hits, key=hits.__getitem__, reverse=True)[:2]
    return first if hits[first] > max(hits[second], LEAST_HITS - 1) else UNKNOWN


def languages_of(texts: Iterable[str]) -> list[str]:
    """Return the guess at the language of each text (see `language_of`)."""
    return [language_of(text) for text in texts]
