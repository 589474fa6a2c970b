"""An auditor attacks what is published of a survey: by subtraction, by linear algebra, across waves, and by reading files.

The auditor knows more than any reader: who belongs to which group, who answered what, every weight and every denominator, and
only not what people said. Each published figure then is one linear equation in the answers. If some combination of all of them
speaks for fewer people than the floor alone, those people are exposed.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.areas import sentiment
from toolkit.areas.sentiment.figures import last_wave, ratings
from toolkit.areas.sentiment.tables import GROUPS
from toolkit.model import NotAssessed, Period, finding, findings_text
from toolkit.sealed import HASH, open_sealed

PERIOD = Period.parse("2026-H2")
FLOOR = 5
MEASURES = [
    *("team_favourable", "enps", "team_change", "group_differences", "scale_reliability", "nonresponse"),
    *("customer_favourable", "nps", "csat", "customer_change", "satisfaction_drivers", "service_gap"),
    *("vendor_favourable", "perception_gap"),
]
RATES = ("team_response_rate", "customer_response_rate", "vendor_response_rate")


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Intervals by bootstrap are not what is attacked."""
    monkeypatch.setattr("toolkit.areas.sentiment.constructs.DRAWS", 5)
    monkeypatch.setattr("toolkit.areas.sentiment.drivers.DRAWS", 5)


# ------------------------------------------------------------------------------------------------------------- the auditor
def exposed_people(equations: np.ndarray, owners: np.ndarray, floor: int = FLOOR) -> list[tuple[int, ...]]:
    """Sets of fewer people than the floor for whom alone some combination of the equations speaks.

    equations: one row a published figure, one column an unknown answer; owners: whose answer each column is. A set speaks alone
    when a vector of the equations' row space has no part outside its columns: the projector's block then has the eigenvalue 1.
    It is exposed when that vector is a sum, with weights of one sign. What two of them have more than two others is no sum of
    anybody's answers; `near_pairs` looks for those that two figures alone would give.
    """
    if not len(equations):
        return []
    _, strength, rows = np.linalg.svd(equations, full_matrices=False)
    basis = rows[strength > 1e-9 * strength.max()]
    people = np.unique(owners)
    grams = np.stack([basis[:, owners == one] @ basis[:, owners == one].T for one in people])
    found = []
    size = min(floor - 1, len(people))
    sets = np.array(list(itertools.combinations(range(len(people)), size)))
    for chunk in np.array_split(sets, max(1, len(sets) // 4000)):
        values, vectors = np.linalg.eigh(sum(grams[chunk[:, place]] for place in range(size)))
        for one, rising, ends in zip(chunk, values, vectors, strict=True):
            alone = ends[:, rising > 1 - 1e-9].T @ basis
            one_sign = [np.all(vector > -1e-9) or np.all(vector < 1e-9) for vector in alone]
            if len(alone) > 1 or any(one_sign):
                found.append(tuple(people[list(one)]))
    return found


def near_pairs(equations: np.ndarray, owners: np.ndarray, floor: int = FLOOR) -> list[tuple[int, int]]:
    """Pairs of figures of groups that differ in some people, but in fewer than the floor."""
    members = [frozenset(owners[row > 0]) for row in equations]
    found = itertools.combinations(range(len(members)), 2)
    return [pair for pair in found if 0 < len(members[pair[0]] ^ members[pair[1]]) < floor]


def pooled_equations(rows: pd.DataFrame, audience: str, measured: dict[str, object]) -> tuple[np.ndarray, np.ndarray]:
    """Everything published of the favourable answers of an audience's last wave, as equations in them."""
    wave = last_wave(rows, audience)
    rated = ratings(wave, FLOOR).reset_index(drop=True)
    weight = rated["weight"].to_numpy()
    main = measured[
        {"team": "team_favourable", "customers": "customer_favourable", "vendor": "vendor_favourable"}[audience]
    ]
    if not main.assessed:
        return np.zeros((0, len(rated))), rated["respondent"].to_numpy()
    equations = [
        weight,
        np.ones(len(rated)),
    ]  # the weighted figure, and the unweighted one in `because` and nonresponse
    for name in ("construct", "item"):
        part = main.parts[name]
        equations += [weight * rated[name].eq(one) for one in part.loc[~part["hidden"], name]]
    for name in GROUPS:
        part = main.parts.get(name, pd.DataFrame({name: [], "hidden": []}))
        equations += [
            rated[name].eq(one).fillna(False).astype(float) for one in part.loc[~part["hidden"].astype(bool), name]
        ]
    change = measured.get(f"{audience.removesuffix('s')}_change")
    if change is not None and change.assessed:
        before = rows[rows["audience"].eq(audience) & rows["previous"]]
        common = rated["item"].isin(before["item"])
        equations += [weight * (rated["construct"].eq(one) & common) for one in change.parts["construct"]["construct"]]
    return np.array(equations, dtype=float), rated["respondent"].to_numpy()


def item_equations(rows: pd.DataFrame, measured: object, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Everything published of the answers to one item (NPS, CSAT), as equations in them."""
    asked = rows[rows["in_period"] & rows["item"].eq(name) & rows["score"].notna()]
    if not measured.assessed:
        return np.zeros((0, len(asked))), asked["respondent"].to_numpy()
    equations = [asked["weight"].to_numpy()]
    for group in GROUPS:
        part = measured.parts.get(group, pd.DataFrame({group: [], "hidden": []}))
        equations += [
            asked[group].eq(one).fillna(False).astype(float) for one in part.loc[~part["hidden"].astype(bool), group]
        ]
    return np.array(equations, dtype=float), asked["respondent"].to_numpy()


def everything(survey, period: Period = PERIOD) -> tuple[pd.DataFrame, dict[str, object]]:
    """The opened answers, and all that is measured of them."""
    rows, held = survey.rows(period), survey.tables()
    made = {name: getattr(sentiment, name)(rows) for name in MEASURES}
    made |= {name: getattr(sentiment, name)(held.survey_invitations, rows, period=period) for name in RATES}
    return open_sealed(rows), made


def attack(survey, audience: str = "team") -> None:
    """Fail with the people exposed by what is published of this survey."""
    rows, measured = everything(survey)
    with contextlib.suppress(NotAssessed):
        assert exposed_people(*pooled_equations(rows, audience, measured)) == []
    one_item = item_equations(rows, measured["enps"], "rec")
    assert exposed_people(*one_item) == []
    assert near_pairs(*one_item) == []
    for one in measured.values():
        small(one)
    silent_about_hidden(measured)


def small(measured: object) -> None:
    """No part holds a number beside fewer people than the floor, nor groups that leave 1 to 4 people to the whole."""
    for name, part in measured.parts.items():
        assert part["n"].isna().eq(part["hidden"]).all(), (measured.id, name)
        numbers = part.loc[part["hidden"]].select_dtypes("number")
        assert numbers.isna().all().all(), (measured.id, name)
        assert (part["n"].dropna() >= FLOOR).all() or (part["n"].dropna() == 0).any(), (measured.id, name)
        if name in GROUPS and "response_rate" not in measured.id:
            left = measured.n - part["n"].sum()
            assert left == 0 or left >= FLOOR, (measured.id, name)


def silent_about_hidden(measured: dict[str, object]) -> None:
    """No claim and no reason of a measure names a group that it hides."""
    for one in measured.values():
        said = f"{one.claim} {one.because}"
        for name in GROUPS:
            part = one.parts.get(name, pd.DataFrame({name: [], "hidden": []}))
            for group in part.loc[part["hidden"].astype(bool), name]:
                assert f"{name} {group}" not in said, (one.id, name, group)


# ----------------------------------------------------------------------------------------------- the auditor is any good
def scores(draw, n):
    return [int(one) for one in draw.integers(1, 6, n)]


def test_the_auditor_finds_a_team_of_three_where_the_other_team_is_published():
    owners = np.arange(12)
    whole, nine = np.ones(12), (owners < 9).astype(float)
    assert exposed_people(np.array([whole]), owners) == []
    found = exposed_people(np.array([whole, nine]), owners)
    assert found
    assert all({9, 10, 11} <= set(one) for one in found)


def test_the_auditor_finds_two_people_where_a_role_and_a_team_differ_by_them():
    # team A is people 0 to 9, role X people 0 to 11: X less A are 10 and 11
    owners = np.arange(30)
    equations = np.array([np.ones(30), owners < 10, owners < 12], dtype=float)
    assert {10, 11} <= set(exposed_people(equations, owners)[0])


def test_the_auditor_finds_who_left_an_item_out_from_the_mean_of_peoples_means():
    # 10 people answer q1, 9 of them q2: the mean of people's own means counts the tenth's q1 in full, the others' by half
    owners = np.r_[np.arange(10), np.arange(9)]
    first, second = np.r_[np.ones(10), np.zeros(9)], np.r_[np.zeros(10), np.ones(9)]
    means = np.r_[np.full(9, 0.5), 1.0, np.full(9, 0.5)]
    assert exposed_people(np.array([first, second]), owners) == []
    assert 9 in exposed_people(np.array([first, second, means]), owners)[0]


def test_the_auditor_finds_a_hidden_team_from_a_weighted_and_an_unweighted_figure():
    weights = np.r_[np.full(9, 0.8), np.full(3, 1.6)]
    assert {9, 10, 11} <= set(exposed_people(np.array([np.ones(12), weights]), np.arange(12))[0])


# -------------------------------------------------------------------------------------------------------- constructed clients
def test_a_team_of_three_inside_twelve(draw, surveys):
    people = [{"team": "Finance"}] * 9 + [{"team": "Legal"}] * 3
    survey = surveys.by_chance(draw, people)
    attack(survey)
    assert everything(survey)[1]["team_favourable"].parts["team"]["hidden"].all()


def test_a_team_of_three_inside_twelve_who_were_invited(draw, surveys):
    people = [{"team": "Finance"}] * 9 + [{"team": "Legal"}] * 3
    survey = surveys.by_chance(draw, people)
    survey.invite("2026-09", 14, team="Finance")
    survey.invite("2026-09", 9, team="Legal")
    attack(survey)
    assert "not weighted" in everything(survey)[1]["team_favourable"].because


def test_a_role_less_a_team_that_leaves_two_people(draw, surveys):
    # all of Finance and two of Legal are buyers
    people = [{"team": "Finance", "role": "buyer"}] * 8
    people += [{"team": "Legal", "role": "buyer"}] * 2 + [{"team": "Legal", "role": "lawyer"}] * 10
    attack(surveys.by_chance(draw, people))


def test_an_item_that_two_of_a_group_answered(draw, surveys):
    people = [{"team": "Finance"}] * 10 + [{"team": "Legal"}] * 8
    survey = surveys.by_chance(draw, people)
    legal = {surveys.person(f"p{place}") for place in range(12, 18)}
    for answer in survey.answers:
        if answer["item"] == "q2" and answer["respondent"] in legal:
            answer |= {"answer": None, "missing": "skipped"}
    survey.invite("2026-09", 12, team="Finance")
    survey.invite("2026-09", 20, team="Legal")
    attack(survey)


def test_an_item_that_only_three_answered_is_in_no_figure(draw, surveys):
    survey = surveys.by_chance(draw, [{}] * 12)
    for answer in survey.answers:
        if answer["item"] == "q2" and answer["respondent"] not in {surveys.person(f"p{place}") for place in range(3)}:
            answer |= {"answer": None, "missing": "skipped"}
    attack(survey)
    assert "q2" not in set(everything(survey)[1]["team_favourable"].parts["item"]["item"])


def test_people_in_no_group_are_not_what_is_left(draw, surveys):
    for unstated in range(1, 5):
        people = [{"team": "Finance"}] * 8 + [{"team": "Legal"}] * 7 + [{"team": None}] * unstated
        attack(surveys.by_chance(draw, people))


def test_a_group_that_appears_in_one_wave_only(draw, surveys):
    old = [{"team": "Finance"}] * 10 + [{"team": "Legal"}] * 9
    survey = surveys.by_chance(draw, old, wave="2026-03")
    surveys.by_chance(draw, [*old, *[{"team": "Tax"}] * 3], survey=survey)
    attack(survey)
    first = everything(survey, Period.parse("2026-H1"))[1]["team_favourable"]
    later = everything(survey)[1]["team_favourable"]
    assert later.parts["team"].loc[lambda part: part["team"] == "Tax", "hidden"].all()
    # what was published of the first wave is what is published of it later: there is nothing to subtract
    assert first.value == later.parts["wave"]["value"].iloc[0]


def test_the_same_people_in_two_waves_and_two_new_ones(draw, surveys):
    people = [{"team": "Finance"}] * 12
    survey = surveys.by_chance(draw, people, wave="2026-03")
    surveys.by_chance(draw, [*people, {"team": "Finance"}, {"team": "Finance"}], survey=survey)
    rows, measured = everything(survey)
    change = measured["team_change"]
    # figures are of all 12 and of all 14, never of the 12 in both waves, whose difference from the 14 would be two people
    assert set(change.parts["construct"]["n"]) == {12}
    now = ratings(last_wave(rows, "team"), FLOOR)
    trust = now[now["construct"] == "trust"]["favourable"].mean()
    assert change.parts["construct"].set_index("construct").loc["trust", "now"] == pytest.approx(trust)


def test_a_group_of_one_mind_is_hidden_and_so_is_what_would_tell(draw, surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.group("2026-09", [4, 5, 4, 5, 5, 4], ("q1", "q2"), prefix="a", team="Finance")
    survey.group("2026-09", scores(draw, 9), ("q1", "q2"), prefix="b", team="Legal")
    survey.group("2026-09", scores(draw, 9), ("q1", "q2"), prefix="c", team="Tax")
    part = sentiment.team_favourable(survey.rows()).parts["team"].set_index("team")
    assert part.loc["Finance", "hidden"]
    assert part["hidden"].sum() == 2  # else the whole less the others would be Finance


def test_what_is_not_shown_is_not_of_one_mind_together(draw, surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 1], prefix="a", team="Legal")
    survey.group("2026-09", [2, 1, 2, 1], prefix="b", team="Tax")
    survey.group("2026-09", [2, 4, 5, 1, 3, 4], prefix="c", team="Sales")
    survey.group("2026-09", [2, 4, 5, 1, 3, 4, 5], prefix="d", team="Finance")
    part = sentiment.team_favourable(survey.rows()).parts["team"].set_index("team")
    # Legal and Tax are seven people, but none of them is favourable: another team joins them
    assert part["hidden"].to_dict() == {"Finance": False, "Legal": True, "Sales": True, "Tax": True}


@pytest.mark.parametrize("seed", range(12))
def test_clients_made_by_chance(seed, surveys):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(12, 24))
    people = [
        {
            "team": draw.choice(["A", "B", "C", None], p=[0.45, 0.35, 0.15, 0.05]),
            "role": draw.choice(["x", "y", "z"], p=[0.5, 0.35, 0.15]),
            "site": draw.choice(["Leeds", "York"], p=[0.7, 0.3]),
        }
        for _ in range(n)
    ]
    survey = surveys.by_chance(draw, people, left_out=0.15 * (seed % 3))
    if seed % 2:
        survey.people = [{**one, "team": one["team"] or "A"} for one in survey.people]
        named = pd.DataFrame(survey.people)[list(GROUPS)]
        for groups, own in named.groupby(list(GROUPS)):
            survey.invite("2026-09", len(own) + int(draw.integers(0, 6)), **dict(zip(GROUPS, groups, strict=True)))
    attack(survey)


@pytest.mark.parametrize("seed", [1197, 1307, 2001, 2002])
def test_what_is_weighted_by_one_division_is_not_told_by_another(surveys, seed):
    # in the first two a weighted eNPS beside unweighted roles told the sum of a team that was hidden
    draw = np.random.default_rng(seed)
    n, teams = int(draw.integers(14, 30)), int(draw.integers(2, 4))
    chances = draw.dirichlet(np.ones(teams) * 2), draw.dirichlet(np.ones(2) * 3)
    people = [
        {"team": "ABC"[draw.choice(teams, p=chances[0])], "role": "xy"[draw.choice(2, p=chances[1])], "site": None}
        for _ in range(n)
    ]
    survey = surveys.by_chance(draw, people, left_out=[0, 0.05, 0.15][seed % 3])
    for groups, own in pd.DataFrame(survey.people).groupby(["team", "role"]):
        survey.invite("2026-09", len(own) + int(draw.integers(0, 9)), team=groups[0], role=groups[1])
    attack(survey)


@pytest.mark.parametrize("floor", [6, 8])
def test_a_higher_floor_holds(draw, floor, surveys):
    people = [{"team": "A", "role": "x"}] * 9 + [{"team": "B", "role": "x"}] * 5 + [{"team": "B", "role": "y"}] * 7
    survey = surveys.by_chance(draw, people)
    survey.floors = {"people_floor": floor, "distribution_floor": 8, "comment_floor": 10}
    rows, measured = everything(survey)
    owners_and = pooled_equations(rows, "team", measured)
    assert exposed_people(*owners_and, floor=5) == []
    shown = [part["n"].dropna() for one in measured.values() for part in one.parts.values()]
    assert all((n >= floor).all() for n in shown)


def test_distributions_need_more_people_than_shares(draw, surveys):
    survey = surveys.by_chance(draw, [{}] * 7)
    made = everything(survey)[1]["team_favourable"]
    assert made.assessed
    assert made.parts["answers"].empty
    assert made.parts["item"][["unfavourable", "median", "mean"]].isna().all().all()
    assert everything(survey)[1]["enps"].parts["answers"].empty


def test_fewer_people_than_the_floor_are_nowhere(draw, surveys):
    measured = everything(surveys.by_chance(draw, [{}] * 4))[1]
    assert not any(one.assessed for one in measured.values())
    text = findings_text([finding(one, "v", str(PERIOD)) for one in measured.values()])
    assert json.loads(text)
    assert not re.search(r'"(value|low|high)": -?\d', text)


def test_findings_name_no_person_and_count_no_row(draw, surveys):
    people = [{"team": "A"}] * 12 + [{"team": "B"}] * 3
    measured = everything(surveys.by_chance(draw, people))[1]
    text = findings_text([replace(finding(one, "v", str(PERIOD)), sources=()) for one in measured.values()])
    assert not HASH.search(text)
    assert '"respondent"' not in text


# ------------------------------------------------------------------------------------------------- what is written to files
SECRET = "Zebra-striped answer of somebody in a small group"
NOTEBOOK = """
from toolkit.areas import sentiment
from toolkit.case import open_case
case = open_case(sentiment, "alder", "2026-Q3", {data!r}, {reports!r})
asked = case.survey_respondents, case.survey_items, case.survey_invitations
case.survey_answers
---
rows = sentiment.responses(case.survey_answers, *asked, period=case.period)
notes = sentiment.comments(case.survey_comments, *asked, period=case.period)
rows
---
notes
---
case.check(sentiment.checks(case.survey_answers, *asked, rows, period=case.period))
---
team = sentiment.team_favourable(rows)
team
---
themes = sentiment.comment_themes(notes)
themes
---
case.conclude(team, sentiment.enps(rows), sentiment.group_differences(rows), sentiment.comment_tone(notes), themes)
"""


@pytest.fixture
def client(tmp_path, draw):
    """A client's folder: a team of 12, one of 3, and comments of both."""
    (tmp_path / "review.yaml").write_text(
        "client: Acme\ncurrency: GBP\nperiods: {from: 2026-Q1, to: 2026-Q3, every: quarter}\n"
        "vendors: [{vendor: alder, name: Alder}]\n"
    )
    people = [(f"person{place:02d}@example.org", "Finance" if place < 12 else "Legal") for place in range(15)]
    asked = "alder,team,2026-09"
    answers = [f"{asked},{who},{name},{draw.integers(1, 6)}" for who, _ in people for name in ("q1", "q2")]
    answers += [f"{asked},{who},rec,{draw.integers(0, 11)}" for who, _ in people]
    texts = ["Replies are far too slow"] * 12 + [SECRET] * 3
    files = {
        "survey_items": [
            "audience,item,construct,wording,kind,low,high",
            *(f"team,{name},trust,Words,agreement,1,5" for name in ("q1", "q2")),
            "team,rec,loyalty,Words,recommendation,0,10",
            "team,open,other,Words,comment,,",
        ],
        "survey_respondents": [
            "vendor,audience,wave,respondent,team",
            *(f"{asked},{who},{team}" for who, team in people),
        ],
        "survey_answers": ["vendor,audience,wave,respondent,item,answer", *answers],
        "survey_comments": [
            "vendor,audience,wave,respondent,item,comment",
            *(f"{asked},{who},open,{text}" for (who, _), text in zip(people, texts, strict=True)),
        ],
    }
    for name, lines in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_an_executed_notebook_and_its_findings_hold_nobody(client):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    reports = client / "reports"
    cells = NOTEBOOK.format(data=str(client), reports=str(reports)).strip().split("\n---\n")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    (reports / "executed.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    written = {path.name: path.read_text(encoding="utf-8") for path in reports.rglob("*") if path.is_file()}
    assert {"sentiment.json", "executed.ipynb"} <= set(written)
    for name, text in written.items():
        assert not HASH.search(text), name
        assert "example.org" not in text, name
        assert "person0" not in text, name
        assert SECRET not in text, name
    findings = {one["id"]: one for one in json.loads(written["sentiment.json"])}
    assert findings["sentiment.team_favourable"]["n"] == 15
    teams = findings["sentiment.team_favourable"]["parts"]["team"]
    assert [(row["value"], row["n"]) for row in teams] == [(None, None), (None, None)]
    assert findings["sentiment.comment_themes"]["n"] == 15
