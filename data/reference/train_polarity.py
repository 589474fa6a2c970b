"""Train the classifier of polarity, measure it on held-out comments, and write its weights, confusion matrix and card.

    python data/reference/train_polarity.py --data DIR [--out DIR]

DIR holds emtk_jira_train.csv and emtk_jira_test.csv (columns ID;Polarity;Text). Every choice (class weights, strength,
calibration, threshold) is made by cross-validation within the first file; the second is read once, at the end, with the
weights as written. Needs scikit-learn and vaderSentiment, which the toolkit itself does not.
"""

from __future__ import annotations

import argparse
import datetime
import io
import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from toolkit.files import write_whole
from toolkit.stats.text import polarity
from toolkit.stats.text.agreement import agreement, calibration_error, confusion_matrix, reliability_table
from toolkit.stats.text.polarity import CLASSES, OUTCOMES

HERE = Path(__file__).resolve().parent
LEAST = {"word": 2, "pair": 2}  # texts in which a term must occur
MOST = 20_000  # terms of a kind, the commonest first
STRENGTHS = (1.0, 2.0, 4.0)  # C of the logistic regression: the inverse of its penalty
BALANCES = (0.0, 0.5, 1.0)  # power of the classes' rarity by which they weigh: none, square root, balanced
LEANINGS = (0.0, 0.5)  # weight of a second copy of each text of which the lexicon alone is seen
NEAR = 0.01  # of macro-F1 that may be given up in cross-validation for leaning more on the lexicon
FOLDS = 5
WANTED_ACCURACY = 0.9  # of the answers that are not unsure, in cross-validation
LOWEST, HIGHEST = 0.4, 0.9  # thresholds tried
LEXICAL = 4  # features of the lexicon, the last columns
VADER_CUT = 0.05
SILENT = "neutral"  # what a comment without words counts as beside methods that always answer


def read(path: Path) -> pd.DataFrame:
    """One row a labelled comment: text, label."""
    table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    return pd.DataFrame({"text": table["Text"], "label": table["Polarity"]})


def vocabulary(texts: list[list[str]]) -> tuple[dict[str, dict[str, int]], np.ndarray]:
    """The terms that the classifier will know, with their columns and their inverse document frequencies."""
    spread = Counter(term for text in texts for term in set(polarity.terms_of(text)))
    columns: dict[str, dict[str, int]] = {}
    rarity: list[float] = []
    for kind, least in LEAST.items():
        ranked = sorted((-n, term) for (of, term), n in spread.items() if of == kind and n >= least)[:MOST]
        columns[kind] = {term: len(rarity) + at for at, (_, term) in enumerate(ranked)}
        rarity += [float(np.log((1 + len(texts)) / (1 - n)) + 1) for n, _ in ranked]
    return columns, np.array(rarity)


def fitted(
    matrix: sparse.csr_array, labels: np.ndarray, strength: float, balance: float, leaning: float
) -> LogisticRegression:
    """A multinomial logistic regression; rare classes weigh more by `balance`.

    With a `leaning` it also learns what to say of texts whose terms it does not know, where the lexicon is all it has: comments
    on another subject than the ones it was trained on are like that.
    """
    n = Counter(labels)
    weight = {label: (len(labels) / len(n) / count) ** balance for label, count in n.items()}
    model = LogisticRegression(C=strength, class_weight=weight, max_iter=1000)
    if not leaning:
        return model.fit(matrix, labels)
    blind = sparse.csr_array(
        matrix @ sparse.diags_array(np.arange(matrix.shape[1]) >= matrix.shape[1] - LEXICAL, dtype=float)
    )
    twice = sparse.csr_array(sparse.vstack([matrix, blind]))
    return model.fit(twice, np.tile(labels, 2), sample_weight=np.repeat([1.0, leaning], len(labels)))


def folds_of(texts: list[list[str]], labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and test rows of each fold; texts of the same words stay together."""
    same = pd.factorize(np.array([" ".join(text) for text in texts], dtype=object))[0]
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    return list(split.split(np.zeros((len(labels), 1)), labels, same))


def cross_scores(texts: list[list[str]], labels: np.ndarray) -> dict[tuple[float, float, float], np.ndarray]:
    """For each strength, balance and leaning, the scores of every text by a classifier that did not see it."""
    scores = {key: np.zeros((len(labels), len(CLASSES))) for key in itertools.product(STRENGTHS, BALANCES, LEANINGS)}
    for train, test in folds_of(texts, labels):
        columns, rarity = vocabulary([texts[at] for at in train])
        seen, unseen = (polarity.features([texts[at] for at in rows], columns, rarity) for rows in (train, test))
        for key, held in scores.items():
            held[test] = fitted(seen, labels[train], *key).decision_function(unseen)
    return scores


def temperature_of(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature at which the probabilities of the labels are greatest."""
    truth = np.array([CLASSES.index(label) for label in labels])

    def loss(log_temperature: float) -> float:
        p = polarity.probabilities(scores, float(np.exp(log_temperature)))
        return -float(np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def threshold_of(probability: np.ndarray, right: np.ndarray) -> float:
    """The lowest threshold above which answers are as accurate as wanted, or the highest one tried."""
    for threshold in np.arange(LOWEST, HIGHEST, 0.01):
        answered = probability >= threshold
        if answered.any() and right[answered].mean() >= WANTED_ACCURACY:
            return round(float(threshold), 2)
    return HIGHEST


def trained(table: pd.DataFrame) -> tuple[polarity.Weights, dict]:
    """The classifier that leans most on the lexicon among the best in cross-validation, calibrated; what was chosen."""
    texts, labels = polarity.prepared(table["text"]), table["label"].to_numpy(dtype=object)
    scores = cross_scores(texts, labels)
    names = np.array(CLASSES, dtype=object)
    quality = {key: agreement(labels, names[held.argmax(axis=1)], CLASSES) for key, held in scores.items()}
    top = max(found.macro_f1 for found in quality.values())
    near = [key for key, found in quality.items() if found.macro_f1 >= top - NEAR]
    best = max(near, key=lambda key: (key[2], round(quality[key].macro_f1, 4), -key[0]))
    temperature = temperature_of(scores[best], labels)
    p = polarity.probabilities(scores[best], temperature)
    right = names[p.argmax(axis=1)] == labels
    threshold = threshold_of(p.max(axis=1), right)
    columns, rarity = vocabulary(texts)
    model = fitted(polarity.features(texts, columns, rarity), labels, *best)
    order = [list(model.classes_).index(name) for name in CLASSES]
    weights = polarity.Weights(columns, rarity, model.coef_[order].T, model.intercept_[order], temperature, threshold)
    answered = p.max(axis=1) >= threshold
    chosen = {
        "comments": len(labels),
        "terms": len(rarity),
        "inverse_penalty": best[0],
        "class_weight_power": best[1],
        "leaning_on_lexicon": best[2],
        "best_macro_f1_of_all_tried": round(top, 4),
        "temperature": round(temperature, 3),
        "threshold": threshold,
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(quality[best].macro_f1, 4),
        "kappa": round(quality[best].kappa.value, 4),
        "expected_calibration_error": round(calibration_error(p.max(axis=1), right), 4),
        "answered": round(float(answered.mean()), 4),
        "accuracy_of_answers": round(float(right[answered].mean()), 4) if answered.any() else None,
    }
    return weights, chosen


def write_weights(weights: polarity.Weights, path: Path) -> None:
    """Numbers in half precision and terms as text, in numpy's own format."""
    terms = {f"{kind}s": "\n".join(places).encode("utf-8") for kind, places in weights.columns.items()}
    file = io.BytesIO()
    np.savez_compressed(
        file,
        **{name: np.frombuffer(text, dtype=np.uint8) for name, text in terms.items()},
        rarity=weights.rarity.astype(np.float16),
        coefficients=weights.coefficients.astype(np.float16),
        intercept=weights.intercept.astype(np.float32),
        temperature=np.float64(weights.temperature),
        threshold=np.float64(weights.threshold),
    )
    write_whole(path, file.getvalue())


def figures(labels: np.ndarray, judged: np.ndarray) -> dict:
    """Accuracy, macro-F1, kappa and recalls of one way to judge, with their intervals."""
    found = agreement(labels, judged, CLASSES)
    return {
        "accuracy": _rounded(found.accuracy),
        "macro_f1": round(found.macro_f1, 4),
        "kappa": _rounded(found.kappa),
        "recall": {name: _rounded(row[["value", "low", "high"]]) for name, row in found.recall.iterrows()},
        "n": found.n,
    }


def _rounded(interval) -> list[float]:
    return [round(float(part), 4) for part in interval]


def vader(texts: pd.Series) -> np.ndarray:
    """What VADER as published says, cut at plus and minus .05."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    judge = SentimentIntensityAnalyzer()
    compound = np.array([judge.polarity_scores(text)["compound"] for text in texts])
    return np.select([compound <= -VADER_CUT, compound >= VADER_CUT], ["negative", "positive"], "neutral").astype(
        object
    )


def normal(texts: pd.Series) -> pd.Series:
    """Texts by their words alone, to tell which of the held-out ones the training file holds too."""
    return texts.map(lambda text: re.sub(r"\W+", " ", text.lower()).strip())


def measured(
    train: pd.DataFrame, test: pd.DataFrame, weights: polarity.Weights
) -> tuple[dict, pd.DataFrame, pd.DataFrame]:
    """Figures on the held-out comments, the confusion matrix with unsure, and the reliability table."""
    labels = test["label"].to_numpy(dtype=object)
    found = polarity.classify(test["text"], ["en"] * len(test), weights=weights)
    judged, outcome = (
        found["likeliest"].replace("", SILENT).to_numpy(dtype=object),
        found["polarity"].to_numpy(dtype=object),
    )
    guessed = polarity.classify(test["text"], weights=weights)["reason"]
    top = found[list(CLASSES)].max(axis=1).to_numpy()
    known = ~np.isnan(top)
    sure = outcome != polarity.UNSURE
    unseen = ~normal(test["text"]).isin(set(normal(train["text"]))).to_numpy()
    commonest = Counter(train["label"]).most_common(1)[0][0]
    lexicon = vader(test["text"])
    right = judged == labels
    held_out = {
        "comments": len(test),
        "classifier": figures(labels, judged),
        "classifier_where_sure": figures(labels[sure], outcome[sure]) | {"answered": round(float(sure.mean()), 4)},
        "classifier_on_texts_not_in_training": figures(labels[unseen], judged[unseen]),
        "lexicon_vader": figures(labels, lexicon),
        "lexicon_vader_on_texts_not_in_training": figures(labels[unseen], lexicon[unseen]),
        "majority_class": figures(labels, np.full(len(labels), commonest, dtype=object)),
        "expected_calibration_error": round(calibration_error(top[known], right[known]), 4),
        "expected_calibration_error_on_texts_not_in_training": round(
            calibration_error(top[known & unseen], right[known & unseen]), 4
        ),
        "coverage": coverage(top[known], right[known]),
        "not_judged_when_language_is_guessed": dict(
            Counter(guessed[(guessed != "") & ~guessed.str.startswith("no class")])
        ),
    }
    return held_out, confusion_matrix(labels, outcome, CLASSES), reliability_table(top[known], right[known])


def coverage(probability: np.ndarray, right: np.ndarray) -> list[dict]:
    """How many are answered, and how many of the answers are right, at each of some thresholds."""
    steps = [(round(float(at), 1), probability >= at) for at in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)]
    return [
        {"threshold": at, "answered": round(float(sure.mean()), 4), "accuracy": round(float(right[sure].mean()), 4)}
        for at, sure in steps
        if sure.any()
    ]


def card(chosen: dict, held_out: dict, confusion: pd.DataFrame, reliability: pd.DataFrame, date: str) -> str:
    """The model card: figures for programs in front, then for people."""
    template = (HERE / "polarity_card_template.md").read_text(encoding="utf-8")
    front = yaml.safe_dump({"date": date, "cross_validation": chosen, "held_out": held_out}, sort_keys=False, width=120)
    rows = {
        "this classifier, always answering": held_out["classifier"],
        f"this classifier where it is sure ({held_out['classifier_where_sure']['answered']:.1%})": held_out[
            "classifier_where_sure"
        ],
        "VADER's lexicon (cut at ±.05)": held_out["lexicon_vader"],
        "always the commonest class": held_out["majority_class"],
    }
    unseen = {
        "this classifier, always answering": held_out["classifier_on_texts_not_in_training"],
        "VADER's lexicon (cut at ±.05)": held_out["lexicon_vader_on_texts_not_in_training"],
    }
    parts = {
        "FRONT": front.strip(),
        "DATE": date,
        "FIGURES": _figures_table(rows),
        "UNSEEN": _figures_table(unseen),
        "UNSEEN_N": f"{held_out['classifier_on_texts_not_in_training']['n']:,}",
        "CONFUSION": _markdown(confusion.reset_index()),
        "RELIABILITY": _markdown(reliability.round(3)),
        "COVERAGE": _markdown(pd.DataFrame(held_out["coverage"])),
        "ECE": f"{held_out['expected_calibration_error']:.3f}",
        "THRESHOLD": f"{chosen['threshold']:.2f}",
        "TRAIN_N": f"{chosen['comments']:,}",
        "TEST_N": f"{held_out['comments']:,}",
        "CHOSEN": _markdown(pd.DataFrame({"what": list(chosen), "value": [str(value) for value in chosen.values()]})),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _figures_table(rows: dict[str, dict]) -> str:
    lines = [
        {
            "method": name,
            "accuracy (95 % interval)": "{:.3f} ({:.3f} to {:.3f})".format(*found["accuracy"]),
            "macro-F1": f"{found['macro_f1']:.3f}",
            "kappa (95 % interval)": "{:.3f} ({:.3f} to {:.3f})".format(*found["kappa"]),
            **{f"recall {kind}": f"{found['recall'][kind][0]:.3f}" for kind in CLASSES},
        }
        for name, found in rows.items()
    ]
    return _markdown(pd.DataFrame(lines))


def _markdown(table: pd.DataFrame) -> str:
    lines = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy(dtype=object).tolist()]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def main(arguments: list[str] | None = None) -> None:
    """Read, train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the two files")
    parser.add_argument("--out", type=Path, default=HERE, help="where weights, confusion matrix and card are written")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="the date on the card")
    asked = parser.parse_args(arguments)
    train, test = (read(asked.data / f"emtk_jira_{part}.csv") for part in ("train", "test"))
    weights, chosen = trained(train)
    path = asked.out / polarity.WEIGHTS.name
    write_weights(weights, path)
    polarity.trained.cache_clear()
    held_out, confusion, reliability = measured(train, test, polarity.trained(path))
    write_whole(asked.out / polarity.CONFUSION.name, confusion[list(OUTCOMES)].to_csv(lineterminator="\n"))
    write_whole(asked.out / "polarity_card.md", card(chosen, held_out, confusion, reliability, asked.date))
    print(yaml.safe_dump({"cross_validation": chosen, "held_out": held_out}, sort_keys=False, width=120))
    print(confusion, reliability.round(3), f"{path.name}: {path.stat().st_size / 1000:,.0f} kB", sep="\n\n")


if __name__ == "__main__":
    main()
