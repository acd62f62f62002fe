"""`checkup bench` measures what it says, here with a disease too small to tell anything of speed."""

from __future__ import annotations

from pathlib import Path

import tiny

from bot.cli.bench.chat import chat
from bot.cli.bench.memory import memory
from bot.cli.bench.replicas import replicas
from bot.cli.bench.speed import speed, start_seconds
from bot.cli.bench.spots import followed
from bot.cli.bench.webhook import webhook


def test_people_get_their_photos_answered_by_a_bot_in_a_process_of_its_own(tmp_path: Path) -> None:
    found = chat(tiny.registry(tmp_path), people=3, photos_each=2, started=0)
    assert found.photos_per_second > 0
    assert 0 < found.median <= found.slow
    assert found.memory > 10
    assert found.cpu >= 0
    assert found.alone > 0


def test_a_long_list_of_spots_and_an_album_are_timed(tmp_path: Path) -> None:
    found = followed(tiny.registry(tmp_path), spots=3, times=1)
    assert found.listed > 0
    assert found.album > 0


def test_replicas_and_one_process_on_sqlite_are_measured_beside_each_other(postgres: str, tmp_path: Path) -> None:
    found = replicas(f"{postgres}/postgres", tiny.registry(tmp_path), counts=(2,), people=3)
    assert found.waiting[2].photos_per_second > 0
    assert found.real[2].memory > 10
    assert found.sqlite.photos_per_second > 0


def test_updates_are_brought_to_a_bot_in_a_process_of_its_own(tmp_path: Path) -> None:
    found = webhook(tiny.registry(tmp_path), updates=20, rate=200)
    assert 0 < found.median <= found.slow


def test_memory_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    found = memory(tiny.registry(tmp_path), "colour", 8)
    assert found.settled == found.end > 10


def test_speed_is_measured_part_by_part(tmp_path: Path) -> None:
    found = speed(tiny.plugin(tmp_path), rounds=2)
    assert 0 < found.bare < found.examined
    assert found.found > 0
    assert found.picture > 0
    assert found.keras is found.plain is None  # Keras has no such network this small


def test_the_start_is_that_of_a_whole_process(tmp_path: Path) -> None:
    assert start_seconds(tiny.registry(tmp_path), "colour", starts=1) > 0
