"""Who was heard: response rates, and whether those who did not answer would have said the same."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.areas.sentiment.figures import (
    WHO,
    WHOSE,
    favourable_share,
    floors,
    heard,
    last_wave,
    people_in,
    person_scores,
    ratings,
    when,
)
from toolkit.areas.sentiment.tables import CUSTOMERS, GROUPS, SUPPLIER, TEAM
from toolkit.areas.sentiment.weights import population_of
from toolkit.areas.words import bracket, joined
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, month_words, number

MIN_DAYS = 2  # days on which answers came in, from which early and late are told apart


# -------------------------------------------------------------------------------------------------------- response rates
@measure("Team: response rate", better="higher", unit="share")
def team_response_rate(survey_invitations: pd.DataFrame, responses: pd.DataFrame, *, period: Period) -> Measured:
    """Share of those of the client's team who were invited that answered at least one item.

    The last wave in the period. A full count. Parts: wave, team, role, site (n: people invited; groups of fewer than the
    floor are not shown; how many took part is no answer, so that it may be known of the others). Source: American
    Association for Public Opinion Research, Standard Definitions, 10th ed. 2023, RR2 without people of unknown
    eligibility.
    """
    return _response_rate(survey_invitations, responses, TEAM, period)


@measure("Customers: response rate", better="higher", unit="share")
def customer_response_rate(survey_invitations: pd.DataFrame, responses: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the customers who were invited that answered at least one item.

    As `team_response_rate`, of the customers. Source: the same.
    """
    return _response_rate(survey_invitations, responses, CUSTOMERS, period)


@measure("Vendor: response rate", better="higher", unit="share")
def vendor_response_rate(survey_invitations: pd.DataFrame, responses: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the vendor's people who were invited that answered at least one item.

    As `team_response_rate`, of the vendor. Source: the same.
    """
    return _response_rate(survey_invitations, responses, SUPPLIER, period)


def _response_rate(invitations: pd.DataFrame, responses: pd.DataFrame, audience: str, period: Period) -> Measured:
    asked = invitations[invitations["audience"].eq(audience) & (invitations["wave"] <= period.end)]
    own = responses[responses["audience"].eq(audience) & responses["score"].notna()]
    if asked.empty:
        raise NotAssessed(f"how many of {WHO[audience]} were invited is not known")
    heard_last = own["wave"].max()
    if heard_last > asked["wave"].max():
        raise NotAssessed(f"how many of {WHO[audience]} were invited in {month_words(heard_last)} is not known")
    waves = _by_wave(asked, own, period)
    last = waves.iloc[-1]
    if not last["in_period"]:
        raise NotAssessed(f"{WHO[audience]} was last invited in {month_words(last['wave'])}, before the period")
    invited, answered, rate = int(last["n"]), int(last["answered"]), float(last["value"])
    if not invited or answered > invited:
        raise NotAssessed(f"{answered:,} people answered where {invited:,} were invited")
    asked, own = asked[asked["wave"] == last["wave"]], own[own["wave"] == last["wave"]]
    return Measured(
        unit="share",
        value=rate,
        low=rate,
        high=rate,
        n=invited,
        n_of="people invited",
        counted=True,
        interval=COUNTED,
        numerator=float(answered),
        denominator=float(invited),
        claim=f"{number(rate, 'share')} of those of {WHO[audience]} who were invited in {month_words(last['wave'])} answered: "
        f"{answered:,} of {invited:,}.",
        because=_not_invited(asked),
        parts={"wave": waves, **{name: _by_group(asked, own, name) for name in GROUPS if asked[name].notna().all()}},
    )


def _by_wave(asked: pd.DataFrame, own: pd.DataFrame, period: Period) -> pd.DataFrame:
    """One row a wave: people invited, how many of them answered, and the share; NaN where more answered than were invited."""
    invited = asked.groupby("wave")["invited"].sum().astype("float64")
    answered = own.groupby("wave")["respondent"].nunique().reindex(invited.index, fill_value=0).astype("float64")
    share = _share(answered, invited)
    last = invited.index == invited.index.max()
    return pd.DataFrame(
        {
            **{"wave": invited.index, "value": share.to_numpy()},
            **{"low": share.to_numpy(), "high": share.to_numpy()},
            **{"answered": answered.to_numpy(), "n": invited.to_numpy()},
            "in_period": last & (invited.index >= period.start),
        }
    )


def _by_group(asked: pd.DataFrame, own: pd.DataFrame, name: str) -> pd.DataFrame:
    invited = asked.groupby(asked[name].astype(str))["invited"].sum().astype("float64")
    answered = own.groupby(own[name].astype(str))["respondent"].nunique().reindex(invited.index, fill_value=0)
    values = {"value": _share(answered, invited), "answered": answered.astype("float64"), "n": invited}
    return pd.DataFrame(values).rename_axis(name).reset_index()


def _share(answered: pd.Series, invited: pd.Series) -> pd.Series:
    return (answered / invited).where((invited > 0) & (answered <= invited))


def _not_invited(asked: pd.DataFrame) -> str:
    population, invited = population_of(asked).sum(), asked["invited"].sum()
    return f"{invited:,.0f} of {population:,.0f} people were invited" if population > invited else ""


# --------------------------------------------------------------------------------------------------------- non-response
@measure("What non-response may hide", unit="share")
def nonresponse(responses: pd.DataFrame) -> Measured:
    """The share of favourable answers weighted to those invited, less the unweighted one: of the team, else of the customers.

    How far those who answered are unlike those invited, as far as team, role and site tell; it says nothing of what nobody
    knows of the silent. Beside it: those who answered late (the half of the people who answered last, who are most like
    those who did not answer) against those who answered early, by Cliff's delta. In shares. The last wave in the period;
    the interval is that of the weighted figure less the unweighted value. Part: check (audience, check, value, people), of
    the team and of the customers. Source: weighting after D. Holt and T. Smith, JRSS A 142 (1979) 33-46; late answers after
    J. Armstrong and T. Overton, Journal of Marketing Research 14 (1977) 396-402.
    """
    found, silent = {}, []
    for audience in (TEAM, CUSTOMERS):
        try:
            found[audience] = _bent(responses, audience)
        except NotAssessed as reason:
            silent.append(str(reason))
    if not found:
        raise NotAssessed("; ".join(dict.fromkeys(silent)))
    first, *others = found.values()
    checks = pd.concat([made.parts["check"] for made in found.values()], ignore_index=True)
    return replace(
        first,
        because=joined(first.because, *(_within(other.claim) for other in others)),
        parts={"check": checks},
    )


def _within(sentence: str) -> str:
    """A sentence as a part of another."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _bent(responses: pd.DataFrame, audience: str) -> Measured:
    """What non-response may hide in one audience."""
    floor, _ = floors(responses)
    wave = last_wave(responses, audience)
    rated = ratings(wave, floor)
    late = _late(rated, floor)
    weighting = heard(wave, responses.attrs.get("weighting", {}))
    if rated["weight"].nunique() < 2:
        raise NotAssessed(joined(weighting, late[0]))
    value, low, high = favourable_share(rated)
    plain = float(rated["favourable"].mean())
    n = people_in(rated)
    checks = [("weighted", value), ("unweighted", plain)]
    checks += [("late against early (Cliff's delta)", late[1])] if late[0] else []
    rows = [(audience, *check, n) for check in checks]
    way = "higher" if value > plain else "lower"
    return Measured(
        unit="share",
        value=value - plain,
        low=low - plain,
        high=high - plain,
        n=n,
        n_of="people",
        interval="95 % interval of the weighted share (Wilson, with the answers of one person taken as alike)",
        claim=f"Weighted to all who were invited, {WHOSE[audience]} favourable answers in {when(wave)} are "
        f"{number(abs(100 * (value - plain)), 'percentage points')} {way} than among those who answered"
        f"{bracket(low - plain, high - plain, 'share')}.",
        because=joined(weighting, late[0]),
        parts={"check": pd.DataFrame(rows, columns=["audience", "check", "value", "n"])},
    )


def _late(rated: pd.DataFrame, floor: float) -> tuple[str, float]:
    """Whether those who answered late say something else, in words and as Cliff's delta; '' where nobody can tell."""
    from toolkit.stats.ordinal import cliffs_delta, magnitude

    days = rated.groupby("respondent", observed=True)["submitted"].first().dropna()
    if days.nunique() < MIN_DAYS:
        return "", float("nan")
    scores = person_scores(rated).reindex(days.index)
    late = days > days.median()
    if min(late.sum(), (~late).sum()) < floor:
        return "", float("nan")
    found = cliffs_delta(scores[late], scores[~late])
    if found.low <= 0 <= found.high:
        return "those who answered late say nothing that could not be chance", found.value
    way = "better" if found.value > 0 else "worse"
    return f"those who answered late find it {way} ({magnitude(found.value)} difference)", found.value
