"""The report as Markdown: a chapter for each disease."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from bot.cli.report.tally import TURNED_AWAY, Counts, DiseaseTally, Tally
from classifiers.card.common import Disease

WEEKS = 26  # that the table shows
OUTCOMES = ("sure", "unsure", "findings", "nothing_found", "retake", "not_this")


def page(tally: Tally, cards: dict[str, Disease], pictures: dict[str, Sequence[str]], *, today: date) -> str:
    """Return the page; `pictures` are the names of files beside it, by disease."""
    chapters = [
        "\n\n".join(_chapter(disease, found, cards.get(disease), pictures.get(disease, ())))
        for disease, found in sorted(tally.diseases.items())
    ]
    return (
        "\n\n".join(["# Findings", f"Of the journal, {today.isoformat()}.", *(chapters or ["There are none."])]) + "\n"
    )


def _chapter(disease: str, found: DiseaseTally, card: Disease | None, pictures: Sequence[str]) -> Iterator[str]:
    title = card.title["en"] if card else disease
    versions = ", ".join(f"{model} ({count:,})" for model, count in sorted(found.models.items()))
    yield f"## {title} (`{disease}`)"
    yield f"{found.total.findings:,} findings, by model version: {versions}."
    yield from (f"![{name.rpartition('.')[0].replace('-', ' ')}]({name})" for name in pictures)
    yield "### Shares beside the model card's"
    yield _table(("share", "here", "on the test photos"), _shares(found.total, card))
    yield f"### The last {WEEKS} weeks"
    seen = [outcome for outcome in OUTCOMES if found.total.outcomes[outcome]]
    head = ("week", "findings", *seen, "alarms", "ms, median", "ms, 95 %")
    yield _table(head, (_week(week, counts, seen) for week, counts in sorted(found.weeks.items())[-WEEKS:]))
    if found.feedback:
        yield "### Was this right?"
        said = sorted({word for counter in found.feedback.values() for word in counter})
        rows = ((label, *(f"{counter[word]:,}" for word in said)) for label, counter in sorted(found.feedback.items()))
        yield _table(("label", *said), rows)


def _shares(counts: Counts, card: Disease | None) -> Iterator[tuple[str, ...]]:
    for outcome in OUTCOMES:
        if counts.outcomes[outcome]:
            yield f"`{outcome}`", f"{counts.share(outcome):.3f}", ""
    turned_away = sum(counts.share(outcome) for outcome in TURNED_AWAY)
    unknown = "not on the card" if card else "the registry has no such card"
    yield "turned away", f"{turned_away:.3f}", _span(_values(card, "wrongly_rejected"), "of real lesions") or unknown
    # Between a crowd of harmless lesions and one of the others lies every share that the card expects.
    harmless = [1 - value for value in _values(card, "alarm_specificity")]
    expected = _span([*harmless, *_values(card, "alarm_sensitivity")], "from all harmless to none")
    yield "alarms, of what was judged", f"{counts.alarm_share:.3f}", expected or unknown


def _values(card: Disease | None, name: str) -> list[float]:
    figures = card.evidence.figures if card and card.evidence else []
    return [figure.value for figure in figures if figure.name == name]


def _span(values: Sequence[float], of: str) -> str:
    return f"{min(values):.3f} to {max(values):.3f}, {of}" if values else ""


def _week(week: str, counts: Counts, seen: Sequence[str]) -> tuple[str, ...]:
    median, slow = np.percentile(counts.milliseconds, (50, 95))
    shares = (f"{counts.share(outcome):.3f}" for outcome in seen)
    return week, f"{counts.findings:,}", *shares, f"{counts.alarm_share:.3f}", f"{median:.0f}", f"{slow:.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (" | ".join(cell.replace("|", r"\|") for cell in cells) for cells in (head, ["---"] * len(head), *rows))
    return "\n".join(f"| {line} |" for line in lines)
