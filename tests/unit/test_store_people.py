"""What is kept about a person is theirs, and /forget takes it off the disk."""

import contextlib
import gc
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import journal
from databases import FreshDatabase

from bot.store import (
    Answered,
    Consent,
    Forgotten,
    OpinionMessage,
    SecondOpinion,
    SeenPhoto,
    SpotPhoto,
    Store,
)
from bot.store.own_data import NAMES
from bot.store.reminders import ReminderWish
from bot.store.schema import metadata, moved_chats, replicas, secret_marks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"
NOBODY_S = (moved_chats, replicas, secret_marks)  # groups, processes, the key's mark


async def leave_traces(store: Store, person: str, word: str, *, first: int) -> None:
    """Everything the store can hold about a person, with a word in it that can be found again."""
    await store.people.give_consent(person, version=word, now=NOW)
    await store.agreements.agree(person, "spots", version=word, now=NOW)
    await store.people.set_choice(person, "language", word)
    await store.spots.follow(
        SpotPhoto(
            taken=NOW,
            file=word,
            identity=word,
            entry=None,
            model="1",
            outcome="sure",
            label=word,
            care="soon",
            alarm=False,
            probabilities={word: 1.0},
        ),
        person=person,
        chat=first,
        disease="skin",
        place=word,
        now=NOW,
    )
    await store.reminders.choose(
        ReminderWish(chat=first, language=word, months=2, chosen=NOW, due=NOW + DAY), person=person
    )
    await store.people.save_conversation(person, first, {"answers": [word] * 900}, now=NOW)
    for number in range(first, first + 20):
        await store.updates.add(number, chat=first, person=person, content=word * 10 * (number - first), now=NOW)
    await store.updates.hold(first + 1)
    await store.updates.done(first + 2)
    entry = await store.together.write(
        replace(journal.ENTRY, person=person, label=word, probabilities={word: 1.0}, reasons=(word,)),
        source=word,
        parts=[],
        before=None,
        content={"file": word},
    )
    asked = SecondOpinion(person=person, entry=entry, chat=first, message=1, language=word, files=(("photo", word),))
    if drafted := await store.opinions.draft(asked, now=NOW):
        message = OpinionMessage(chat=first, message=2, kind="text")
        await store.opinions.messages.note(drafted.id, message)


def on_disk(folder: Path, *words: str) -> dict[str, int]:
    """How often each word stands in any of the files, the log beside the database included."""
    bytes_ = b"".join(file.read_bytes() for file in folder.iterdir())
    return {word: bytes_.count(word.encode()) for word in words}


async def test_consent_is_kept_renewed_and_taken_back(store: Store) -> None:
    assert await store.people.consent("ada") is None
    await store.people.give_consent("ada", version="1", now=NOW)
    await store.people.give_consent("ada", version="2", now=NOW + DAY)
    assert await store.people.consent("ada") == Consent(person="ada", time=NOW + DAY, version="2")
    assert await store.people.consent("bob") is None
    await store.people.forget("ada")
    assert await store.people.consent("ada") is None


async def test_a_choice_is_kept_for_one_person_and_can_be_changed_and_dropped(store: Store) -> None:
    await store.people.set_choice("ada", "language", "es")
    await store.people.set_choice("ada", "language", "de")
    await store.people.set_choice("ada", "disease", "skin")
    assert await store.people.choice("ada", "language") == "de"
    assert await store.people.choice("bob", "language") is None
    await store.people.set_choice("ada", "language", None)
    assert await store.people.choice("ada", "language") is None
    assert await store.people.choice("ada", "disease") == "skin"


async def test_a_half_filled_form_is_found_again_after_a_restart(database: FreshDatabase) -> None:
    async with database.open() as store:
        await store.people.save_conversation("ada", -5, {"question": 1}, now=NOW)
        await store.people.save_conversation("ada", -5, {"question": 2, "answers": {"age": 50.5}}, now=NOW)
    async with database.open() as store:
        assert await store.people.conversation("ada", -5) == {"question": 2, "answers": {"age": 50.5}}
        assert await store.people.conversation("ada", 6) is None
        await store.people.drop_conversation("ada", -5)
        assert await store.people.conversation("ada", -5) is None


async def test_forms_and_updates_older_than_a_week_expire_together(store: Store) -> None:
    await store.people.save_conversation("ada", 1, {}, now=NOW - 8 * DAY)
    await store.people.save_conversation("bob", 2, {}, now=NOW - 6 * DAY)
    await store.updates.add(1, chat=1, person="ada", content="{}", now=NOW - 8 * DAY)
    expired = await store.expire(now=NOW)
    assert (expired.updates, expired.conversations) == (1, 1)
    assert await store.people.conversation("ada", 1) is None
    assert await store.people.conversation("bob", 2) == {}


async def test_forgetting_removes_everything_of_one_person_and_nothing_of_another(store: Store) -> None:
    await leave_traces(store, "ada", "one", first=100)
    await leave_traces(store, "bob", "two", first=200)
    await store.updates.add(1, chat=100, person=None, content="{}", now=NOW)
    forgotten = await store.people.forget("ada", chats=[100])
    assert forgotten == Forgotten(journal=1, consents=2, choices=1, conversations=1, inbox=21, spots=1, wiped=True)
    assert await store.people.consent("ada") is None
    assert await store.people.choice("ada", "language") is None
    assert await store.people.conversation("ada", 100) is None
    assert await store.updates.count_held("ada") == 0
    assert await store.updates.next_in(100) is None
    assert await store.updates.next_in(200) is not None
    assert await store.people.consent("bob") is not None
    assert [entry.person async for entry in store.journal.entries()] == ["bob"]


async def test_forgetting_somebody_unknown_removes_nothing(store: Store) -> None:
    nothing = Forgotten(journal=0, consents=0, choices=0, conversations=0, inbox=0, wiped=True)
    assert await store.people.forget("nobody") == nothing


async def test_after_forgetting_no_byte_of_the_person_is_left_in_any_file(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        ada, bob = store.person(1), store.person(2)
        await leave_traces(store, ada, "geheim", first=100)
        await leave_traces(store, bob, "andere", first=200)
        [asked] = await store.opinions.of(bob)
        await store.opinions.agree(asked.id, terms="1", now=NOW)
        assert await store.opinions.take(asked.id, ada)  # as a reviewer
        before = on_disk(tmp_path, "geheim", ada)
        assert before["geheim"] > 100
        assert before[ada] > 5
        await store.people.forget(ada, chats=[100])
        assert on_disk(tmp_path, "geheim", ada) == {"geheim": 0, ada: 0}
        assert on_disk(tmp_path, "andere")["andere"] > 100


async def test_what_a_reader_in_another_program_keeps_on_the_disk_goes_when_it_has_read(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        ada = store.person(1)
        await leave_traces(store, ada, "geheim", first=100)
        with contextlib.closing(sqlite3.connect(tmp_path / "checkup.db")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM journal").fetchall()
            assert not (await store.people.forget(ada, chats=[100])).wiped
            assert await store.people.consent(ada) is None
            assert not await store.wipe_when_due()
        assert await store.wipe_when_due()
        assert on_disk(tmp_path, "geheim", ada) == {"geheim": 0, ada: 0}


async def test_an_answered_or_expired_update_leaves_no_byte_of_its_content(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        for number in range(30):
            await store.updates.add(number, chat=1, person="ada", content="geheim" * 40 * number, now=NOW)
        for number in range(20):
            await store.updates.done(number)
        await store.updates.set_aside(20, reason="timeout")
        await store.expire(now=NOW + 8 * DAY)
        assert on_disk(tmp_path, "geheim") == {"geheim": 0}


async def test_what_is_written_after_forgetting_or_expiring_is_kept_at_once(store: Store) -> None:
    # What was left half read only the garbage collector ended, some day: until then nothing could be committed.
    gc.disable()
    try:
        await store.people.forget("nobody")
        assert await store.updates.add(1, chat=1, person="ada", content="{}", now=NOW)
        await store.expire(now=NOW)
        assert await store.updates.start_attempt(1)
    finally:
        gc.enable()


async def test_a_photo_is_known_for_a_week_by_all_that_names_it_and_forgotten_with_its_person(store: Store) -> None:
    photo = SeenPhoto(chat=-5, message=7, file="AQAD", asked="")
    assert not await store.photos.has_seen(photo)
    await store.updates.add(1, chat=-5, person=None, content="{}", now=NOW + 8 * DAY)
    for _ in range(2):
        await store.answered.mark(Answered(photos={1: photo}, person="ada", time=NOW))
    assert await store.photos.has_seen(photo)
    for other in ({"chat": 5}, {"message": 8}, {"file": "AQAE"}, {"asked": "xray"}):
        assert not await store.photos.has_seen(replace(photo, **other))  # type: ignore[arg-type]
    await store.expire(now=NOW + 6 * DAY)
    assert await store.photos.has_seen(photo)
    await store.expire(now=NOW + 8 * DAY)
    assert not await store.photos.has_seen(photo)
    await store.answered.mark(Answered(photos={1: photo}, person="ada", time=NOW))
    await store.people.forget("bob")
    assert await store.photos.has_seen(photo)
    await store.people.forget("ada")
    assert not await store.photos.has_seen(photo)


async def test_a_person_is_shown_their_rows_of_every_table_about_people_and_nobody_else_s(store: Store) -> None:
    for person, first in (("ada", 100), ("bob", 500)):
        await leave_traces(store, person, f"word-of-{person}", first=first)
        photo = SeenPhoto(chat=first, message=1, file="f", asked="")
        await store.answered.mark(Answered(photos={first + 3: photo}, person=person, time=NOW))
        await store.turns.arrive(first + 90, chat=first, person=person, content="{}", now=NOW, take=False)
    shown = await store.own_data.of("ada", chats=(100,))
    about_people = {NAMES.get(table, table.name) for table in metadata.sorted_tables if table not in NOBODY_S}
    assert {name for name, rows in shown.items() if rows} == about_people
    assert "bob" not in repr(shown)
    assert "word-of-adaword-of-ada" not in repr(shown["messages"])


def test_the_page_on_privacy_names_every_table_about_people() -> None:
    named = set(re.findall(r"^\| .+ \| `(\w+)` \|", PRIVACY.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - {moved_chats.name} == {table.name for table in metadata.sorted_tables if table not in NOBODY_S}
