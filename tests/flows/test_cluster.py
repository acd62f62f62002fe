"""Models on Ray Serve: the same findings, many at once, a card replaced while calls go on, a machine that dies among them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tiny
import tiny_form
from loopback import LoopbackOnly, child

from classifiers.card import read_card
from classifiers.engines.remote.engine import RemoteEngine
from classifiers.engines.remote.model_server import ModelServer
from classifiers.plugin import blank, load, prepare
from classifiers.scores import Scores

RAY = Path(sys.executable).with_name("ray")
PORT = 8000
TIMEOUT = 120.0  # seconds, on a machine that has other things to do
LINES = [{"card": "colour/card.yaml"}, {"card": "heart/card.yaml"}]


@dataclass(frozen=True)
class Cluster:
    """Two machines, as far as Ray can tell, and `checkup cluster` on the first."""

    folder: Path
    url: str  # of the models
    command: subprocess.Popen[bytes]  # that entered the namespace and runs `checkup cluster` there
    second: int  # the second machine's raylet, whose end is that of all that runs there

    def signal(self, number: signal.Signals) -> None:
        """Send `checkup cluster` a signal."""
        os.kill(child(self.command.pid), number)

    def log(self) -> str:
        """What `checkup cluster` has said so far."""
        return (self.folder / "cluster.txt").read_text()


def wait_for(holds: Callable[[], object], log: Path) -> None:
    until = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.05)


def raylets() -> set[int]:
    """Return the processes that are a machine of Ray's."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/comm"):
        try:
            if status.read_text() == "raylet\n":
                found.add(int(status.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The cluster, for all tests of this module."""
    before = raylets()
    with (
        tempfile.TemporaryDirectory(prefix="ray") as name,
        LoopbackOnly(Path(name)) as inside,
    ):  # sockets need short paths
        folder = Path(name)
        card(folder, "1")
        tiny_form.write(folder / "heart", tiny_form.content(serving={"cpus": 0.25}))
        registry = tiny.registry(folder, *LINES)
        environment = {
            "PATH": f"{RAY.parent}:{os.environ['PATH']}",
            "HOME": name,
            "RAY_TMPDIR": name,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
        }
        node = [str(RAY), "start", "--node-ip-address=127.0.0.1", "--disable-usage-stats", "--block"]
        inside.start(
            *node, "--head", "--port=6379", "--num-cpus=1", "--include-dashboard=false", log="head.txt", **environment
        )
        wait_for(lambda: len(raylets() - before) == 1, folder / "head.txt")
        first = raylets()
        inside.start(*node, "--address=127.0.0.1:6379", "--num-cpus=1", log="second.txt", **environment)
        wait_for(lambda: len(raylets() - first) == 1, folder / "second.txt")
        (second,) = raylets() - first
        environment |= {"RAY_ADDRESS": "127.0.0.1:6379", "CHECKUP_REGISTRY": str(registry)}
        deploying = inside.start(
            sys.executable, "-m", "bot", "cluster", "--port", str(PORT), log="cluster.txt", **environment
        )
        wait_for(lambda: "served at" in (folder / "cluster.txt").read_text(), folder / "cluster.txt")
        with inside.door(PORT) as port:
            yield Cluster(folder, f"http://127.0.0.1:{port}", deploying, second)


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
                os.kill(cluster.second, signal.SIGKILL)
            calls.append(threads.submit(there.score, photo(7)))
            if len(calls) > 8:
                calls[-8].result()
        assert all(bits(call.result()) == wanted for call in calls)
    there.close()


def test_the_end_of_the_command_is_not_that_of_the_models(cluster: Cluster) -> None:
    cluster.signal(signal.SIGTERM)
    assert cluster.command.wait(TIMEOUT) == 0, cluster.log()
    assert "the cluster goes on serving" in cluster.log()
    there = engine(cluster, "colour")
    there.score(photo(1))
    there.close()
