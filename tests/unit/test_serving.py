"""How a model server runs a model: what the card says of it, and several cases together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import tiny
import tiny_apart
import tiny_form
from tiny_apart import RAISE

from bot.cli.cluster.batches import Batches
from classifiers.card import read_card
from classifiers.engines.remote.served_model import ServedModel
from classifiers.errors import CardFaults, EngineFailed
from classifiers.isolated.framing import Frame


def faults(path: Path) -> list[str]:
    with pytest.raises(CardFaults) as refused:
        read_card(path)
    return [fault.removeprefix(f"{path}: ") for fault in refused.value.faults]


def test_what_is_wrong_with_it_is_named_like_all_else(tmp_path: Path) -> None:
    wrong = {"replicas": {"min": 3, "max": 2, "down_after": 0}, "batch": 0, "threads": 4}
    for path in (
        tiny.write(tmp_path / "photo", tiny.content(serving=wrong)),
        tiny_form.write(tmp_path / "form", tiny_form.content(serving=wrong)),
    ):
        assert sorted(faults(path)) == [
            "serving.batch: Input should be greater than or equal to 1",
            "serving.replicas.down_after: Input should be greater than or equal to 1",
            "serving.replicas.min: 3 is more than max, 2",
            "serving.threads: there is no such key",
        ]


def test_nothing_need_be_said_of_it(tmp_path: Path) -> None:
    serving = read_card(tiny.write(tmp_path)).serving
    assert (serving.replicas.min, serving.replicas.max, serving.batch, serving.wait_ms) == (1, 8, 16, 5)
    assert (serving.cpus, serving.gpus, serving.replicas.down_after) == (1, 0, 600)
    given = read_card(tiny.write(tmp_path, tiny.content(serving={"replicas": {"max": 2}, "gpus": 0.5}))).serving
    assert (given.replicas.min, given.replicas.max, given.gpus) == (1, 2, 0.5)


def photos(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(1).integers(0, 256, (count, 16, 16, 3), dtype=np.uint8))


def bits(frame: object) -> list[bytes]:
    assert isinstance(frame, Frame)
    return [one.tobytes() for one in frame.arrays]


@pytest.mark.parametrize("model", ["logits", "int8", "outline"])
def test_cases_that_are_run_together_have_the_same_outputs_to_the_last_bit(tmp_path: Path, model: str) -> None:
    served = ServedModel(read_card(tiny.write(tmp_path, tiny.content(model), model=model)), tmp_path)
    assert served.batch == 16
    assert [bits(one) for one in served.run_batch(photos(5))] == [bits(served.run(photo)) for photo in photos(5)]


# Adds what another photo of the batch has: as sums in another order would, only more.
MIXES = """
class Odd:
    def __init__(self, folder):
        pass

    def score(self, pixels):
        return [0.5, 0.3, 0.2]

    def score_batch(self, photos):
        return [[0.5, 0.3, 0.2 + 1e-9 * at] if at < 2 else [0.4, 0.4, 0.2] for at in range(len(photos))]
"""


def test_a_model_that_answers_differently_together_is_run_one_by_one(tmp_path: Path) -> None:
    path = tiny_apart.write(tmp_path, tiny_apart.odd(tmp_path))
    (tmp_path / "odd.py").write_text(MIXES)
    served = ServedModel(read_card(path), tmp_path, tiny_apart.TRUSTED)
    assert served.batch == 1
    assert len({tuple(bits(one)) for one in served.run_batch(photos(3))}) == 1
    served.close()


def test_one_that_goes_wrong_spoils_no_other_of_its_batch(tmp_path: Path) -> None:
    served = ServedModel(read_card(tiny_apart.write(tmp_path, tiny_apart.odd(tmp_path))), tmp_path, tiny_apart.TRUSTED)
    bad = np.tile(np.array([RAISE, 0, 0], dtype=np.uint8), (16, 16, 1))
    first, wrong, last = served.run_batch([photos(2)[0], bad, photos(2)[1]])
    assert isinstance(wrong, EngineFailed)
    assert "I do not like it" in str(wrong)
    assert [bits(first), bits(last)] == [bits(served.run(photo)) for photo in photos(2)]
    served.close()


async def test_what_comes_while_others_run_is_run_together_next() -> None:
    going, batches = asyncio.Event(), []

    async def run(cases: list[int]) -> list[int]:
        batches.append(cases)
        await going.wait()
        return [10 * case for case in cases]

    ask = Batches(run, most=3, wait=0.0)
    first = asyncio.create_task(ask(0))
    while not batches:  # noqa: ASYNC110
        await asyncio.sleep(0)
    others = [asyncio.create_task(ask(case)) for case in range(1, 7)]
    await asyncio.sleep(0)
    others[1].cancel()  # its person has gone
    await asyncio.sleep(0)
    going.set()
    assert await first == 0
    assert await asyncio.gather(*others[:1], *others[2:]) == [10, 30, 40, 50, 60]
    assert batches == [[0], [1, 3], [4, 5, 6]]
    assert await ask(7) == 70


async def test_a_batch_that_goes_wrong_is_told_to_all_of_it_and_the_next_is_run() -> None:
    async def run(cases: list[int]) -> list[int]:
        if 1 in cases:
            raise ValueError("I do not like it")
        return cases

    ask = Batches(run, most=2, wait=0.001)
    found = await asyncio.gather(ask(1), ask(2), ask(3), return_exceptions=True)
    assert [type(one) for one in found] == [ValueError, ValueError, int]
