"""Findings of photos together: linked to each photo's, taken apart again, forgotten, and where the photos are for a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import journal

from bot.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENTRY = replace(
    journal.ENTRY,
    time=NOW - timedelta(days=2),
    label="mel",
    probabilities={"nv": 0.3, "mel": 0.7},
    care="urgent",
    alarm=True,
)


async def joined(store: Store, parts: list[int], before: int | None = None, source: str = "0:1+") -> int:
    entry = replace(ENTRY, time=NOW, photos=len(parts))
    return await store.together.write(entry, source=source, parts=parts, before=before, content={"photos": ["a"]})


async def test_photos_that_are_answered_together_are_found_by_any_of_their_entries(store: Store) -> None:
    one, two = [await store.journal.write(ENTRY, source=f"0:{number}") for number in (1, 2)]
    assert await joined(store, [one, two]) == await joined(store, [one, two])  # the same update came again
    joint = await joined(store, [one, two])
    for entry in (one, two, joint):
        found = await store.together.photos_of(entry, "ada")
        assert found
        assert (found.joint, [photo.id for photo in found.entries]) == (joint, [one, two])
        assert await store.together.photos_of(entry, "bob") is None
    three = await store.journal.write(ENTRY)
    alone = await store.together.photos_of(three, "ada")
    assert alone
    assert (alone.joint, [photo.id for photo in alone.entries]) == (None, [three])


async def test_photos_that_were_put_together_with_more_are_as_before_once_they_are_taken_apart(store: Store) -> None:
    one, two, three = [await store.journal.write(ENTRY) for _ in range(3)]
    first = await joined(store, [one, two])
    second = await joined(store, [one, two, three], before=first, source="0:3+")
    found = await store.together.photos_of(first, "ada")
    assert found
    assert (found.joint, len(found.entries)) == (second, 3)
    kept = await store.together.kept(second, "ada")
    assert kept
    await store.journal.write(ENTRY, source="0:9")
    await store.together.part(second, before=kept["before"])
    found = await store.together.photos_of(two, "ada")
    assert found
    assert found.joint == first
    assert await store.together.kept(second, "ada") is None
    assert await store.together.kept(first, "ada")


async def test_where_photos_are_is_known_for_a_day_and_to_their_person_alone(store: Store) -> None:
    joint = await joined(store, [await store.journal.write(ENTRY)])
    await store.expire(now=NOW + timedelta(hours=23))
    assert await store.together.kept(joint, "bob") is None
    assert await store.together.kept(joint, "ada") == {"photos": ["a"], "before": None}
    await store.expire(now=NOW + timedelta(hours=25))
    assert await store.together.kept(joint, "ada") is None


async def test_photos_count_once_for_the_day_and_all_is_forgotten(store: Store) -> None:
    await joined(store, [await store.journal.write(replace(ENTRY, time=NOW)) for _ in range(2)])
    assert (await store.people.standing("ada", chat=1, now=NOW)).entries == 2
    await store.people.forget("ada")
    mine = await store.own_data.of("ada")
    assert mine["findings"] == mine["photos_looked_at_together"] == []
