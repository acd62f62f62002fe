"""What a photo costs each part of a bot, and how many photos the parts of a plan bear."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one photo asks of a part, or what a part allows, and where the figure is from."""

    name: str
    value: float
    what: str
    source: str


MEASURED = "`tests/photo_costs.py`"
COSTS = (
    Cost("loop-ms", 10.9, "CPU of the bot's event loop, ms a photo", MEASURED),
    Cost("thread-ms", 23.8, "CPU of its other threads: decoding, model, picture, ms a photo", MEASURED),
    Cost("database-ms", 2.8, "CPU of PostgreSQL, ms a photo", MEASURED),
    Cost("in-kb", 59.5, "from Telegram, kB a photo", MEASURED),
    Cost("out-kb", 60.3, "to Telegram, kB a photo", MEASURED),
    Cost("kept-kb", 2.3, "PostgreSQL keeps, indexes and rows not yet vacuumed included, kB a photo", MEASURED),
    Cost("log-kb", 3.9, "PostgreSQL writes to its log, kB a photo", MEASURED),
    Cost("writes", 4, "transactions that write, a photo", "[decisions](decisions.md)"),
    Cost("flush-ms", 0.77, "the disk makes a commit last, ms", "`pgbench`, below"),
    Cost("call-ms", 60, "a call of Telegram's, ms, mean of an exponential", "assumed"),
    Cost("calls", 3, "calls that are waited for: two for the photo, one to answer", "`bot/handlers`"),
    Cost("burst", 3, "photos that a person sends at once, mean of a geometric distribution", "assumed"),
    Cost("bot-messages", 30, "messages a second that Telegram takes from a bot", "Telegram's Bots FAQ"),
    Cost("chat-messages", 1, "messages a second that it takes for a chat", "Telegram's Bots FAQ"),
    Cost("connections", 40, "updates of a webhook on the way at once", "`bot/updates/webhook.py`"),
    Cost("slots", 32, "updates in hand at once, a process", "`bot/updates/share.py`"),
    Cost("mbit", 100, "Mbit/s each way, a process", "assumed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What runs: processes of `cores` cores each, as many for each bot, and databases that bots are shared out to."""

    name: str
    rate: float  # photos a second
    bots: int = 1
    processes: int = 1
    cores: int = 4
    databases: int = 1
    database_cores: int = 2
    bot_messages: float = 0  # that Telegram takes of each bot, where it agreed to more than it says in general

    def words(self) -> str:
        """Return the plan as the tables name it."""
        counts = ((self.bots, "bot"), (self.processes, "process"), (self.databases, "database"))
        plurals = {"bot": "bots", "process": "processes", "database": "databases"}
        bots, processes, databases = (f"{count} {word if count == 1 else plurals[word]}" for count, word in counts)
        limit = f" ({self.bot_messages:g} messages a second)" if self.bot_messages else ""
        return f"{bots}{limit}, {processes} of {self.cores} cores, {databases} of {self.database_cores} cores"


def capacities(plan: Plan, cost: dict[str, float]) -> dict[str, float]:
    """Return by part how many photos a second it bears when it does nothing else and never rests.

    One core of a process is its event loop's. A commit that notifies (NOTIFY) lets no other such commit of its database
    through until it is on the disk, and under load waits for the flush before its own, too.
    """
    in_hand = cost["calls"] * cost["call-ms"] + cost["loop-ms"] + cost["thread-ms"] + 3 * _write_ms(cost)
    kilobytes = max(cost["in-kb"], cost["out-kb"])
    return {
        "Telegram: messages of a bot": plan.bots * (plan.bot_messages or cost["bot-messages"]),
        "event loops": plan.processes * 1000 / cost["loop-ms"],
        "cores for photos": plan.processes * (plan.cores - 1) * 1000 / cost["thread-ms"],
        "commits that notify": plan.databases * 1000 / (2 * cost["flush-ms"]),
        "PostgreSQL's cores": plan.databases * plan.database_cores * 1000 / cost["database-ms"],
        "slots": plan.processes * cost["slots"] * 1000 / in_hand,
        "network": plan.processes * cost["mbit"] * 125 / kilobytes,
        "webhook's connections": plan.bots * cost["connections"] * 1000 / (cost["call-ms"] + _write_ms(cost)),
    }


def _write_ms(cost: dict[str, float]) -> float:
    return cost["database-ms"] / cost["writes"] + cost["flush-ms"]
