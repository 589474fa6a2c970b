"""Negative, neutral, positive or unsure: a small linear classifier whose errors on held-out labels are known.

Logistic regression on words, pairs of words and a lexicon of valences. `data/reference/train_polarity.py` trained
it, `polarity_card.md` there says on what, how well it does and where it fails; `polarity_confusion.csv` holds its confusion
matrix: nothing made with it is shown without them.
"""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from toolkit.files import ROOT
from toolkit.stats.text.cleaning import UNKNOWN, language_of, own_words, words
from toolkit.stats.text.masking import mask

CLASSES = ("negative", "neutral", "positive")
UNSURE = "unsure"
OUTCOMES = (*CLASSES, UNSURE)
LANGUAGE = "en"  # of the comments that the classifier was trained on
KNOWN_WORDS = 0.5  # share of a text's words that the classifier must know when nobody says its language: own choice
WEIGHTS = ROOT / "data" / "reference" / "polarity_weights.npz"
CONFUSION = ROOT / "data" / "reference" / "polarity_confusion.csv"
LEXICON = ROOT / "data" / "reference" / "sentiment_lexicon.csv"
_NEGATING = """
    not no never none nobody nothing neither nor without hardly barely scarcely cannot cant dont doesnt didnt isnt
    arent wasnt werent wont wouldnt shouldnt couldnt hasnt havent hadnt can't don't doesn't didn't isn't aren't
    wasn't weren't won't wouldn't shouldn't couldn't hasn't haven't hadn't lack lacks lacked lacking zero
"""
NEGATIONS = frozenset(_NEGATING.split())
REACH = 3  # words after a negation whose valence turns, as in VADER
TURNED = -0.74  # what a valence is multiplied by then, as in VADER
EMOJI_VALENCE = {"emoji_glad": 2.0, "emoji_sad": -2.0}
GATHERED = 15.0  # VADER's constant that squeezes a sum of valences into -1 to 1
LEXICON_WEIGHT = 3.0  # so much more than a term, so that the penalty in training spares the lexicon
KINDS = ("word", "pair")


@dataclass(frozen=True, eq=False)
class Weights:
    """A trained classifier: its terms, their weights, and what makes its scores probabilities.

    `columns` says in which column a term stands, by kind ("word", "pair"); `rarity` is each column's inverse document
    frequency; `coefficients` has one row a column (terms, then features of the lexicon), one column a class; `temperature`
    divides the scores; `threshold` is the probability below which the answer is unsure.
    """

    columns: dict[str, dict[str, int]]
    rarity: np.ndarray
    coefficients: np.ndarray
    intercept: np.ndarray
    temperature: float
    threshold: float


def prepared(comments: Iterable[str]) -> list[list[str]]:
    """Return the words by which each comment is judged: its writer's own, with names and numbers masked.

    Masking comes first, so that a comment is judged the same before and after it, and nobody's name has a polarity.
    """
    return [words(own_words(text)) for text in mask(comments)]


def terms_of(found: Sequence[str]) -> list[tuple[str, str]]:
    """Return the terms of one text's words, each as its kind ("word", "pair") and its text, repeats included."""
    pairs = [("pair", f"{first} {second}") for first, second in itertools.pairwise(found)]
    return [("word", word) for word in found] + pairs


def features(
    texts: Sequence[Sequence[str]], columns: dict[str, dict[str, int]], rarity: np.ndarray
) -> sparse.csr_array:
    """Return what the classifier sees of each text: weighted terms, then the features of the lexicon.

    A term weighs (1 + log of its count) times its rarity, and a text's terms are scaled to length 1.
    Equal to what `terms_of` would count, but each different word is looked at once for all texts.

    Parameters
    ----------
    texts : sequence of sequences of str
        The words of each text.
    columns, rarity
        As in `Weights`.

    Returns
    -------
    sparse array
        One row a text.
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    code, vocabulary = pd.factorize(np.array([word for text in texts for word in text], dtype=object))
    row = np.repeat(np.arange(len(texts)), lengths)
    shape = (len(texts), len(rarity))
    counts = _counts(row, _columns(vocabulary, columns["word"])[code], shape)
    counts = counts + _pairs(row, code, vocabulary, columns["pair"], shape)
    lexical = sparse.csr_array(lexicon_features(row, code, vocabulary, len(texts)))
    return sparse.csr_array(sparse.hstack([_scaled(counts, rarity), lexical]))


def _columns(terms: Iterable[str], places: dict[str, int]) -> np.ndarray:
    """Return the column of each term, -1 where it is unknown."""
    return np.array([places.get(term, -1) for term in terms], dtype=np.int64)


def _counts(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """Return how often each column occurs in each row; columns of -1 are left out."""
    known = column >= 0
    return sparse.csr_array((np.ones(int(known.sum())), (row[known], column[known])), shape=shape)


def _pairs(
    row: np.ndarray, code: np.ndarray, vocabulary: np.ndarray, places: dict[str, int], shape: tuple
) -> sparse.csr_array:
    """Return how often each known pair of neighbouring words occurs in each text."""
    within = row[1:] == row[:-1]
    pair, place = np.unique(code[:-1][within] * len(vocabulary) + code[1:][within], return_inverse=True)
    first, second = np.divmod(pair, max(len(vocabulary), 1))
    names = (f"{a} {b}" for a, b in zip(vocabulary[first], vocabulary[second], strict=True))
    return _counts(row[1:][within], _columns(names, places)[place], shape)


def _scaled(counts: sparse.csr_array, rarity: np.ndarray) -> sparse.csr_array:
    """Return counts as weights, each row of length 1 (or 0 where nothing is known)."""
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    length = np.sqrt(np.asarray(counts.power(2).sum(axis=1)).ravel())
    counts.data = counts.data / np.repeat(length, np.diff(counts.indptr))
    return counts


@functools.cache
def _lexicon(path: Path = LEXICON) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["word"]: float(row["valence"]) for row in csv.DictReader(file)} | EMOJI_VALENCE


def lexicon_features(row: np.ndarray, code: np.ndarray, vocabulary: Iterable[str], n: int) -> np.ndarray:
    """Return four features of the lexicon for each text: gladness, sadness, both together (-1 to 1), and any at all (0 or 1);
    each times `LEXICON_WEIGHT`.

    Valences within three words after a negation are turned round and weakened, as VADER does; sums are squeezed by its
    s / sqrt(s^2 + 15). Source: C. Hutto and E. Gilbert, *ICWSM* 2014, 216-225, with its lexicon as adapted to
    IT in `data/reference/sentiment_lexicon.csv`; no other of its rules.
    """
    known = _lexicon()
    valence = np.array([known.get(word, 0.0) for word in vocabulary], dtype=float)[code]
    negation = np.array([word in NEGATIONS for word in vocabulary], dtype=bool)[code]
    turned = np.zeros(len(code), dtype=bool)
    for back in range(1, REACH + 1):
        turned[back:] |= negation[:-back] & (row[back:] == row[:-back])
    valence = np.where(negation, 0.0, np.where(turned, TURNED, 1.0) * valence)
    glad = np.bincount(row, np.maximum(valence, 0), minlength=n)
    sad = np.bincount(row, np.maximum(-valence, 0), minlength=n)
    sums = np.column_stack([glad, sad, glad - sad])
    return LEXICON_WEIGHT * np.column_stack([sums / np.sqrt(sums**2 + GATHERED), (glad + sad) > 0])


@functools.cache
def trained(path: Path = WEIGHTS) -> Weights:
    """Return the classifier in a file of weights, as `train_polarity.py` writes it (numpy's format, nothing pickled)."""
    with np.load(path, allow_pickle=False) as file:
        terms = {kind: bytes(file[f"{kind}s"]).decode("utf-8").split("\n") for kind in KINDS}
        place, columns = 0, {}
        for kind, names in terms.items():
            known = [name for name in names if name]
            columns[kind] = {name: place + at for at, name in enumerate(known)}
            place += len(known)
        return Weights(
            columns,
            file["rarity"].astype(float),
            file["coefficients"].astype(float),
            file["intercept"].astype(float),
            float(file["temperature"]),
            float(file["threshold"]),
        )


def probabilities(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Return the scores of the classes as probabilities (softmax of the scores over a temperature), one row a text."""
    scaled = scores / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf))
    return weights / weights.sum(axis=1, keepdims=True)


def classify(
    comments: Iterable[str], languages: Iterable[str] | None = None, *, weights: Weights | None = None
) -> pd.DataFrame:
    """Return the polarity of each comment, with its probabilities, or *unsure* with the reason.

    Parameters
    ----------
    comments : iterable of str
        As they were written, or masked: both give the same. Of a long one the first 10,000 characters are read.
    languages : iterable of str, optional
        Each comment's language as a code ("en", "en-GB", "de"), where the survey knows it; else
        missing or empty, and it is guessed.
    weights : Weights, optional
        Another classifier than the one that comes with the toolkit.

    Returns
    -------
    DataFrame
        One row a comment, in order: `polarity` (negative, neutral, positive, unsure), `likeliest` (the class that it would be
        without doubt), `negative`, `neutral`, `positive` (calibrated probabilities), `reason` (why it is unsure, else empty),
        `language`. Probabilities are NaN and `likeliest` is empty where the classifier does not apply.

    Notes
    -----
    *Unsure* is: no words; a language other than English, on which it was trained; a language that nobody named and in which it
    knows fewer than half of the words; a probability below the threshold that was chosen in training. A comment whose
    language is not to be told from its small words ("Excellent support") is judged when its words are known.
    Source: own definition; what it was trained on and how often it is wrong stand in `data/reference/polarity_card.md`.
    """
    used, given = weights or trained(), list(comments)
    texts = prepared(given)
    told = (
        [language if isinstance(language, str) else "" for language in languages]
        if languages is not None
        else [""] * len(given)
    )
    language = [name.lower()[:2] or language_of(" ".join(text)) for name, text in zip(told, texts, strict=True)]
    scores = features(texts, used.columns, used.rarity) @ used.coefficients + used.intercept
    found = pd.DataFrame(probabilities(scores, used.temperature), columns=list(CLASSES))
    best = found.to_numpy().argmax(axis=1) if len(found) else np.zeros(0, dtype=int)
    found.insert(0, "likeliest", np.array(CLASSES, dtype=object)[best])
    found["reason"] = [
        _reason(text, spoken, used.columns["word"]) for text, spoken in zip(texts, language, strict=True)
    ]
    outside = found["reason"] != ""
    found.loc[outside, list(CLASSES)] = np.nan
    found.loc[outside, "likeliest"] = ""
    doubtful = found[list(CLASSES)].max(axis=1) < used.threshold
    found.loc[doubtful, "reason"] = "no class is likely enough"
    found["language"] = language
    found.insert(0, "polarity", found["likeliest"].where(found["reason"] == "", UNSURE))
    return found


def _reason(text: Sequence[str], language: str, known: dict[str, int]) -> str:
    """Return why a text cannot be judged at all; empty when it can."""
    said = [word for word in text if word[0].isalpha()]
    if all(word[0] in "[0!?" for word in text):
        return "no words"  # nothing, or marks, numbers and what masking put there
    if language == LANGUAGE:
        return ""
    if language != UNKNOWN:
        return f"written in another language than English ({language})"
    lexicon = _lexicon()
    share = sum(word in known or word in lexicon for word in said) / len(said) if said else 1.0
    return "" if share >= KNOWN_WORDS else "language not recognised"


@functools.cache
def _held_out(path: Path = CONFUSION) -> pd.DataFrame:
    return pd.read_csv(path, index_col="labelled")


def held_out_confusion() -> pd.DataFrame:
    """Return the confusion matrix on the held-out comments: one row a labelled class, one column an outcome, unsure among them.

    What `corrected_shares` needs, and what is shown wherever a polarity is.
    """
    return _held_out().copy()
