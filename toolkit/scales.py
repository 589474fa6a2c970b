"""Answer scales: the labels under which a survey tool writes an answer, in several languages, and the numbers they stand for.

A set of labels runs from the lowest answer to the highest. Sets belong to a kind of item and a number of answers, so that
"Agree" is 4 on a scale from 1 to 5 and 6 on one from 1 to 7. Labels are compared in a plain form: small letters, one kind of
apostrophe and dash, single blanks. Reversed items are no matter here: an answer is what was ticked.

The labels are those that survey tools offer by default; Spanish, French, German, Italian, Dutch and Portuguese beside English.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Sequence

AGREEMENT, SATISFACTION, IMPORTANCE, RECOMMENDATION = "agreement", "satisfaction", "importance", "recommendation"
SAME_LABELS = {"expectation": AGREEMENT}  # an expectation is asked as a sentence to agree with
ASKED_IN = {  # the labels under which the questionnaires ask, lowest first
    AGREEMENT: ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
    SATISFACTION: (
        "Very dissatisfied",
        "Dissatisfied",
        "Neither satisfied nor dissatisfied",
        "Satisfied",
        "Very satisfied",
    ),
    IMPORTANCE: (
        "Not at all important",
        "Slightly important",
        "Moderately important",
        "Very important",
        "Extremely important",
    ),
    RECOMMENDATION: ("Not at all likely", "", "", "", "", "", "", "", "", "", "Extremely likely"),
}
LABELS = {  # one text is a set of a survey tool or language: "|" between its answers, "/" between words for one answer
    AGREEMENT: (
        "strongly disagree/completely disagree/totally disagree|disagree"
        "|neither agree nor disagree/neither/neutral/undecided/neither disagree nor agree|agree"
        "|strongly agree/completely agree/totally agree",
        "strongly disagree|somewhat disagree|neither agree nor disagree/neutral|somewhat agree|strongly agree",
        "strongly disagree|disagree|agree|strongly agree",
        "strongly disagree|disagree|somewhat disagree/slightly disagree|neither agree nor disagree/neutral"
        "|somewhat agree/slightly agree|agree|strongly agree",
        "stimme überhaupt nicht zu/stimme gar nicht zu|stimme nicht zu|weder noch/teils, teils/teils-teils/neutral"
        "|stimme zu|stimme voll und ganz zu/stimme voll zu/stimme völlig zu/stimme stark zu",
        "stimme überhaupt nicht zu/stimme gar nicht zu|stimme eher nicht zu|weder noch/teils, teils/teils-teils/neutral"
        "|stimme eher zu|stimme voll und ganz zu/stimme voll zu/stimme völlig zu",
        "stimme nicht zu|stimme eher nicht zu|weder noch/teils, teils/teils-teils/neutral|stimme eher zu|stimme zu",
        "trifft überhaupt nicht zu/trifft gar nicht zu|trifft eher nicht zu|teils, teils/teils-teils|trifft eher zu"
        "|trifft voll und ganz zu/trifft voll zu/trifft völlig zu",
        "trifft nicht zu|trifft eher nicht zu|teils, teils/teils-teils|trifft eher zu|trifft zu",
        "pas du tout d'accord/tout à fait en désaccord/fortement en désaccord|pas d'accord/en désaccord"
        "|ni d'accord ni pas d'accord/ni en accord ni en désaccord/neutre|d'accord"
        "|tout à fait d'accord/entièrement d'accord/fortement d'accord",
        "pas du tout d'accord|plutôt pas d'accord|ni d'accord ni pas d'accord/neutre|plutôt d'accord|tout à fait d'accord",
        "totalmente en desacuerdo/muy en desacuerdo|en desacuerdo|ni de acuerdo ni en desacuerdo/neutral/neutro"
        "|de acuerdo|totalmente de acuerdo/muy de acuerdo",
        "totalmente en desacuerdo|algo en desacuerdo|ni de acuerdo ni en desacuerdo|algo de acuerdo|totalmente de acuerdo",
        "totalmente in disaccordo/per niente d'accordo/fortemente in disaccordo|in disaccordo/poco d'accordo"
        "|né d'accordo né in disaccordo/neutrale|d'accordo/abbastanza d'accordo"
        "|totalmente d'accordo/molto d'accordo/completamente d'accordo",
        "helemaal mee oneens/zeer mee oneens/helemaal niet mee eens|mee oneens/oneens/niet mee eens"
        "|niet mee eens, niet mee oneens/niet eens, niet oneens/noch eens, noch oneens/neutraal"
        "|mee eens/eens|helemaal mee eens/zeer mee eens",
        "discordo totalmente/discordo completamente|discordo/discordo parcialmente"
        "|não concordo nem discordo/nem concordo nem discordo/neutro|concordo/concordo parcialmente"
        "|concordo totalmente/concordo completamente",
    ),
    SATISFACTION: (
        "very dissatisfied/very unsatisfied|dissatisfied/unsatisfied"
        "|neither satisfied nor dissatisfied/neither/neutral/neither dissatisfied nor satisfied|satisfied|very satisfied",
        "very dissatisfied/extremely dissatisfied|somewhat dissatisfied"
        "|neither satisfied nor dissatisfied/neutral|somewhat satisfied|very satisfied/extremely satisfied",
        "very dissatisfied|dissatisfied|satisfied|very satisfied",
        "extremely dissatisfied/very dissatisfied|moderately dissatisfied/dissatisfied"
        "|slightly dissatisfied/somewhat dissatisfied|neither satisfied nor dissatisfied/neutral"
        "|slightly satisfied/somewhat satisfied|moderately satisfied/satisfied|extremely satisfied/very satisfied",
        "very poor|poor|fair/average|good|very good/excellent",
        "poor|fair|good|very good|excellent",
        "sehr unzufrieden|unzufrieden/eher unzufrieden|weder zufrieden noch unzufrieden/weder noch/teils, teils/neutral"
        "|zufrieden/eher zufrieden|sehr zufrieden",
        "très insatisfait/très insatisfaite/pas du tout satisfait/pas du tout satisfaite"
        "|insatisfait/insatisfaite/plutôt insatisfait/pas satisfait"
        "|ni satisfait ni insatisfait/ni satisfaite ni insatisfaite/neutre|satisfait/satisfaite/plutôt satisfait"
        "|très satisfait/très satisfaite/tout à fait satisfait",
        "muy insatisfecho/muy insatisfecha|insatisfecho/insatisfecha/algo insatisfecho"
        "|ni satisfecho ni insatisfecho/neutral/neutro|satisfecho/satisfecha/algo satisfecho|muy satisfecho/muy satisfecha",
        "molto insoddisfatto/molto insoddisfatta|insoddisfatto/insoddisfatta|né soddisfatto né insoddisfatto/neutrale"
        "|soddisfatto/soddisfatta|molto soddisfatto/molto soddisfatta",
        "zeer ontevreden|ontevreden|niet tevreden, niet ontevreden/noch tevreden, noch ontevreden/neutraal"
        "|tevreden|zeer tevreden",
        "muito insatisfeito/muito insatisfeita|insatisfeito/insatisfeita|nem satisfeito nem insatisfeito/neutro"
        "|satisfeito/satisfeita|muito satisfeito/muito satisfeita",
    ),
    IMPORTANCE: (
        "not important/unimportant|slightly important/of little importance|moderately important/neutral"
        "|important/quite important|very important",
        "not at all important|slightly important|moderately important|very important|extremely important",
        "unwichtig/überhaupt nicht wichtig/gar nicht wichtig|weniger wichtig/eher unwichtig"
        "|mittelmäßig wichtig/teils, teils/neutral|wichtig/eher wichtig|sehr wichtig",
        "pas du tout important/pas important|peu important|moyennement important/neutre|important|très important",
        "nada importante|poco importante|moderadamente importante/neutral|importante|muy importante",
        "per niente importante|poco importante|abbastanza importante/neutrale|importante|molto importante",
        "helemaal niet belangrijk|niet belangrijk/weinig belangrijk|neutraal/enigszins belangrijk|belangrijk"
        "|zeer belangrijk",
        "nada importante|pouco importante|moderadamente importante/neutro|importante|muito importante",
    ),
    RECOMMENDATION: tuple(  # the ends alone have words
        "|".join([low, *[""] * 9, high])
        for low, high in (
            ("not at all likely/not likely at all/extremely unlikely/very unlikely", "extremely likely/very likely"),
            ("überhaupt nicht wahrscheinlich/äußerst unwahrscheinlich", "äußerst wahrscheinlich/sehr wahrscheinlich"),
            ("pas du tout probable/très improbable", "extrêmement probable/très probable"),
            ("nada probable/muy improbable", "extremadamente probable/muy probable"),
            ("per niente probabile/molto improbabile", "estremamente probabile/molto probabile"),
            ("zeer onwaarschijnlijk/helemaal niet waarschijnlijk", "zeer waarschijnlijk/uiterst waarschijnlijk"),
            ("nada provável/muito improvável", "extremamente provável/muito provável"),
        )
    ),
}
SKIPPED, NOT_APPLICABLE, DONT_KNOW = "skipped", "not_applicable", "dont_know"
WHY_MISSING = {  # words that stand where an answer is expected and are none; by why there is none
    NOT_APPLICABLE: (
        "n/a",
        "na",
        "n.a.",
        "not applicable",
        "does not apply",
        "nicht zutreffend",
        "entfällt",
        "keine angabe möglich",
        "sans objet",
        "non applicable",
        "ne s'applique pas",
        "no aplica",
        "no procede",
        "non applicabile",
        "niet van toepassing",
        "n.v.t.",
        "não se aplica",
        "não aplicável",
    ),
    DONT_KNOW: (
        "don't know",
        "dont know",
        "do not know",
        "i don't know",
        "don't know / not sure",
        "not sure",
        "no opinion",
        "cannot say",
        "can't say",
        "weiß nicht",
        "weiss nicht",
        "ich weiß nicht",
        "kann ich nicht beurteilen",
        "keine meinung",
        "ne sait pas",
        "je ne sais pas",
        "sans opinion",
        "no sé",
        "no sabe",
        "no lo sé",
        "non so",
        "non saprei",
        "weet niet",
        "weet ik niet",
        "geen mening",
        "não sei",
        "sem opinião",
    ),
    SKIPPED: (
        "-99",
        "no answer",
        "no response",
        "prefer not to say",
        "prefer not to answer",
        "skipped",
        "keine angabe",
        "keine antwort",
        "k.a.",
        "sans réponse",
        "préfère ne pas répondre",
        "sin respuesta",
        "prefiero no responder",
        "nessuna risposta",
        "preferisco non rispondere",
        "geen antwoord",
        "sem resposta",
        "prefiro não responder",
    ),
}
REASONS = tuple(WHY_MISSING)


def plain_label(text: str) -> str:
    """A label as it is compared: small letters, one kind of apostrophe and dash, single blanks, no full stop at its end."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("[\u2018\u2019\u02bc\u00b4`]", "'", text)
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    return " ".join(text.split()).rstrip(":;")


@functools.cache
def label_sets(kind: str, low: int, high: int) -> tuple[dict[str, int], ...]:
    """Every set of labels for a kind of item and a scale from `low` to `high`: the answer that each label stands for."""
    sets = []
    for line in LABELS.get(SAME_LABELS.get(kind, kind), ()):
        answers = line.split("|")
        if len(answers) == high - low + 1:
            words = {value: filter(None, answer.split("/")) for value, answer in enumerate(answers, start=low)}
            sets.append({plain_label(word): value for value, alike in words.items() for word in alike})
    return tuple(sets)


def read_labels(labels: Collection[str], sets: Sequence[dict[str, int]]) -> dict[str, set[int]]:
    """The answers that each label may stand for, judged by all labels that were given: none, one, or several.

    labels: in plain form, all those of items of one kind and scale. Where sets disagree ("Very important" is the highest
    of one and the last but one of another) those count that know most of the labels given.
    """
    given = set(labels)
    known = [(len(given & own.keys()), own) for own in sets]
    read = {}
    for label in given:
        best = max((number for number, own in known if label in own), default=0)
        read[label] = {own[label] for number, own in known if number == best and label in own}
    return read


@functools.cache
def missing_words() -> dict[str, str]:
    """Why there is no answer, by the word that stands in its place."""
    return {plain_label(word): why for why, words in WHY_MISSING.items() for word in (why, *words)}
