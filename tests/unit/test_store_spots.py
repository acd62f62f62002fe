"""Spots that people follow: nobody sees another one's, a photo counts once, and what is stopped or too old is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from databases import FreshDatabase
from sqlalchemy import insert

from bot.store import SpotPhoto, Store
from bot.store.schema import spot_photos, spots
from bot.store.spots import KEPT, MOST_PHOTOS, MOST_SPOTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PHOTO = SpotPhoto(
    taken=NOW,
    file="AgACfile",
    identity="AQADone",
    entry=7,
    model="2026.1",
    outcome="sure",
    label="nv",
    care="routine",
    alarm=False,
    probabilities={"nv": 0.9, "mel": 0.1},
    features={"share": 0.2, "colours": 2, "cut": False, "asymmetry": 0.1, "border": None},
    answers=("bleeds",),
    size=4.5,
    uncertainty=0.5,
)


async def follow(store: Store, photo: SpotPhoto = PHOTO, *, person: str = "ada", place: str = "front.chest") -> int:
    spot = await store.spots.follow(photo, person=person, chat=1, disease="skin", place=place, now=NOW)
    assert spot is not None
    return spot


def later(days: int, **facts: object) -> SpotPhoto:
    """Another photo of a spot, so many days later."""
    return replace(PHOTO, taken=NOW + days * DAY, identity=f"AQAD{days}", entry=100 + days, **facts)  # type: ignore[arg-type]


def left(folder: Path, *traces: str) -> list[str]:
    """Return which of these are in any file of a folder."""
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    return [trace for trace in traces if trace.encode() in content]


async def test_a_spot_comes_back_with_its_photos_the_newest_first(store: Store) -> None:
    spot = await follow(store)
    assert await store.spots.add(later(60, answers=None, features=None, size=None), spot=spot, person="ada")
    assert await store.spots.add(later(30), spot=spot, person="ada")
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert (found.disease, found.place, found.chat, found.made) == ("skin", "front.chest", 1, NOW)
    assert [photo.identity for photo in found.photos] == ["AQAD60", "AQAD30", "AQADone"]
    assert replace(found.photos[-1], id=None) == PHOTO
    assert (found.photos[0].answers, found.photos[0].features, found.photos[0].size) == (None, None, None)


async def test_the_same_photo_makes_one_spot_which_then_gets_the_new_place_and_is_added_once(store: Store) -> None:
    spot = await follow(store)
    assert await follow(store, place="back.left_foot") == spot
    assert await store.spots.add(PHOTO, spot=spot, person="ada")
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert found.place == "back.left_foot"
    assert len(found.photos) == 1
    assert await follow(store, person="bob") != spot  # who was forwarded the same photo


async def test_a_photo_is_taken_out_but_never_the_only_one_nor_another_one_s(store: Store) -> None:
    spot = await follow(store)
    assert await store.spots.add(later(1), spot=spot, person="ada")
    assert not await store.spots.take_out(101, spot=spot, person="bob")
    assert await store.spots.take_out(101, spot=spot, person="ada")
    assert not await store.spots.take_out(101, spot=spot, person="ada")
    assert not await store.spots.take_out(7, spot=spot, person="ada")
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert [photo.entry for photo in found.photos] == [7]


async def test_nobody_reads_adds_to_or_stops_another_one_s_spot(store: Store) -> None:
    spot = await follow(store)
    assert await store.spots.one(spot, "bob") is None
    assert not await store.spots.add(later(1), spot=spot, person="bob")
    assert not await store.spots.stop(spot, "bob")
    assert await store.spots.listed("bob") == []
    assert await store.spots.with_photo("bob", PHOTO.identity) is None
    assert await store.spots.with_entry("bob", 7) is None
    await store.spots.answer("bob", 7, ["itches"])
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert [photo.answers for photo in found.photos] == [("bleeds",)]


async def test_the_list_has_each_spot_s_last_photo_and_the_newest_spot_first(store: Store) -> None:
    old, new = await follow(store), await follow(store, later(2), place="")
    await store.spots.add(later(1, label="mel", care="urgent", outcome="unsure"), spot=old, person="ada")
    listed = await store.spots.listed("ada")
    assert [(spot.id, spot.place, spot.photos, spot.label, spot.taken) for spot in listed] == [
        (new, "", 1, "nv", NOW + 2 * DAY),
        (old, "front.chest", 2, "mel", NOW + DAY),
    ]
    assert (listed[1].outcome, listed[1].care, listed[1].disease) == ("unsure", "urgent", "skin")


async def test_a_spot_is_found_by_a_photo_of_it_or_its_finding_and_answers_are_noted(store: Store) -> None:
    spot = await follow(store, replace(PHOTO, answers=None))
    assert await store.spots.with_photo("ada", PHOTO.identity) == spot
    assert await store.spots.with_entry("ada", 7) == spot
    assert await store.spots.with_entry("ada", 8) is None
    await store.spots.answer("ada", 7, ["new", "itches"])
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert found.photos[0].answers == ("new", "itches")


async def test_a_stopped_spot_is_gone_with_its_photos_and_its_number_is_never_used_again(store: Store) -> None:
    spot, other = await follow(store), await follow(store, later(1))
    assert await store.spots.stop(other, "ada")
    assert not await store.spots.stop(other, "ada")
    assert await store.spots.one(other, "ada") is None
    assert await store.spots.with_photo("ada", "AQAD1") is None
    assert await follow(store, later(1)) not in {spot, other}


async def test_what_was_forgotten_or_stopped_leaves_no_byte_in_any_file(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        for person in ("ada", "bob"):
            spot = await follow(
                store, replace(PHOTO, file=f"file-of-{person}" * 40), person=person, place="front.groin"
            )
            await store.agreements.agree(person, "spots", version="1", now=NOW)
        await store.spots.stop(spot, "bob")
        await store.people.forget("ada")
        assert await store.agreements.version("ada", "spots") is None
        assert await store.agreements.version("bob", "spots") == "1"
        assert left(tmp_path, "file-of-ada", "file-of-bob", "AQADone", "front.groin") == []


async def test_a_spot_expires_two_years_after_its_last_photo(store: Store) -> None:
    old, kept = await follow(store), await follow(store, later(1))
    await store.spots.add(later(10), spot=kept, person="ada")
    await store.expire(now=NOW + KEPT)
    assert {spot.id for spot in await store.spots.listed("ada")} == {old, kept}
    await store.expire(now=NOW + KEPT + 2 * DAY)
    assert [spot.id for spot in await store.spots.listed("ada")] == [kept]
    await store.expire(now=NOW + KEPT + 11 * DAY)
    assert await store.spots.listed("ada") == []


async def test_a_group_that_moves_takes_its_spots_along(store: Store) -> None:
    spot = await follow(store)
    await store.chats.move(1, -100)
    found = await store.spots.one(spot, "ada")
    assert found is not None
    assert found.chat == -100


async def test_two_hundred_spots_with_ten_photos_each_are_the_most_there_may_be(
    store: Store, database: FreshDatabase
) -> None:
    first = await follow(store)
    rows = [
        {"id": 1000 + at, "person": "ada", "chat": 1, "disease": "skin", "place": "", "made": NOW} for at in range(199)
    ]
    facts = {name: getattr(PHOTO, name) for name in ("model", "outcome", "label", "care", "alarm", "probabilities")}
    photos = [
        {**facts, "spot": row["id"], "person": "ada", "taken": NOW + day * DAY, "file": "x" * 80, "identity": str(day)}
        for row in rows
        for day in range(1, 11)
    ]
    await database.run(
        lambda connection: (connection.execute(insert(spots), rows), connection.execute(insert(spot_photos), photos))
    )
    listed = await store.spots.listed("ada")
    assert len(listed) == MOST_SPOTS
    assert {spot.photos for spot in listed if spot.id != first} == {10}
    assert await store.spots.follow(later(1), person="ada", chat=1, disease="skin", place="", now=NOW) is None
    for at in range(MOST_PHOTOS - 1):
        assert await store.spots.add(later(at), spot=first, person="ada")
    assert not await store.spots.add(later(MOST_PHOTOS), spot=first, person="ada")
    assert await store.spots.add(PHOTO, spot=first, person="ada")  # one that is there already
