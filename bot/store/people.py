"""What is stored about a person under their keyed hash: consent, choices, half-filled forms; and how it is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Table,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)

from bot.store.chats import Chats
from bot.store.database import Database
from bot.store.opinion_tables import forget_opinions
from bot.store.prepared import Prepared
from bot.store.records import Consent, Forgotten, Standing
from bot.store.schema import (
    agreements,
    choices,
    consents,
    conversations,
    inbox,
    joint_photos,
    journal,
    seen_photos,
    spots,
    turns,
)

_OF_LATE = timedelta(days=1)


class People:
    """`person` is the keyed hash from Store.person throughout. All methods raise StoreError."""

    def __init__(self, database: Database, chats: Chats) -> None:
        """Work on this database; `chats` knows the present numbers of chats that moved."""
        self._database = database
        self._chats = chats
        person: BindParameter[str] = bindparam("of_person")
        consent = select(consents.c.version).where(consents.c.person == person).scalar_subquery()
        of_late = (journal.c.person == person, journal.c.time >= bindparam("since"))
        examined = select(func.count()).where(*of_late, journal.c.photos.is_(None))
        chat = conversations.c.chat == chats.present(bindparam("in_chat", type_=BigInteger))
        form = exists().where(conversations.c.person == person, chat)
        chosen = (
            select(literal(1)).subquery().outerjoin(choices, choices.c.person == person)
        )  # a row, also without a choice
        known = (consent, examined.scalar_subquery(), form, choices.c.key, choices.c.value)
        self._standing = Prepared(select(*known).select_from(chosen))

    async def consent(self, person: str) -> Consent | None:
        """Return the person's last consent, None where there is none."""
        statement = select(consents).where(consents.c.person == person)
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else Consent(**row._mapping)

    async def standing(self, person: str, *, chat: int, now: datetime) -> Standing:
        """Return what must be known of a person to answer them in this chat."""
        return await self._database.read(partial(self.standing_within, person=person, chat=chat, now=now))

    def standing_within(self, connection: Connection, *, person: str, chat: int, now: datetime) -> Standing:
        """Do as `standing` does, within a transaction."""
        values = {"of_person": person, "in_chat": chat, "since": now - _OF_LATE}
        rows = self._standing.rows(connection, **values)
        consent, entries, has_form, *_ = rows[0]
        chosen = {key: value for *_, key, value in rows if key is not None}
        return Standing(consent=consent, entries=entries, has_form=bool(has_form), choices=chosen)

    async def give_consent(self, person: str, *, version: str, now: datetime) -> None:
        """Store that the person consented to this version of the text."""
        values = {"time": now, "version": version}
        statement = self._database.insert(consents).values(person=person, **values)
        await self._change(statement.on_conflict_do_update(index_elements=["person"], set_=values))

    async def choice(self, person: str, key: str) -> str | None:
        """Return a choice of the person's, such as their disease for photos; None where it is not set."""
        statement = select(choices.c.value).where(choices.c.person == person, choices.c.key == key)
        value: str | None = await self._database.read(lambda connection: connection.scalar(statement))
        return value

    async def set_choice(self, person: str, key: str, value: str | None) -> None:
        """Store a choice (at most 200 characters), or delete it with None."""
        if value is None:
            await self._change(delete(choices).where(choices.c.person == person, choices.c.key == key))
            return
        statement = self._database.insert(choices).values(person=person, key=key, value=value)
        await self._change(statement.on_conflict_do_update(index_elements=["person", "key"], set_={"value": value}))

    async def conversation(self, person: str, chat: int) -> dict[str, Any] | None:
        """Return the half-filled form of this person in this chat, None when there is none."""
        statement = select(conversations.c.content).where(*self._where(person, chat))
        content: dict[str, Any] | None = await self._database.read(lambda connection: connection.scalar(statement))
        return content

    async def save_conversation(self, person: str, chat: int, content: Mapping[str, Any], *, now: datetime) -> None:
        """Store the half-filled form (anything JSON can hold) in place of the one before."""
        values = {"content": dict(content), "saved": now}
        key = {"person": person, "chat": self._chats.present(chat)}
        statement = self._database.insert(conversations).values(**key, **values)
        await self._change(statement.on_conflict_do_update(index_elements=["person", "chat"], set_=values))

    async def drop_conversation(self, person: str, chat: int) -> None:
        """Delete the half-filled form."""
        await self._change(delete(conversations).where(*self._where(person, chat)))

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
        """Delete half-filled forms that did not change for `keep`, and return how many."""
        return await self._change(delete(conversations).where(conversations.c.saved < now - keep))

    async def forget(self, person: str, *, chats: Sequence[int] = ()) -> Forgotten:
        """Delete all that is stored about the person, and all updates from `chats`, from the disk, too.

        `wiped` is False in the result where another program's reading keeps it on the disk (`Store.wipe_when_due` does it then).
        `chats` are the person's private chats: older updates there may have come without a person.
        """
        theirs = or_(inbox.c.person == person, inbox.c.chat.in_(chats))

        def forget(connection: Connection) -> Forgotten:
            def removed(table: Table) -> int:
                return connection.execute(delete(table).where(table.c.person == person)).rowcount

            connection.execute(delete(turns).where(turns.c.chat.in_(chats), turns.c.holder.is_(None)))
            # Before all else: what is being written on behalf of these updates is waited for, and seen below.
            updates = connection.execute(delete(inbox).where(theirs)).rowcount
            removed(seen_photos)
            forget_opinions(connection, person)
            removed(joint_photos)
            return Forgotten(
                journal=removed(journal),
                consents=removed(consents) + removed(agreements),
                choices=removed(choices),
                conversations=removed(conversations),
                spots=removed(spots),  # and with them their photos
                inbox=updates,
            )

        forgotten = await self._database.write(forget)
        return replace(forgotten, wiped=await self._database.wipe())

    def _where(self, person: str, chat: int) -> tuple[ColumnElement[bool], ...]:
        return conversations.c.person == person, conversations.c.chat == self._chats.present(chat)

    async def _change(self, statement: Insert | Delete) -> int:
        """Execute a statement and return how many rows it wrote or deleted."""
        return await self._database.write_about_person(lambda connection: connection.execute(statement).rowcount)
