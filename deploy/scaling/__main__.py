"""Which part of a bot is full first as more photos come, and how long people then wait, simulated from measured costs.

    python deploy/scaling                the tables of docs/scaling.md
    python deploy/scaling --flush-ms 4     with another disk; --help has all costs

Needs Python alone. A photo passes the parts in the order of docs/architecture.md; what waits is served in the order in which
it came. The bots of a plan share nothing but databases, and all databases bear the same, so one of them is simulated.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from costs import COSTS, Plan, capacities
from simulation import simulate

FULL = 0.8  # of a part's time: beyond it waits grow fast, and nothing is left for the hour with most people
TODAY = tuple(Plan(name=f"{rate:,}", rate=rate) for rate in (10, 100, 1000))
PLANS = (
    Plan(name="10", rate=10),
    Plan(name="100, several bots", rate=100, bots=6, processes=6, cores=2),
    Plan(name="100, one bot", rate=100, processes=5, cores=2, bot_messages=1000),
    Plan(name="1,000", rate=1000, bots=48, processes=48, cores=2, databases=3, database_cores=4),
)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def costs_table(cost: dict[str, float]) -> str:
    """Return the costs, and where each is from."""
    rows = [
        [
            f"`--{each.name}`",
            each.what,
            f"{cost[each.name]:g}",
            each.source if cost[each.name] == each.value else "given",
        ]
        for each in COSTS
    ]
    return table(["option", "what", "figure", "from"], rows)


def loads_table(plans: tuple[Plan, ...], cost: dict[str, float]) -> str:
    """Return how much of its time each part is busy; bold where that is too much."""
    each = [(plan.rate, capacities(plan, cost)) for plan in plans]
    rows = []
    for part in each[0][1]:
        shares = [rate / bears[part] for rate, bears in each]
        rows.append([part, *(f"**{share:.0%}**" if share > FULL else f"{share:.0%}" for share in shares)])
    return table(["part", *(plan.name for plan in plans)], rows)


def plans_table(plans: tuple[Plan, ...], cost: dict[str, float]) -> str:
    """Return what runs in each plan, what it keeps in a day and what it sends to a replica of its databases."""
    rows = [
        [
            plan.name,
            f"{plan.rate:,}",
            plan.words(),
            f"{plan.rate * cost['kept-kb'] * 86_400 / 1e6:,.0f}",
            f"{plan.rate * cost['log-kb'] / 125:,.1f}",
        ]
        for plan in plans
    ]
    return table(["plan", "photos a second", "what runs", "GB kept a day", "log, Mbit/s"], rows)


def limits_table(plan: Plan, cost: dict[str, float]) -> str:
    """Return how many photos a second each part bears, what is full first in the first row."""
    rows = sorted(capacities(plan, cost).items(), key=lambda item: item[1])
    return table(["part", "photos a second, at most"], [[part, f"{bears:,.0f}"] for part, bears in rows])


def waits_table(plans: tuple[Plan, ...], cost: dict[str, float]) -> str:
    """Return the simulated seconds from sending a photo to its answer."""
    rows = []
    for plan in plans:
        bears = min(capacities(plan, cost).values())
        world = simulate(plan, cost) if plan.rate < bears else None
        rows.append([plan.name, *([_waits(world.first), _waits(world.every)] if world else ["ever longer"] * 2)])
    return table(["plan", "the first of a person's photos: median, 95 %", "all photos: median, 95 %"], rows)


def _waits(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s, {statistics.quantiles(seconds, n=20)[-1]:.2f} s"


def arguments() -> dict[str, float]:
    """Return the costs, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for cost in COSTS:
        parser.add_argument(f"--{cost.name}", type=float, default=cost.value, help=f"{cost.what} (%(default)g)")
    return {cost.name: getattr(parser.parse_args(), cost.name.replace("-", "_")) for cost in COSTS}


def main() -> None:
    """Print the tables."""
    cost = arguments()
    tables = (
        costs_table(cost),
        limits_table(TODAY[0], cost),
        loads_table(TODAY, cost),
        plans_table(PLANS, cost),
        loads_table(PLANS, cost),
        waits_table(PLANS, cost),
    )
    sys.stdout.write("\n".join(tables))


if __name__ == "__main__":
    main()
