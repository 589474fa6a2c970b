"""What is true of the quality tables that `make_quality.py` makes, as `truths.yaml` holds it below the truths of cost.

Nothing here is measured as the toolkit measures: a truth comes from the plan of the tickets, or is counted one by one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from statistics import median

import make_quality as made_by
import yaml
from make_quality import (
    CONVENTIONS,
    DESKS,
    LEVELS,
    MONTHS,
    QUARTERS,
    TIMED,
    Level,
    Quality,
    Row,
    Ticket,
    month_of,
    quarter,
)

KINDS = {
    "alder": "green while tickets come back",
    "birch": "breaches that the client caused, and one true step for the better",
    "cedar": "an improvement that is noise",
    "dogwood": "no tickets at all: not assessed, never green",
    "elm": "numbers that are managed",
}
RULES = """\
Explained here, by `quality.rules`; what is planted in words stands in README.md.

Everywhere: quarters and months are those of London's clocks. Pairs are [kept, counted], or [found, of how many]. A ticket
is judged by its last priority, service and kind against the level of that name. Its time runs from `opened` to `resolved`,
or `closed` where it was never resolved (response: to `acknowledged`), in the level's calendar, less the pauses of those for
whom `clock_stops` stops it, overlaps counted once; on the limit is kept. Open beyond the limit is missed, open within it is
not counted; cancelled is not counted; `exclusions` are left out by `excluded` and by `caused_by`. The tables are of the
night after 30 September 2026, which ends the time of what is open.

attainment: by level, then by the month in which a ticket counts: of its opening; of the moment its limit was or would have
  been reached (due); of its end, or of that moment if it is open beyond it (ended). A measure agrees with one of the three.
reported: service_level_results of the vendor, added up. Own counting of resolutions: tickets by the month of their end.
  birch and cedar count as the contract says; alder to the first resolution; elm to the first resolution and less the
  waiting for third parties, too.
backlog: tickets that are open (neither resolved, closed nor cancelled) at the end of the last quarter.
reopened: tickets with at least one reopening, of all, by the quarter of the opening; and of those that are resolved, by the
  quarter of the last resolution (`reopens` and the changes from resolved or closed to active agree).
alder: `share_planted` is the probability that an incident comes back, from the first month to the last in equal steps.
  `follow_ups` are new tickets with a parent, by the quarter of their opening: reopened shares do not see them.
birch, by_rule: [kept, counted] of all resolution levels together, by the quarter of the opening: raw (no pause, no exclusion),
  pauses (clock_stops alone), exclusions (those alone), contract (both). All raw ones lie below the target of 0.90, all
  contract ones above. `step`: work on tickets opened from that month on takes `factor` times as long as before; the medians
  are those of the distribution, in hours less the client's waiting, of tickets that the client did not cause.
  `clock_changes`: hours on the wall and hours passed; two would be judged wrongly by the wall. `availability`, by month:
  minutes down (outages that are not excluded, opened to mitigated, together), of the window (left out on both sides), agreed.
cedar: every month is drawn from one distribution. `true_share_kept` is its share within the limit, `true_median_hours` its
  median of agreed hours less waiting. `compared` are the last quarter and the one before: better, and by chance.
elm: from `managed_from` on, what would have been late was treated: `bunched` (ended in the last twentieth of the limit, P3 of
  960 minutes), `lowered` (P2 to P3 at 75 to 97 % of the limit), `reopened` (resolved at 80 to 99 % of it, closed at once,
  reopened within 90 open minutes and worked on), `covered` (a pause for the client that was none, from `covered_from` on).
  Counts by the quarter of the opening, and the numbers of the tickets. `unmanaged`: [kept, counted] of P2 and P3 incidents by
  first priority and work needed, without any of it; `contract` and `reported` beside it. `honest`: what else there is of each
  kind and must not be taken for it. `waiting_share`: tickets with a pause for the client, of all, by quarter of opening.
credits: in pounds, due by the contract and counted in whole pence. A level is missed where its month's share is below the
  highest `below` of its bands; the lowest such band counts. Charges are `monthly_charges` of credit_terms. Shares rest on
  tickets where the level is timed (each such ticket lies in one month by every convention), else on numerator and
  denominator of service_level_results. service_points: points, times repeat_factor where the level was missed the month
  before as well, times point_rate times charges. at_risk: at_risk times charges times allocation; all of a month together no
  more than cap times charges (`before_cap`, `due`); returned (`earned_back`, `earned_back_in`) when in each of the following
  earn_back_months the level reached its target and at least earn_back_at; what the tables are too short to tell is not
  returned yet. A month that was capped is never returned in part. unclaimed = due - earned_back - credited. As of the last
  quarter: at an earlier period's end, what is `earned_back_in` a later month is still due. alder and elm credited something
  without any terms: credits.csv has it, and nothing can be said to be due.
removal, deployments: cedar's defects by release [found before, found in production], rejected ones left out; deployments
  [failed, all], rework, and median hours, by the plain median of what is in the table.
"""


Pairs = dict[str, list[int]]


def by_quarter(rows: Iterable[tuple[str, bool]]) -> Pairs:
    """[true, all] of pairs of a quarter and whether, in the order of the quarters."""
    found = {name: [0, 0] for name in QUARTERS}
    for name, holds in rows:
        if name in found:
            found[name][0] += holds
            found[name][1] += 1
    return found


def opened_in(ticket: Ticket) -> str:
    """The quarter of its opening."""
    return quarter(month_of(ticket.opened))


def levels_of(vendor: str, measures: Sequence[str] = TIMED) -> list[Level]:
    """A vendor's levels that rest on tickets, each once."""
    return list({x.level: x for x in LEVELS if x.vendor == vendor and x.measure in measures}.values())


def quarters(months: dict[str, list[int]]) -> Pairs:
    """Pairs of months, added up."""
    found = {name: [0, 0] for name in QUARTERS}
    for month, (part, whole) in months.items():
        found[quarter(month)][0] += part
        found[quarter(month)][1] += whole
    return found


def common_truths(vendor: str, made: Quality) -> Row:
    """What is printed of every vendor that has tickets."""
    tickets = made.tickets[vendor]
    results: dict[str, Pairs] = defaultdict(lambda: {name: [0, 0] for name in QUARTERS})
    for row in made.rows["service_level_results"]:
        if row["vendor"] == vendor:
            results[row["level"]][quarter(row["month"])][0] += row["part"]
            results[row["level"]][quarter(row["month"])][1] += row["whole"]
    open_now = [x for x in tickets if x.ended is None]
    return {
        "kind": KINDS[vendor],
        "tickets": len(tickets),
        "by_quarter": {name: sum(opened_in(x) == name for x in tickets) for name in QUARTERS},
        "backlog": {"open": len(open_now), "oldest": min(x.number for x in open_now) if open_now else ""},
        "cancelled": sum(x.state == "cancelled" for x in tickets),
        "closed_without_resolution": [x.number for x in tickets if x.state == "closed" and x.resolved is None],
        "caused_by_client": sum(x.caused_by == "client" for x in tickets),
        "excluded_maintenance": sum(x.excluded == "maintenance" for x in tickets),
        "attainment": {
            level.level: {name: quarters(made_by.attainment(level, tickets, name)) for name in CONVENTIONS}
            for level in levels_of(vendor)
        },
        "reported": {name: results[name] for name in sorted(results)},
        "reopened": {
            "opened": by_quarter((opened_in(x), x.reopens > 0) for x in tickets),
            "resolved": by_quarter((quarter(month_of(x.resolved)), x.reopens > 0) for x in tickets if x.resolved),
        },
    }


def counts(tickets: Sequence[Ticket], holds: Callable[[Ticket], bool]) -> dict[str, int]:
    """How many tickets by the quarter of the opening."""
    return {name: pair[0] for name, pair in by_quarter((opened_in(x), holds(x)) for x in tickets).items()}


def judged(tickets: Sequence[Ticket], found: Callable[[Level, Ticket], bool | None]) -> Pairs:
    """[kept, counted] of all resolution levels together, by the quarter of the opening; None is not counted."""
    rows = []
    for level in levels_of(tickets[0].vendor, ("resolution",)):
        for ticket in tickets:
            if made_by.applies(level, ticket) and made_by.counted(ticket):
                kept = found(level, ticket)
                rows += [] if kept is None else [(opened_in(ticket), kept)]
    return by_quarter(rows)


def by_contract(level: Level, ticket: Ticket) -> bool | None:
    """Whether a ticket kept a level; None where it does not count."""
    return None if made_by.excluded(level, ticket) else made_by.kept(level, ticket)


def alder_truths(tickets: Sequence[Ticket]) -> Row:
    """What comes back."""
    return {
        "share_planted": list(made_by.COMES_BACK),
        "came_back_planted": counts(tickets, lambda x: x.planted == "came_back"),
        "follow_ups": counts(tickets, lambda x: x.parent is not None),
        "contract": judged(tickets, by_contract),
    }


def birch_truths(tickets: Sequence[Ticket]) -> Row:
    """What the client caused, the step, the clocks and the hours of service."""
    by_rule = {
        "raw": judged(tickets, lambda level, x: made_by.kept(level, x, ())),
        "pauses": judged(tickets, made_by.kept),
        "exclusions": judged(
            tickets, lambda level, x: None if made_by.excluded(level, x) else made_by.kept(level, x, ())
        ),
        "contract": judged(tickets, by_contract),
    }
    waited = {
        party: {
            name: round(
                sum(b - a for x in tickets if opened_in(x) == name for a, b in made_by.stopped(x, (party,))) / 60, 1
            )
            for name in QUARTERS
        }
        for party in ("client", "third_party")
    }
    desk = DESKS["birch"]
    medians = {f"P{p}": [desk.median[p] / 60, round(desk.median[p] * made_by.STEP_FACTOR / 60, 2)] for p in (2, 3)}
    changes = [x for x in tickets if x.planted == "clock_change"]
    months = {}
    for month in MONTHS:
        down, window = made_by.downtime(tickets, month), made_by.downtime(tickets, month, "maintenance")
        months[month] = {"down": down, "down_in_window": window, "agreed": made_by.availability(tickets, month)[1]}
    return {
        "by_rule": by_rule,
        "waited_hours": waited,
        "caused_by_client_by_quarter": counts(tickets, lambda x: x.caused_by == "client"),
        "step": {"month": made_by.STEP_MONTH, "factor": made_by.STEP_FACTOR, "true_median_hours": medians},
        "clock_changes": [clock_truth(x, pair) for x, pair in zip(changes, made_by.CLOCK_CHANGES, strict=True)],
        "availability": months,
        "down_planted": made_by.DOWN,
        "backups_planted": made_by.BACKUPS,
    }


def clock_truth(ticket: Ticket, pair: tuple[str, str]) -> Row:
    """A ticket during which clocks changed."""
    wall = datetime.fromisoformat(pair[1]) - datetime.fromisoformat(pair[0])
    passed = (ticket.ended or 0) - ticket.opened
    on_wall = round(wall.total_seconds() / 3600, 2)
    return {"ticket": ticket.number, "on_the_wall": on_wall, "passed": round(passed / 60, 2), "kept": passed <= 480}


def cedar_truths(tickets: Sequence[Ticket], made: Quality) -> Row:
    """One distribution, releases, defects and deployments."""
    desk, levels = DESKS["cedar"], levels_of("cedar")
    draws = {x.level: desk.taken_up if x.measure == "response" else spread_of(desk, x) for x in levels}
    shares = {x.level: normal(math.log(x.limit / draws[x.level][0]) / draws[x.level][1]) for x in levels}
    contract = judged(tickets, by_contract)
    compared = {name: contract[name] for name in QUARTERS[-2:]}
    removal = {row["release"]: [0, 0] for row in made.rows["releases"]}
    for row in made.rows["defects"]:
        if row["rejected"] == "no":
            removal[row["release"]][row["phase"] == "production"] += 1
    return {
        "true_share_kept": {name: round(share, 4) for name, share in shares.items()},
        "true_median_hours": {name: round(median / 60, 3) for name, (median, _) in draws.items()},
        "contract": contract,
        "compared": compared,
        "removal": removal,
        "deployments": deployment_truths(made.rows["deployments"]),
    }


def spread_of(desk: made_by.Desk, level: Level) -> tuple[float, float]:
    """Median and spread of the work on a level's priority."""
    return desk.median[level.priority or 0], desk.spread[level.priority or 0]


def normal(z: float) -> float:
    """The share of a standard normal distribution below z."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def deployment_truths(rows: Sequence[Row]) -> Row:
    """Counts and plain medians, for the last quarter and for all."""

    def hours(start: str, end: str) -> float:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600

    found = {}
    for name, chosen in {"all": rows, QUARTERS[-1]: [x for x in rows if x["deployed"] >= "2026-07-01"]}.items():
        failed = [x for x in chosen if x["failed"] == "yes"]
        found[name] = {
            "failed": [len(failed), len(chosen)],
            "rework": [sum(x["rework"] == "yes" for x in chosen), len(chosen)],
            "median_lead_hours": round(median(hours(x["committed"], x["deployed"]) for x in chosen), 3),
            "median_restore_hours": round(median(hours(x["deployed"], x["restored"]) for x in failed), 3),
        }
    return found


PLANTED = ("bunched", "lowered", "reopened", "covered")


def elm_truths(tickets: Sequence[Ticket]) -> Row:
    """What was done to the numbers, and what they would have been."""
    limits = {2: 480, 3: 960}

    def unmanaged(ticket: Ticket) -> bool | None:
        seen = ticket.kind == "incident" and ticket.first_priority in limits and made_by.counted(ticket)
        return ticket.work <= limits[ticket.first_priority] if seen and ticket.caused_by != "client" else None

    natural = [(opened_in(x), unmanaged(x)) for x in tickets if x.ended is not None]
    lowered = [x for x in tickets if x.priority > x.first_priority]
    waiting = by_quarter((opened_in(x), any(party == "client" for *_, party, _ in x.pauses)) for x in tickets)
    return {
        "managed_from": made_by.MANAGED_FROM,
        "covered_from": made_by.COVERED_FROM,
        "planted": {kind: sum(x.planted == kind for x in tickets) for kind in PLANTED},
        "planted_by_quarter": {kind: counts(tickets, lambda x, kind=kind: x.planted == kind) for kind in PLANTED},
        "planted_tickets": {kind: [x.number for x in tickets if x.planted == kind] for kind in PLANTED},
        "honest": {
            "lowered": sum(x.planted != "lowered" for x in lowered),
            "raised": sum(x.priority < x.first_priority for x in tickets),
            "reopened": sum(x.reopens > 0 and x.planted != "reopened" for x in tickets),
        },
        "unmanaged": by_quarter((name, kept) for name, kept in natural if kept is not None),
        "contract": judged(tickets, by_contract),
        "waiting_share": waiting,
    }


def quality_truths(made: Quality) -> Row:
    """Everything planted in the quality tables, by vendor."""
    found = {vendor: common_truths(vendor, made) for vendor in made.tickets}
    found["alder"] |= alder_truths(made.tickets["alder"])
    found["birch"] |= birch_truths(made.tickets["birch"])
    found["cedar"] |= cedar_truths(made.tickets["cedar"], made)
    found["elm"] |= elm_truths(made.tickets["elm"])
    for vendor, dues in made.dues.items():
        found[vendor]["credits"] = made_by.credit_truths(vendor, dues)
    found["dogwood"] = {"kind": KINDS["dogwood"], "tickets": 0}
    return {"quarters": list(QUARTERS), "vendors": dict(sorted(found.items()))}


class Compact(yaml.SafeDumper):
    """Writes a mapping to numbers or pairs on one line."""

    def represent_dict(self, data: Row) -> yaml.MappingNode:
        """A mapping, on one line where it holds nothing longer than a pair."""
        short = all(isinstance(x, int | float) or (isinstance(x, list) and len(x) == 2) for x in data.values())
        return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True if short else None)

    def ignore_aliases(self, data: object) -> bool:
        """No anchors: a reader wants to see the figures."""
        return True


Compact.add_representer(dict, Compact.represent_dict)


def truths_text(made: Quality) -> str:
    """The part of truths.yaml on quality: what is meant, and the figures."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in RULES.splitlines())
    options = {"sort_keys": False, "allow_unicode": True, "width": 200, "default_flow_style": None}
    return f"\n{comment}{yaml.dump({'quality': quality_truths(made)}, Dumper=Compact, **options)}"


def figures_text(made: Quality) -> str:
    """The tables of figures that stand in README.md."""
    found = quality_truths(made)["vendors"]
    before, last = QUARTERS[-2:]
    lines = [
        f"| vendor | tickets | kept by the contract, {before} | {last} | reopened, {QUARTERS[0]} | {last} | open at the end |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for vendor, facts in found.items():
        if facts["tickets"]:
            kept = facts["by_rule"]["contract"] if "by_rule" in facts else facts["contract"]
            back = facts["reopened"]["opened"]
            cells = [per_cent(pair) for pair in (kept[before], kept[last], back[QUARTERS[0]], back[last])]
            lines.append(
                " | ".join([f"| `{vendor}`", f"{facts['tickets']:,}", *cells, str(facts["backlog"]["open"])]) + " |"
            )
    raw = found["birch"]["by_rule"]["raw"][last]
    managed = ", ".join(f"{count} {kind}" for kind, count in found["elm"]["planted"].items())
    lines += [
        "",
        f"Birch in {last} without pauses and exclusions: {per_cent(raw)}.",
        f"Elm's planted tickets: {managed}; in {last}, {per_cent(found['elm']['unmanaged'][last])} would have been in time by",
        "the work that they took.",
        "",
        "| vendor | credits due, GBP | earned back | credited | never claimed |",
        "|---|--:|--:|--:|--:|",
    ]
    for vendor, facts in found.items():
        if "credits" in facts:
            amounts = [
                f"{facts['credits']['total'][name]:,.2f}" for name in ("due", "earned_back", "credited", "unclaimed")
            ]
            lines.append(" | ".join([f"| `{vendor}`", *amounts]) + " |")
    return "\n".join(lines)


def per_cent(pair: Sequence[int]) -> str:
    """A share on paper."""
    return f"{pair[0] / pair[1]:.1%}"
