"""One case becomes one recorded finding."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.replies.annotated_photo import explain
from bot.store import Store
from bot.store.records import JournalEntry
from bot.workers import Workers
from classifiers.card import FormCard, PhotoCard
from classifiers.card.questions import Answers
from classifiers.form.score import FormExamination, examine_form
from classifiers.lesion.abcd import LesionFeatures
from classifiers.live_registry import LiveRegistry, ReloadReport
from classifiers.plugin import Examination, PhotoPlugin, examine
from classifiers.registry import Registry
from classifiers.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoResult:
    """What came of a case: the finding, the picture of what was looked at (JPEG), and its row in the journal."""

    card: PhotoCard
    finding: Finding
    picture: bytes
    entry: int
    features: LesionFeatures | None = None  # of the outlined spot


@dataclass(frozen=True, slots=True, kw_only=True)
class FormResult:
    """What came of a form, and its row in the journal."""

    card: FormCard
    examination: FormExamination
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """What a consultation needs."""

    live: LiveRegistry
    workers: Workers
    store: Store
    _reloading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def registry(self) -> Registry:
        """The registry in force: look at it anew each time, for it can be reloaded."""
        return self.live.registry

    async def reload(self, read: Callable[[], Registry]) -> ReloadReport:
        """Read the registry anew, one reload at a time; cases that run go on with what they began with."""
        async with self._reloading:
            return self.live.replace(await self.workers.run_in_lane("/reload", read))

    async def examine_photo(self, photo: bytes, *, disease: str, person: str) -> PhotoResult:
        """Examine a photo and record what was found. `person` is the keyed hash. Raises Refusal, Fault, Busy, StoreError."""
        with self.live.photo_case(disease) as plugin:
            if plugin.engine.isolated:
                examination, picture = await self.workers.run_in_lane(disease, _examined, plugin, photo)
            else:
                examination, picture = await self.workers.run(_examined, plugin, photo)
        entry = await self.store.journal.write(_entry(examination.finding, examination.milliseconds, person))
        return PhotoResult(
            card=plugin.card, finding=examination.finding, picture=picture, entry=entry, features=examination.features
        )

    async def score(self, answers: Answers, *, disease: str, person: str) -> FormResult:
        """Examine a form and record what was found, never its answers. Raises Fault, StoreError."""
        with self.live.form_case(disease) as plugin:
            examination = await self.workers.run(examine_form, plugin, answers)
        entry = await self.store.journal.write(_entry(examination.finding, examination.milliseconds, person))
        return FormResult(card=plugin.card, examination=examination, entry=entry)


def _examined(plugin: PhotoPlugin, photo: bytes) -> tuple[Examination, bytes]:
    examination = examine(plugin, photo)
    return examination, explain(plugin.card, examination)


def _entry(finding: Finding, milliseconds: float, person: str) -> JournalEntry:
    return JournalEntry(
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
        milliseconds=milliseconds,
    )
