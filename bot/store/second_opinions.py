"""Second opinions: which findings reviewers are asked about, who has taken which, and what they answered.

`person` and `reviewer` are keyed hashes. An opinion is a draft until its person has agreed, then it waits, is taken by one
reviewer, and is answered; a reviewer's words, or another one's taking it over, do not end it. It ends by being removed.
One whose group has another number now, or whose reviewer left, is still the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Update, and_, case, delete, func, select, update

from bot.store.database import Database
from bot.store.opinion_messages import OpinionMessages
from bot.store.opinion_tables import opinion_messages, second_opinions
from bot.store.records import OpinionMessage, SecondOpinion
from bot.store.schema import journal

DRAFT, WAITS, TAKEN, ANSWERED = "draft", "waits", "taken", "answered"
_T = second_opinions.c
_COLUMNS = [column for column in _T if column.name not in ("bot", "terms", "agreed", "waits_since", "changed")]
_free = case((and_(_T.state == ANSWERED, _T.waits_since.is_(None)), ANSWERED), else_=WAITS)  # with no reviewer
_DRAFTS_LIVE = timedelta(days=1)


class SecondOpinions:
    """One bot's second opinions. All methods raise StoreError."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database, self._bot = database, bot
        self.messages = OpinionMessages(database, bot=bot)

    async def draft(self, opinion: SecondOpinion, *, now: datetime) -> SecondOpinion | None:
        """Note that a person thinks of asking about a finding of theirs, and return it with its number.

        One that was agreed to before comes back as it is; None where there is no such finding of theirs.
        """
        facts = {name: getattr(opinion, name) for name in ("person", "entry", "chat", "message", "language")}
        facts |= {"files": [list(file) for file in opinion.files], "state": DRAFT, "changed": now}
        row = self._database.insert(second_opinions).values(bot=self._bot, **facts)
        row = row.on_conflict_do_update(index_elements=["entry"], set_=facts, where=_T.state == DRAFT)
        theirs = select(journal.c.id).where(journal.c.id == opinion.entry, journal.c.person == opinion.person)
        wanted = select(*_COLUMNS).where(_T.bot == self._bot, _T.entry == opinion.entry, _T.person == opinion.person)

        def draft(connection: Connection) -> Row[tuple[object, ...]] | None:
            if connection.execute(theirs).one_or_none() is None:
                return None
            connection.execute(row)
            return connection.execute(wanted).one_or_none()

        found = await self._database.write_about_person(draft)
        return None if found is None else _opinion(found)

    async def get(self, number: int) -> SecondOpinion | None:
        """Return a second opinion, None where it is over."""
        found = await self._select(_T.id == number)
        return found[0] if found else None

    async def about(self, chat: int, message: int) -> SecondOpinion | None:
        """Return the second opinion that a message is about, None where it is about none."""
        m = opinion_messages.c
        which = select(m.opinion).where(m.bot == self._bot, m.chat == chat, m.message == message)
        found = await self._select(_T.id == which.scalar_subquery())
        return found[0] if found else None

    async def of(self, person: str) -> Sequence[SecondOpinion]:
        """Return all of a person's, drafts included."""
        return await self._select(_T.person == person)

    async def in_group(self, group: int) -> Sequence[SecondOpinion]:
        """Return all that this group has."""
        return await self._select(_T.group_chat == group)

    async def agree(self, number: int, *, terms: str, now: datetime) -> None:
        """Note that the person agreed to this version of the terms; from now on they wait."""
        values = {"state": WAITS, "terms": terms, "agreed": now, "waits_since": now, "changed": now}
        await self._write(update(second_opinions).where(_T.id == number, _T.state == DRAFT).values(values))

    async def posted(self, number: int, *, group: int, message: int) -> bool:
        """Note the message that asks the reviewers; False where another one does, or the opinion was removed meanwhile."""
        values = {"group_chat": group, "group_message": message}
        unshown = (_T.id == number, _T.group_message.is_(None))
        return await self._write(update(second_opinions).where(*unshown).values(values))

    async def unshown(self) -> Sequence[SecondOpinion]:
        """Return those whose group has another number since they were shown there."""
        return await self._select(_T.group_chat.is_not(None), _T.group_message.is_(None))

    async def take(self, number: int, reviewer: str) -> bool:
        """Give it to a reviewer; False where another one has it: of two at once one gets it."""
        free = (_T.id == number, _T.state == WAITS)
        return await self._write(update(second_opinions).where(*free).values(state=TAKEN, reviewer=reviewer))

    async def give_back(self, number: int, reviewer: str) -> bool:
        """Let another reviewer take what this one has; False where it is not theirs."""
        theirs = (_T.id == number, _T.reviewer == reviewer)
        return await self._write(update(second_opinions).where(*theirs).values(state=WAITS, reviewer=None))

    async def release(self, group: int, reviewer: str) -> Sequence[SecondOpinion]:
        """Let others take what a reviewer who left the group has not answered, words of its person included; return it.

        What they have answered is free as soon as its person writes.
        """
        theirs = (_T.bot == self._bot, _T.group_chat == group, _T.reviewer == reviewer)
        left = update(second_opinions).where(*theirs).values(reviewer=None, state=_free).returning(*_COLUMNS)
        rows = await self._database.write(lambda connection: connection.execute(left).all())
        return [opinion for opinion in map(_opinion, rows) if opinion.state == WAITS]

    async def answer(self, number: int, reviewer: str, *, label: str, care: str, now: datetime) -> bool:
        """Write a reviewer's answer to the journal; False where the opinion is not theirs."""
        theirs = (_T.id == number, _T.reviewer == reviewer, _T.state.in_((TAKEN, ANSWERED)))
        values = {"state": ANSWERED, "waits_since": None, "changed": now}
        statement = update(second_opinions).where(*theirs).values(values).returning(_T.entry)
        said = {"review_label": label, "review_care": care}

        def answer(connection: Connection) -> bool:
            entry = connection.execute(statement).scalar_one_or_none()
            if entry is not None:
                connection.execute(update(journal).where(journal.c.id == entry).values(said))
            return entry is not None

        return await self._database.write(answer)

    async def spoke(self, number: int, *, now: datetime, person: bool) -> None:
        """Note that words went on: after the person's they wait, after a reviewer's no longer.

        An answer whose reviewer left is for others to take as soon as its person writes.
        """
        values: dict[str, object] = {"changed": now, "waits_since": now if person else None}
        if person:
            values["state"] = case((and_(_T.state == ANSWERED, _T.reviewer.is_(None)), WAITS), else_=_T.state)
        await self._write(update(second_opinions).where(_T.id == number).values(values))

    async def late(self, *, now: datetime, patience: timedelta) -> Sequence[SecondOpinion]:
        """Return those whose person has waited for so long, each once; one that is taken waits for others again."""
        which = and_(_T.bot == self._bot, _T.waits_since < now - patience)
        told = update(second_opinions).where(which).values(waits_since=None).returning(_T.id)
        free = update(second_opinions).where(which, _T.reviewer.is_not(None)).values(state=WAITS, reviewer=None)

        def late(connection: Connection) -> Sequence[int]:
            connection.execute(free)
            return connection.execute(told).scalars().all()

        numbers = await self._database.write(late)
        return await self._select(_T.id.in_(numbers)) if numbers else ()

    async def is_late_still(self, number: int, *, since: datetime) -> None:
        """Let `late` return it again: its person could not be told."""
        await self._write(update(second_opinions).where(_T.id == number).values(waits_since=since))

    async def over(self, *, now: datetime, keep: timedelta) -> Sequence[SecondOpinion]:
        """Return those of which nobody has spoken for so long."""
        return await self._select(_T.changed < now - keep)

    async def expire_drafts(self, *, now: datetime) -> None:
        """Delete what its person thought of and did not agree to."""
        old = delete(second_opinions).where(_T.state == DRAFT, _T.changed < now - _DRAFTS_LIVE)
        await self._database.write(lambda connection: connection.execute(old))

    async def remove(self, number: int) -> Sequence[OpinionMessage]:
        """Delete one and what is known of its messages, and return that; what the reviewer answered stays in the journal."""
        m = opinion_messages.c
        messages = delete(opinion_messages).where(m.opinion == number).returning(m.chat, m.message, m.kind)

        def remove(connection: Connection) -> Sequence[OpinionMessage]:
            connection.execute(delete(second_opinions).where(_T.id == number))  # first: see OpinionMessages.note
            return [OpinionMessage(**row._mapping) for row in connection.execute(messages)]

        return await self._database.write(remove)

    async def agreement(self) -> Sequence[tuple[str, str, str, str, str, int]]:
        """Return how often reviewers gave which label where the model gave which.

        Disease, the model's version, its outcome and label, the reviewers' label, and the number of findings.
        """
        j = journal.c
        columns = (j.disease, j.model, j.outcome, j.label, j.review_label)
        statement = select(*columns, func.count()).where(j.review_label.is_not(None)).group_by(*columns)
        rows = await self._database.read(lambda connection: connection.execute(statement.order_by(*columns)).all())
        return [tuple(row) for row in rows]

    async def waiting(self, person: str) -> int:
        """Return how many of a person's are with the reviewers and not answered."""
        open_ones = select(func.count()).where(_T.person == person, _T.state.in_((WAITS, TAKEN)))
        return await self._database.read(lambda connection: connection.scalar(open_ones) or 0)

    async def _select(self, *which: ColumnElement[bool]) -> Sequence[SecondOpinion]:
        statement = select(*_COLUMNS).where(_T.bot == self._bot, *which).order_by(_T.id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_opinion(row) for row in rows]

    async def _write(self, statement: Update) -> bool:
        return await self._database.write(lambda connection: connection.execute(statement).rowcount > 0)


def _opinion(row: Row[tuple[object, ...]]) -> SecondOpinion:
    columns = dict(row._mapping)
    files = tuple((kind, file) for kind, file in columns.pop("files"))
    return SecondOpinion(files=files, **columns)
