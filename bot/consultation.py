"""One case becomes one recorded finding."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.pictures import explain
from bot.store import Store
from bot.store.records import Entry
from bot.workers import Workers
from classifiers.card import Card
from classifiers.plugin import Examination, Plugin, examine
from classifiers.registry import Registry
from classifiers.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """What came of a case: the finding, the picture of what was looked at (JPEG), and its row in the journal."""

    card: Card
    finding: Finding
    picture: bytes
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """What a consultation needs."""

    registry: Registry
    workers: Workers
    store: Store

    async def look_at(self, photo: bytes, *, disease: str, person: str) -> Consulted:
        """Examine a photo and record what was found. `person` is the keyed hash. Raises Refusal, Fault, StoreError."""
        plugin = self.registry.plugin(disease)
        examination, picture = await self.workers.run(_examined, plugin, photo)
        entry = await self.store.journal.write(_entry(examination, person=person))
        return Consulted(card=plugin.card, finding=examination.finding, picture=picture, entry=entry)


def _examined(plugin: Plugin, photo: bytes) -> tuple[Examination, bytes]:
    examination = examine(plugin, photo)
    return examination, explain(plugin.card, examination)


def _entry(examination: Examination, *, person: str) -> Entry:
    finding = examination.finding
    return Entry(
        time=datetime.now(UTC),
        person=person,
        disease=finding.disease,
        model=finding.model,
        outcome=finding.outcome,
        label=finding.label,
        probabilities=finding.probabilities,
        care=finding.care or "",
        alarm=finding.alarm,
        reasons=finding.reasons,
        milliseconds=examination.milliseconds,
    )
