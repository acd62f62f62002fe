"""`checkup bench`: speed and memory on this machine, each figure beside what is wanted of it."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.bench.chat import PEOPLE, PHOTOS_EACH
from bot.cli.bench.chat import chat as measure_chat
from bot.cli.bench.cluster import AT_ONCE, ClusterFigures
from bot.cli.bench.cluster import measure as measure_cluster
from bot.cli.bench.cluster_models import HEAVIER
from bot.cli.bench.cluster_scaling import DOWN_AFTER, Scaling
from bot.cli.bench.cluster_scaling import measure as measure_scaling
from bot.cli.bench.machine import machine
from bot.cli.bench.memory import SETTLED, memory
from bot.cli.bench.replicas import PEOPLE as MANY
from bot.cli.bench.replicas import Replicated
from bot.cli.bench.replicas import replicas as measure_replicas
from bot.cli.bench.speed import Speed, speed, start_seconds
from bot.cli.bench.spots import ALBUM
from bot.cli.bench.spots import PHOTOS_EACH as SPOT_PHOTOS
from bot.cli.bench.spots import followed as measure_followed
from bot.cli.bench.webhook import RATE
from bot.cli.bench.webhook import webhook as measure_webhook
from bot.store.spots import MOST_SPOTS
from classifiers.plugin import PhotoPlugin, is_photo
from classifiers.registry import RegistryEntry, read_registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure: what was measured, what came out, what is wanted, and whether it is so (None: nothing is wanted)."""

    what: str
    figure: str
    wanted: str = ""
    met: bool | None = None


def run_bench(*, photos: int = 1000, chat: bool = True, registry: Path, postgres: str = "") -> None:
    """Measure and print a table. It only tells: a slow machine is no failure. Exits 2 without a disease to measure."""
    entry, plugin = _measurable(registry)
    photos, disease = max(1, photos), entry.id
    console = Console()
    with _measuring(console):
        lines = [_start(start_seconds(registry, disease)), *_speed(speed(plugin)), *_memory(registry, disease, photos)]
        lines += (*_chat(registry), *_followed(registry), *_webhook(registry)) if chat else ()
        lines += _replicas(measure_replicas(postgres, registry)) if postgres else ()
    _print(console, lines)


def run_cluster_bench(registry: Path) -> None:
    """Measure models on Ray Serve and print a table. Exits 2 without a disease to measure, or where Ray cannot be started."""
    entry, _ = _measurable(registry)
    console = Console()
    with _measuring(console):
        try:
            found, scaling = measure_cluster(entry.path), measure_scaling()
        except RuntimeError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error
    _print(console, [*_cluster(found), _scaling(scaling)])


def _measurable(registry: Path) -> tuple[RegistryEntry, PhotoPlugin]:
    """Return the first photo disease on LiteRT. Exits 2 where there is none."""
    for entry in read_registry(registry).entries:
        if entry.plugin and is_photo(entry.plugin) and entry.plugin.engine.runs == "here":
            return entry, entry.plugin
    typer.echo(
        "There is no disease to measure with, a photo disease on LiteRT. What is wrong with a card: checkup check",
        err=True,
    )
    raise typer.Exit(2)


@contextlib.contextmanager
def _measuring(console: Console) -> Iterator[None]:
    console.print(machine(), soft_wrap=True, highlight=False)
    with console.status("measuring: keep the machine otherwise quiet"):
        yield


def _print(console: Console, lines: Sequence[Line]) -> None:
    table = Table("what", "figure", "wanted", "")
    for line in lines:
        table.add_row(line.what, line.figure, line.wanted, {True: "met", False: "NOT MET", None: ""}[line.met])
    console.print(table)


def _cluster(found: ClusterFigures) -> Iterator[Line]:
    figure = f"{found.here:.1f} ms, {found.there:.1f} ms: {found.there - found.here:+.1f} ms"
    yield Line(what="a call of the model in the process, on Ray Serve", figure=figure)
    yield Line(what=f"a call of a model {HEAVIER} times as heavy, on Ray Serve", figure=f"{found.heavy:.0f} ms")
    ratio = found.together / found.alone
    figure = f"{found.alone:.1f}, {found.together:.1f} a second: {ratio:.1f}×"
    what = f"{AT_ONCE} calls of it at once, one by one, together"
    yield Line(what=what, figure=figure, wanted="≥ 1.5×", met=ratio >= 1.5)


def _scaling(found: Scaling) -> Line:
    figure = f"{found.up:.0f} s, {found.down:.0f} s"
    return Line(what=f"a second replica under load; one again, down_after: {DOWN_AFTER}", figure=figure)


def _start(seconds: float) -> Line:
    return Line(what="process start to first answer", figure=f"{seconds:.2f} s", wanted="≤ 2 s", met=seconds <= 2)


def _speed(found: Speed) -> Iterator[Line]:
    yield Line(what="the bare model, one thread", figure=f"{found.bare:.1f} ms")
    ratio = found.found / found.bare
    figure = f"{found.found:.1f} ms, {ratio:.2f}×"
    yield Line(
        what="open, score, screen, conclude: 1280×960 JPEG", figure=figure, wanted="≤ 1.6× bare", met=ratio <= 1.6
    )
    what = "the same, the spot outlined and described"
    if found.plain is None:
        yield Line(what=what, figure=f"{found.examined:.1f} ms", wanted="≤ 2.2× a plain MobileNetV2")
    else:
        ratio = found.examined / found.plain
        figure = f"{found.examined:.1f} ms, {ratio:.2f}×"
        yield Line(what=what, figure=figure, wanted="≤ 2.2× a plain MobileNetV2", met=ratio <= 2.2)
    picture = f"{found.picture:.1f} ms"
    yield Line(what="the picture that explains it", figure=picture, wanted="≤ 12 ms more", met=found.picture <= 12)
    what = "the same network through Keras predict"
    if found.keras is None:
        yield Line(what=what, figure="not installed: make install-train", wanted="≥ 8× bare")
        return
    slower = found.keras / found.bare
    yield Line(what=what, figure=f"{found.keras:.0f} ms, {slower:.1f}×", wanted="≥ 8× bare", met=slower >= 8)


def _memory(registry: Path, disease: str, photos: int) -> Iterator[Line]:
    held = memory(registry, disease, photos)
    if photos > SETTLED:
        figure, grown = f"{held.settled:.0f} MB", held.end - held.settled
        yield Line(what=f"memory after {SETTLED} photos", figure=figure)
        yield Line(what="growth from there on", figure=f"{grown:+.1f} MB", wanted="≤ 5 MB", met=grown <= 5)
    yield Line(
        what=f"memory after {photos} photos", figure=f"{held.end:.0f} MB", wanted="≤ 250 MB", met=held.end <= 250
    )


def _webhook(registry: Path) -> Iterator[Line]:
    found = measure_webhook(registry)
    yield Line(
        what=f"webhook, {RATE} updates a second: received, in the database, 200: median, 99 %",
        figure=f"{found.median:.1f} ms, {found.slow:.1f} ms",
        wanted="≤ 10 ms, ≤ 40 ms",
        met=found.median <= 10 and found.slow <= 40,
    )


def _chat(registry: Path) -> Iterator[Line]:
    found = measure_chat(registry)
    rate = found.photos_per_second
    what = f"{PEOPLE} people sending {PEOPLE * PHOTOS_EACH} photos through the local Bot API server"
    yield Line(what=what, figure=f"{rate:.1f} photos/s", wanted="≥ 30 photos/s", met=rate >= 30)
    ratio, cores = found.cpu / found.alone, os.cpu_count() or 1
    yield Line(
        what="the bot's CPU for a photo / the same consultation alone",
        figure=f"{found.cpu:.1f} / {found.alone:.1f} ms, {ratio:.2f}×",
        wanted="≤ 1.5×",
        met=ratio <= 1.5,
    )
    share = rate * found.alone / 1000 / cores
    what = "photos a second × the consultation's seconds / cores"
    yield Line(what=what, figure=f"{share:.2f}", wanted="≥ 0.5", met=share >= 0.5)
    yield Line(what="from sending to answer: median, 95 %", figure=f"{found.median:.2f} s, {found.slow:.2f} s")
    yield Line(
        what="the bot's memory then", figure=f"{found.memory:.0f} MB", wanted="≤ 250 MB", met=found.memory <= 250
    )


def _followed(registry: Path) -> Iterator[Line]:
    found = measure_followed(registry)
    what = f"/spots of {MOST_SPOTS} spots with {SPOT_PHOTOS} photos each"
    yield Line(what=what, figure=f"{1000 * found.listed:.0f} ms", wanted="≤ 300 ms", met=found.listed <= 0.3)
    what = f"{ALBUM} photos in one album, answered once"
    yield Line(what=what, figure=f"{found.album:.2f} s", wanted="≤ 3 s", met=found.album <= 3)


def _replicas(found: Replicated) -> Iterator[Line]:
    one = found.waiting[1].photos_per_second
    for count, least in ((1, 0.0), (2, 1.9), (4, 3.6)):
        rate = found.waiting[count].photos_per_second
        yield Line(
            what=f"{count} on PostgreSQL, {MANY} people, a model that waits 200 ms",
            figure=f"{rate:.1f} photos/s, {rate / one:.2f}×",
            wanted=f"≥ {least}×" if least else "",
            met=rate / one >= least if least else None,
        )
    for count, answered in found.real.items():
        yield Line(what=f"{count} with the real model", figure=f"{answered.photos_per_second:.1f} photos/s")
    cost = found.sqlite.photos_per_second / found.real[1].photos_per_second
    what = "seconds a photo, PostgreSQL / SQLite, one process"
    yield Line(what=what, figure=f"{cost:.2f}×", wanted="≤ 1.3×", met=cost <= 1.3)
    memory = max(answered.memory for answered in found.real.values())
    yield Line(what="a replica's memory", figure=f"{memory:.0f} MB", wanted="≤ 260 MB", met=memory <= 260)
