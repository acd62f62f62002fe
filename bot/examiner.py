"""The examiner: examines one photo or form on a thread, and writes the finding to the journal."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ParamSpec, TypeVar

from PIL import Image

from bot import metrics
from bot.replies.annotated_photo import explain
from bot.replies.plain_photo import plain_jpeg
from bot.store import Store
from bot.store.records import JournalEntry
from bot.store.together import EarlierPhotos, Json
from bot.workers import Busy, Lane, Workers
from classifiers.card import FormCard, PhotoCard
from classifiers.card.questions import Answers
from classifiers.errors import Fault, Unavailable
from classifiers.form.score import FormExamination, examine_form
from classifiers.lesion.abcd import LesionFeatures
from classifiers.live_registry import LiveRegistry, ReloadReport
from classifiers.photo.decode import Photo
from classifiers.photo.open import Unopened, unopened
from classifiers.photo.quality import clearest
from classifiers.plugin import AnyPlugin, Examination, PhotoPlugin, answers_again, examine_opened, least_side
from classifiers.registry import Registry
from classifiers.verdict import Finding, conclude_together

_COSTLY, _AWAY = "costly photos", "model server"  # lanes: in which they are opened, and in which it is asked again
_AT_ONCE = 16  # cases of a disease that a model server is asked for at once, so that it can take some together

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoResult:
    """The result of a photo: its finding, the annotated photo (JPEG), and the id of its journal entry.

    `symptoms` are codes of what its person said about it before; None where they said nothing.
    """

    card: PhotoCard
    finding: Finding
    picture: bytes
    entry: int
    examination: Examination
    symptoms: tuple[str, ...] | None = None

    @property
    def features(self) -> LesionFeatures | None:
        """The outlined lesion's."""
        return self.examination.features


@dataclass(frozen=True, slots=True, kw_only=True)
class JointResult:
    """The result of photos together, which shows the one at `shown`; those at the places `used` count for it."""

    result: PhotoResult
    used: tuple[int, ...]
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormResult:
    """The result of a form, and the id of its journal entry."""

    card: FormCard
    examination: FormExamination
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """Examines cases with the diseases of the live registry."""

    live: LiveRegistry
    workers: Workers
    store: Store
    _reloading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def registry(self) -> Registry:
        """The registry in force. Do not keep it: a reload replaces it."""
        return self.live.registry

    async def reload(self, read: Callable[[], Registry]) -> ReloadReport:
        """Replace the registry, one reload at a time; running cases keep the plugins they started with."""
        async with self._reloading:
            return self.live.replace(await self.workers.run_in_lane("/reload", read))

    def leave_to_others(self, error: Fault) -> None:
        """Raise Busy where a disease that is unavailable in this process is there in another replica."""
        if isinstance(error, Unavailable) and error.diseases & self.store.replicas.offered_elsewhere:
            raise Busy from error

    def check_room(self, disease: str) -> None:
        """Raise Unavailable where a photo cannot be examined now, and Busy where too many wait: before it is downloaded."""
        if self.registry.photo_plugin(disease).engine.runs != "here":
            self.workers.check_lane(disease)

    async def examine_photo(self, photo: bytes, *, disease: str, person: str, source: str) -> PhotoResult:
        """Examine a photo and write the finding to the journal. Raises Refusal, Fault, Busy, StoreError.

        `person` is the keyed hash; `source` names the update, which gets one entry however often it comes.
        """
        plugin, (examination, picture) = await self._look(_examined, photo, disease=disease)
        entry = _entry(examination.finding, examination.milliseconds, person, self.store.now())
        written = await self.store.journal.write(entry, source=source)
        _count(entry)
        return PhotoResult(
            card=plugin.card, finding=examination.finding, picture=picture, entry=written, examination=examination
        )

    async def look_again(self, photo: bytes, *, disease: str) -> tuple[PhotoCard, Examination]:
        """Examine a photo whose finding stands in the journal, for what is not kept there: its outline. Raises as above."""
        plugin, examination = await self._look(_looked_at, photo, disease=disease)
        return plugin.card, examination

    async def open(self, photo: bytes, *, least: int) -> Image.Image:
        """Return a photo opened, its short side not much more than `least` pixels. Raises Refusal, Busy."""
        opened = await self._opened(photo, least=least)
        if isinstance(opened, Unopened):
            opened = await self.workers.run(opened.open, least=least)
        return opened.image

    async def _look(
        self, work: Callable[[PhotoPlugin, Photo | Unopened, float], T], photo: bytes, *, disease: str
    ) -> tuple[PhotoPlugin, T]:
        """Return the disease and what `work` makes of the photo with it. Raises what it raises, Refusal, Busy."""
        with self.live.photo_case(disease) as plugin, _counting_faults(plugin.card.model.engine):
            started = time.perf_counter()
            opened = await self._opened(photo, least=least_side(plugin))
            return plugin, await self._run(plugin, work, plugin, opened, started)

    async def conclude_together(
        self,
        results: Sequence[PhotoResult],
        *,
        earlier: EarlierPhotos | None,
        recalled: Sequence[Finding],
        person: str,
        source: str,
        content: Json,
    ) -> JointResult:
        """Conclude what photos of the same say together, with those of an answer before, and write it to the journal.

        `recalled` are the earlier ones' findings. `content` says where the photos are; the rest is as for a photo. Raises
        StoreError.
        """
        finding, counted = conclude_together(results[0].card, [*(one.finding for one in results), *recalled])
        used = tuple(at for at in counted if at < len(results))
        places = used or tuple(range(len(results)))
        shown = places[clearest([results[at].examination.quality for at in places])]
        if len(results) + len(recalled) == 1:
            return JointResult(result=results[0], used=used, shown=0)
        entry = _entry(finding, sum(one.examination.milliseconds for one in results), person, self.store.now())
        entry = replace(entry, photos=len(counted), symptoms=earlier.symptoms if earlier else None)
        parts = [one.entry for one in results]
        joint = None
        if earlier:
            joint, parts = earlier.joint, [*parts, *(one.id for one in earlier.entries if one.id is not None)]
        written = await self.store.together.write(entry, source=source, parts=parts, before=joint, content=content)
        result = replace(results[shown], finding=finding, entry=written, symptoms=entry.symptoms)
        return JointResult(result=result, used=used, shown=shown)

    async def _opened(self, photo: bytes, *, least: int) -> Photo | Unopened:
        """Return the photo opened where that may take long; nobody else waits for it. Raises Refusal, Busy."""
        file = unopened(photo)
        return file if file.is_cheap else await self.workers.run_in_lane(_COSTLY, file.open, least=least)

    async def plain_copy(self, photo: bytes, *, longest: int) -> bytes:
        """Return a photo as a JPEG with nothing but its pixels, at most `longest` on a side. Raises Refusal, Busy."""
        opened = await self._opened(photo, least=longest)
        return await self.workers.run(plain_jpeg, opened, longest=longest)

    async def score(self, answers: Answers, *, disease: str, person: str, source: str) -> FormResult:
        """Examine a form and write the finding, never the answers, to the journal. Raises Fault, Busy, StoreError.

        `person` and `source` are as for a photo.
        """
        with self.live.form_case(disease) as plugin, _counting_faults(plugin.card.model.engine):
            examination = await self._run(plugin, examine_form, plugin, answers)
        entry = _entry(examination.finding, examination.milliseconds, person, self.store.now())
        written = await self.store.journal.write(entry, source=source)
        _count(entry)
        return FormResult(card=plugin.card, examination=examination, entry=written)

    async def _run(self, plugin: AnyPlugin, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done where nobody else waits for it if the engine may take its time. Raises what it raises, Busy."""
        if plugin.engine.runs == "here":
            return await self.workers.run(work, *args, **kwargs)
        lane = Lane(plugin.card.id, threads=_AT_ONCE if plugin.engine.runs == "remote" else 1)
        return await self.workers.run_in_lane(lane, work, *args, **kwargs)

    async def ask_again(self) -> list[str]:
        """Ask the model server for the diseases that are unavailable; return those that are available again."""
        away = [
            entry.plugin
            for entry in self.registry.entries
            if entry.plugin and entry.plugin.engine.runs == "remote" and not entry.is_offered
        ]
        return [one.card.id for one in away if await self.workers.run_in_lane(_AWAY, answers_again, one)]


def _examined(plugin: PhotoPlugin, photo: Photo | Unopened, started: float) -> tuple[Examination, bytes]:
    examination = _looked_at(plugin, photo, started)
    return examination, explain(plugin.card, examination)


def _looked_at(plugin: PhotoPlugin, photo: Photo | Unopened, started: float) -> Examination:
    opened = photo.open(least=least_side(plugin)) if isinstance(photo, Unopened) else photo
    return examine_opened(plugin, opened, started=started)


@contextlib.contextmanager
def _counting_faults(engine: str) -> Iterator[None]:
    try:
        yield
    except Fault as error:
        metrics.faults.labels(engine, error.code).inc()
        raise


def _count(entry: JournalEntry) -> None:
    metrics.findings.labels(entry.disease, entry.model, entry.outcome, str(entry.alarm).lower()).inc()
    metrics.finding_seconds.labels(entry.disease).observe(entry.milliseconds / 1000)


def _entry(finding: Finding, milliseconds: float, person: str, time: datetime) -> JournalEntry:
    return JournalEntry(
        time=time,
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
