"""Models on Ray Serve: the same findings, many at once, a card replaced while calls go on, a machine that dies among them."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tiny
import tiny_form
from loopback import LoopbackOnly
from two_machines import PORT, TIMEOUT, Cluster, two_machines, wait_for

from classifiers.card import read_card
from classifiers.engines.remote.engine import RemoteEngine
from classifiers.engines.remote.model_server import ModelServer
from classifiers.plugin import blank, load, prepare
from classifiers.scores import Scores

LINES = [{"card": "colour/card.yaml"}, {"card": "heart/card.yaml"}]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The cluster, for all tests of this module."""

    def write_registry(folder: Path) -> Path:
        card(folder, "1")
        tiny_form.write(folder / "heart", tiny_form.content(serving={"cpus": 0.25}))
        return tiny.registry(folder, *LINES)

    with two_machines(write_registry) as running:
        yield running


def card(folder: Path, version: str) -> None:
    """Write the card of the photo disease, of this version, with two replicas."""
    serving = {"replicas": {"min": 2, "max": 2}, "wait_ms": 20, "cpus": 0.75}
    tiny.write(folder / "colour", tiny.content(model__version=version, serving=serving))


def engine(cluster: Cluster, disease: str) -> RemoteEngine:
    """Return the engine of a disease, whose card is read now."""
    return RemoteEngine(read_card(cluster.folder / disease / "card.yaml"), ModelServer(cluster.url))


def photo(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(80, 200, (16, 16, 3)).astype(np.uint8)


def bits(scores: Scores) -> list[bytes]:
    return [
        np.asarray(getattr(scores, name)).tobytes() for name in Scores.__slots__ if getattr(scores, name) is not None
    ]


def test_scores_are_the_same_byte_for_byte_one_by_one_and_many_at_once(cluster: Cluster) -> None:
    here = load(read_card(cluster.folder / "colour" / "card.yaml"))
    there = engine(cluster, "colour")
    wanted = [bits(here.engine.score(photo(seed))) for seed in range(40)]
    assert [bits(there.score(photo(seed))) for seed in range(3)] == wanted[:3]
    with ThreadPoolExecutor(20) as threads:
        assert [bits(one) for one in threads.map(there.score, map(photo, range(40)))] == wanted
    there.close()
    form = load(read_card(cluster.folder / "heart" / "card.yaml"))
    remote = prepare(form.card, models=cluster.url)
    assert bits(remote.engine.score(blank(form.card))) == bits(form.engine.score(blank(form.card)))
    remote.engine.close()


def test_a_card_is_replaced_while_calls_go_on(cluster: Cluster) -> None:
    old, before = engine(cluster, "colour"), cluster.log().count("served at")
    card(cluster.folder, "2")
    cluster.signal(signal.SIGHUP)
    answered = 0
    until = time.monotonic() + TIMEOUT
    new = engine(cluster, "colour")
    while True:  # the old card is answered until the new one is: replicas of both may be there at once
        assert time.monotonic() < until, cluster.log()[-3000:]
        try:
            old.score(photo(1))
            answered += 1
        except Exception as error:
            assert "it has version 2" in str(error)
            break
    assert answered
    new.score(photo(1))
    wait_for(lambda: cluster.log().count("served at") > before, cluster.folder / "cluster.txt")
    old.close()
    new.close()


def test_a_machine_dies_among_calls_and_every_call_is_answered(cluster: Cluster) -> None:
    there = engine(cluster, "colour")
    wanted = bits(there.score(photo(7)))
    with ThreadPoolExecutor(8) as threads:
        calls: list[Future[Scores]] = []
        for at in range(240):
            if at == 80:
                cluster.kill_second()
            calls.append(threads.submit(there.score, photo(7)))
            if len(calls) > 8:
                calls[-8].result()
        assert all(bits(call.result()) == wanted for call in calls)
    there.close()


def test_an_address_that_is_none_or_is_taken_is_a_sentence() -> None:
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as name, LoopbackOnly(Path(name)) as inside:
        registry = tiny.registry(Path(name))
        given = {"HOME": name, "RAY_TMPDIR": name, "CHECKUP_REGISTRY": str(registry)}
        inside.start(sys.executable, "-m", "http.server", "--bind=127.0.0.1", str(PORT), log="taken.txt")
        command = (sys.executable, "-m", "bot", "cluster", "--port", str(PORT))
        nowhere = inside.start(*command, log="nowhere.txt", **given, RAY_ADDRESS="nowhere")
        away = inside.start(*command, log="away.txt", **given, RAY_ADDRESS="127.0.0.1:1")
        beside = inside.start(*command, log="beside.txt", **given)
        assert [one.wait(TIMEOUT) for one in (nowhere, away, beside)] == [2, 2, 2]
        nowhere, away, beside = ((Path(name) / f"{one}.txt").read_text() for one in ("nowhere", "away", "beside"))
        assert nowhere.startswith("RAY_ADDRESS: must be an address such as 127.0.0.1:")
        assert away == "RAY_ADDRESS: no Ray cluster answers there: [Errno 111] Connection refused\n"
        assert beside == (
            f"The models cannot be asked at http://127.0.0.1:{PORT} (Address already in use (while attempting to bind on address"
            f" ('127.0.0.1', {PORT}))): choose another address with --host or --port, or stop what listens there.\n"
        )


def test_the_end_of_the_command_is_not_that_of_the_models(cluster: Cluster) -> None:
    cluster.signal(signal.SIGTERM)
    assert cluster.command.wait(TIMEOUT) == 0, cluster.log()
    assert "the cluster goes on serving" in cluster.log()
    there = engine(cluster, "colour")
    there.score(photo(1))
    there.close()
