"""Files built to cost a decoder time or memory are opened or refused within bounds, and cost nobody else anything."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hostile_files import COSTLY, SMALL_FORMATS, broken, many_scans, png
from photo_bytes import corners, file
from processes import ROOT

from classifiers.errors import Refusal, TooManyPixels, TooMuchWork
from classifiers.photo.header import read_header
from classifiers.photo.open import SECONDS, is_cheap, open_photo

OPENED = {"animation.gif", "cmyk.jpg", "deep-alpha.png", "palette.png", "profile-bomb.png", "text-bomb.png"}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Have the process that decodes costly files started: that is not the files' time."""
    open_photo(file(corners(), "TIFF"), least=32)


@pytest.mark.filterwarnings("ignore")  # Pillow's remarks on what is broken
@pytest.mark.parametrize(("name", "build"), COSTLY.items(), ids=COSTLY.keys())
def test_a_costly_file_is_opened_small_or_refused_in_words(name: str, build: Callable[[], bytes]) -> None:
    try:
        photo = open_photo(build(), least=448)
    except Refusal as refused:
        assert name not in OPENED, refused
    else:
        assert name in OPENED
        assert photo.image.mode == "RGB"
        assert photo.image.width * photo.image.height < 8_000_000


@pytest.mark.parametrize("before", [b"\xff" * 30_000, b"\xff\xfe\0\2" * 30_000, b"\xff\xe1\0\3xjunk" * 30_000])
def test_a_jpeg_with_very_much_before_its_picture_is_opened_where_its_time_is_bounded(before: bytes) -> None:
    data = file(corners(), "JPEG")
    long = data[:2] + before + data[2:]
    assert not is_cheap(read_header(long))
    assert open_photo(long, least=32).image.size == open_photo(data, least=32).image.size
    usual = data[:2] + (b"\xff\xe1\xff\xff" + bytes(65533)) * 300 + data[2:]  # a camera's depth map, in as many parts
    assert is_cheap(read_header(usual))


def test_minutes_of_decoding_are_given_up_and_the_next_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifiers.photo.open.SECONDS", 1.0)
    data = many_scans(2000, 40_000)
    assert not is_cheap(read_header(data))
    started = time.process_time()
    with pytest.raises(TooMuchWork):
        open_photo(data, least=448)
    assert time.process_time() - started < SECONDS  # it was not this process that worked
    assert open_photo(file(corners(600, 400), "TIFF"), least=448).width == 600


def test_costly_files_of_several_people_are_opened_one_after_another_in_one_process() -> None:
    data = png(7_000, 7_000, colour=0)
    with ThreadPoolExecutor(4) as people:
        photos = list(people.map(lambda _: open_photo(data, least=448), range(4)))
    assert {(photo.width, photo.height) for photo in photos} == {(7_000, 7_000)}


# A process counts as its own what it held before it became another program, so that a small one must start what is measured.
_MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-W", "ignore", "-m", "bot", "predict", "--json", sys.argv[1]], stdout=subprocess.DEVNULL)
unit = 2**20 if sys.platform == "darwin" else 2**10
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // unit)
"""


@pytest.mark.parametrize("name", ["palette.png", "deep-alpha.png", "float.tiff", "large.webp", "wide.png"])
def test_no_process_of_the_command_takes_more_memory_than_is_allowed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(COSTLY[name]())
    command = [sys.executable, "-c", _MEASURED, str(tmp_path / name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 400


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (COSTLY["float.tiff"], 17),  # twelve bytes a pixel while it is converted
        (COSTLY["large.webp"], 50),  # four
        (lambda: png(12_000, 10_001), 67),  # three
        (lambda: png(12_000, 10_001, bits=1, colour=3), 120),  # one, but more than we take of any
    ],
)
def test_it_is_bytes_after_decoding_that_are_limited(data: Callable[[], bytes], most: int) -> None:
    with pytest.raises(TooManyPixels) as refused:
        open_photo(data(), least=448)
    assert refused.value.facts["most"] == most


@pytest.mark.parametrize("width", [2250, 4000])
def test_a_large_picture_reduced_in_strips_looks_like_the_whole_one(width: int) -> None:
    small = open_photo(file(corners(width, width), "TIFF"), least=128).image
    whole = corners(width, width).convert("RGB").reduce(width // small.width)
    assert (
        max(
            abs(a - b) for at in ((5, 5), (-5, 5), (5, -5)) for a, b in zip(_at(small, at), _at(whole, at), strict=True)
        )
        <= 2
    )


def _at(image: object, place: tuple[int, int]) -> tuple[int, ...]:
    width, height = image.size  # type: ignore[attr-defined]
    return image.getpixel((place[0] % width, place[1] % height))  # type: ignore[attr-defined, no-any-return]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", SMALL_FORMATS)
def test_broken_files_are_opened_or_refused_and_the_process_is_there_for_the_next(kind: str) -> None:
    for seed in range(15):
        try:
            assert open_photo(broken(kind, seed), least=64).image.mode == "RGB"
        except Refusal:
            continue
    assert open_photo(file(corners(), "TIFF"), least=32).image.mode == "RGB"
