"""Second opinions in the database: one reviewer has one at a time, late ones are told once, and nothing is left of what is over."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import journal
from databases import FreshDatabase

from bot.store import OpinionMessage, SecondOpinion, Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP = -500
ENTRY = replace(journal.ENTRY, care="soon")
WANTED = SecondOpinion(person="ada", entry=1, chat=7, message=3, language="de", files=(("photo", "AgAC"),))


async def asked(store: Store, person: str = "ada") -> SecondOpinion:
    """A second opinion that its person has agreed to, shown in the group."""
    entry = await store.journal.write(replace(ENTRY, person=person))
    drafted = await store.opinions.draft(replace(WANTED, person=person, entry=entry), now=NOW)
    assert drafted
    await store.opinions.agree(drafted.id, terms="1", now=NOW)
    await store.opinions.messages.note(drafted.id, OpinionMessage(chat=GROUP, message=drafted.id, kind="text"))
    assert await store.opinions.posted(drafted.id, group=GROUP, message=drafted.id)
    return drafted


async def test_a_draft_is_for_a_finding_of_one_s_own_and_is_one_however_often_it_is_thought_of(store: Store) -> None:
    entry = await store.journal.write(ENTRY)
    wanted = replace(WANTED, entry=entry)
    assert await store.opinions.draft(replace(wanted, person="bob"), now=NOW) is None
    first = await store.opinions.draft(wanted, now=NOW)
    again = await store.opinions.draft(replace(wanted, message=4), now=NOW)
    assert first
    assert again == replace(first, message=4)
    await store.opinions.agree(first.id, terms="1", now=NOW)
    assert await store.opinions.draft(wanted, now=NOW) == replace(first, message=4, state="waits")


async def test_a_draft_that_nobody_agreed_to_is_gone_after_a_day(store: Store) -> None:
    entry = await store.journal.write(ENTRY)
    draft = await store.opinions.draft(replace(WANTED, entry=entry), now=NOW)
    assert draft
    await store.expire(now=NOW + 23 * DAY / 24)
    assert await store.opinions.get(draft.id)
    await store.expire(now=NOW + 25 * DAY / 24)
    assert await store.opinions.get(draft.id) is None


async def test_of_reviewers_who_take_one_at_once_one_gets_it(store: Store) -> None:
    number = (await asked(store)).id
    reviewers = [f"reviewer {at}" for at in range(8)]
    won = await asyncio.gather(*(store.opinions.take(number, one) for one in reviewers))
    assert sum(won) == 1
    opinion = await store.opinions.get(number)
    assert opinion
    assert opinion.reviewer == reviewers[won.index(True)]
    loser = reviewers[won.index(False)]
    assert not await store.opinions.give_back(number, loser)
    assert not await store.opinions.answer(number, loser, label="nv", care="soon", now=NOW)
    assert [one.id for one in await store.opinions.release(GROUP, str(opinion.reviewer))] == [number]
    assert await store.opinions.take(number, loser)


async def test_an_answer_stands_in_the_journal_and_is_counted_beside_the_model_s(store: Store) -> None:
    for label in ("nv", "mel"):
        number = (await asked(store)).id
        await store.opinions.take(number, "rey")
        assert await store.opinions.answer(number, "rey", label=label, care="urgent", now=NOW)
        await store.opinions.remove(number)
    agreement = [tuple(row) for row in await store.opinions.agreement()]
    assert agreement == [("skin", "1", "sure", "nv", "mel", 1), ("skin", "1", "sure", "nv", "nv", 1)]
    assert [entry.review_care async for entry in store.journal.entries()] == ["urgent", "urgent"]


async def test_whoever_waits_for_long_is_told_of_once_by_whichever_replica_looks_first(database: FreshDatabase) -> None:
    async with database.open() as first, database.open() as second:
        number = (await asked(first)).id
        await first.opinions.take(number, "rey")
        assert not await first.opinions.late(now=NOW + DAY, patience=2 * DAY)
        looks = (store.opinions.late(now=NOW + 3 * DAY, patience=2 * DAY) for store in (first, second))
        [late] = [one for found in await asyncio.gather(*looks) for one in found]
        assert (late.id, late.state, late.reviewer) == (number, "waits", None)
        await first.opinions.spoke(number, now=NOW + 3 * DAY, person=True)
        assert [one.id for one in await second.opinions.late(now=NOW + 6 * DAY, patience=2 * DAY)] == [number]


async def test_a_message_leads_to_its_opinion_until_that_is_over_or_its_group_has_other_numbers(store: Store) -> None:
    number = (await asked(store)).id
    assert (found := await store.opinions.about(GROUP, number))
    assert found.id == number
    assert await store.opinions.about(GROUP, number + 1) is None
    await store.chats.move(GROUP, GROUP - 1)
    assert await store.opinions.about(GROUP, number) is None
    assert await store.opinions.about(GROUP - 1, number) is None
    await store.opinions.remove(number)
    assert not await store.opinions.messages.note(number, OpinionMessage(chat=GROUP, message=9, kind="text"))
    assert await store.opinions.about(GROUP, 9) is None


async def test_forgetting_removes_what_was_asked_about_a_person_and_frees_what_they_took_as_a_reviewer(
    store: Store,
) -> None:
    ada, bob = (await asked(store)).id, (await asked(store, "bob")).id
    await store.opinions.take(ada, "bob")
    await store.people.forget("bob")
    assert await store.opinions.get(bob) is None
    assert await store.opinions.about(GROUP, bob) is None
    freed = await store.opinions.get(ada)
    assert freed
    assert (freed.state, freed.reviewer) == ("waits", None)
