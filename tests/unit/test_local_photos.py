"""The sizes of a photo, and the store that keeps them."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from pictures import painted, size_of
from PIL import Image
from processes import until

from bot.local.state import photo_sizes
from bot.local.state.counter import BLOCK, Counter
from bot.local.state.files import FileStore
from bot.local.state.records import Media, Upload


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ((4000, 3000), [(90, 68), (320, 240), (800, 600), (1280, 960)]),
        ((1280, 960), [(90, 68), (320, 240), (800, 600), (1280, 960)]),
        ((1000, 500), [(90, 45), (320, 160), (800, 400), (1000, 500)]),
        ((200, 300), [(60, 90), (200, 300)]),
        ((1, 1), [(1, 1)]),
        ((2000, 100), [(90, 4), (320, 16), (800, 40), (1280, 64)]),
    ],
)
def test_a_photo_comes_in_telegrams_sizes_and_is_never_enlarged(
    given: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    assert photo_sizes.sizes(*given) == sizes


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA", "P", "I;16", "1"])
def test_any_kind_of_picture_becomes_a_plain_jpeg(tmp_path: Path, form: str, mode: str) -> None:
    picture = Image.linear_gradient("L").convert(mode)
    if (mode, form) == ("I;16", "PNG"):  # the one form that has sixteen bits
        picture = picture.point(lambda grey: grey * 256)
    try:
        picture.save(tmp_path / "in", form)
    except (OSError, ValueError):
        Image.linear_gradient("L").convert("RGB").save(tmp_path / "in", form)
    photo_sizes.resample(tmp_path / "in", tmp_path / "out.jpg", 90, 90)
    with Image.open(tmp_path / "out.jpg") as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (90, 90))
        grey = made.convert("L")
        assert grey.getpixel((45, 5)) < 40
        assert grey.getpixel((45, 85)) > 215


def test_a_photo_lying_on_its_side_is_stood_up_and_loses_its_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "somebody's phone"
    (tmp_path / "in").write_bytes(painted(400, 200, exif=exif))
    assert photo_sizes.dimensions(tmp_path / "in") == (200, 400)
    photo_sizes.resample(tmp_path / "in", tmp_path / "out.jpg", 100, 200)
    with Image.open(tmp_path / "out.jpg") as made:
        assert made.size == (100, 200)
        assert not made.getexif()


def test_a_file_that_is_no_picture_has_no_dimensions(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"%PDF-1.4")
    assert photo_sizes.dimensions(tmp_path / "in") is None


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"icc_profile": b"p" * 70_000}, {"comment": b"x"}])
@pytest.mark.parametrize(("orientation", "seen"), [(None, (400, 200)), (3, (400, 200)), (6, (200, 400))])
def test_a_jpeg_s_dimensions_are_the_same_in_memory_and_on_the_disk(
    tmp_path: Path, how: dict[str, Any], orientation: int | None, seen: tuple[int, int]
) -> None:
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    Image.new("RGB", (400, 200)).save(tmp_path / "in", "JPEG", **how, **({"exif": exif} if orientation else {}))
    assert photo_sizes.dimensions(tmp_path / "in") == seen
    assert photo_sizes.dimensions(io.BytesIO((tmp_path / "in").read_bytes())) == seen


@pytest.mark.parametrize("length", [0, 2, 3, 20, 150, 170, 500])
def test_a_jpeg_whose_header_breaks_off_has_no_dimensions(length: int) -> None:
    assert photo_sizes.dimensions(io.BytesIO(painted()[:length])) is None


def test_a_png_s_dimensions_are_known_without_its_pixels() -> None:
    whole = io.BytesIO()
    Image.effect_noise((300, 200), 50).save(whole, "PNG")
    assert photo_sizes.dimensions(io.BytesIO(whole.getvalue()[: len(whole.getvalue()) // 2])) == (300, 200)


def test_a_png_that_says_so_is_stood_up(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200)).save(tmp_path / "in", "PNG", exif=exif)
    assert photo_sizes.dimensions(tmp_path / "in") == (200, 400)
    photo_sizes.resample(tmp_path / "in", tmp_path / "out.jpg", 100, 200)
    assert size_of((tmp_path / "out.jpg").read_bytes()) == (100, 200)


async def upload(store: FileStore, content: bytes, *, on_disk: bool = False) -> Upload:
    place = store.new_place()
    if on_disk:
        await asyncio.to_thread(place.write_bytes, content)
    held = None if on_disk else content
    return Upload(path=place, name="a.jpg", mime="image/jpeg", size=len(content), content=held)


async def kept(store: FileStore, content: bytes, *, on_disk: bool = False) -> Media:
    media = await store.add_photo(await upload(store, content, on_disk=on_disk))
    assert media is not None
    return media


@pytest.mark.parametrize("in_memory", [0, 2**20])
async def test_a_small_file_is_the_same_in_memory_and_on_the_disk(tmp_path: Path, in_memory: int) -> None:
    store = FileStore(tmp_path / "files", in_memory=in_memory)
    media = await store.add_file(await upload(store, b"some words"), "document")
    path, size = await store.ready(media, media.main)
    assert (path.read_bytes(), size, path.stat().st_mode & 0o777) == (b"some words", 10, 0o600)
    photo = await kept(store, painted(400, 300))
    path, _ = await store.ready(photo, photo.files[1])
    assert size_of(path.read_bytes()) == (320, 240)
    store.close()


async def test_nothing_is_left_of_a_small_file_that_was_dropped_on_its_way_to_the_disk(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", room=1_000, in_memory=0)
    for _ in range(20):
        media = await store.add_file(await upload(store, bytes(900)), "document")
    await store.ready(media, media.main)
    await until(lambda: len(list((tmp_path / "files").iterdir())) == 1)
    assert (await store.ready(media, media.main))[0].read_bytes() == bytes(900)
    store.close()


async def test_each_size_of_a_strip_is_a_file_of_its_own(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    strip = await kept(store, painted(5, 91))
    assert [(file.width, file.height) for file in strip.files] == [(5, 90), (5, 91)]
    made = [(await store.ready(strip, file))[0].read_bytes() for file in strip.files]
    assert [size_of(size) for size in made] == [(5, 90), (5, 91)]
    assert len({file.unique_id for file in strip.files}) == 2
    store.close()


async def test_the_oldest_photos_go_when_there_is_no_more_room(tmp_path: Path) -> None:
    picture = painted(400, 300)
    store = FileStore(tmp_path / "files", room=10 * len(picture))
    all_kept = [await kept(store, picture) for _ in range(40)]
    assert store.find(all_kept[-1].main.file_id)
    assert store.find(all_kept[0].main.file_id) is None
    assert sum(file.stat().st_size for file in (tmp_path / "files").iterdir()) <= 10 * len(picture)
    with pytest.raises(FileNotFoundError):
        await store.ready(all_kept[0], all_kept[0].main)
    store.close()
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize("on_disk", [False, True])
async def test_a_size_is_made_when_it_is_asked_for_and_only_once(tmp_path: Path, on_disk: bool) -> None:
    store = FileStore(tmp_path / "files")
    media = await kept(store, painted(1000, 800), on_disk=on_disk)
    assert not media.files[1].path.exists()
    asked = await asyncio.gather(*(store.ready(media, media.files[1]) for _ in range(5)))
    assert len(set(asked)) == 1
    assert size_of(asked[0][0].read_bytes()) == (320, 256)
    again = await kept(store, painted(1000, 800), on_disk=on_disk)
    path, size = await store.ready(again, again.files[1])
    assert path.stat().st_size == size == asked[0][1]
    store.close()


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    first = Counter(tmp_path / "number", least=7)
    assert [first.take(), first.take()] == [7, 8]
    again = Counter(tmp_path / "number", least=7)
    assert 8 < again.take() <= 8 + BLOCK
