"""`checkup inbox`: updates that are not answered, for the operator: listed, tried again, or dropped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import refuse, settings

if TYPE_CHECKING:
    from bot.store import ListedUpdate, Store

inbox = typer.Typer(help="List updates that could not be answered, have them tried again, or drop them.")

Numbers = Annotated[
    list[int], typer.Argument(metavar="UPDATE", max=2**63 - 1, help="Their numbers, as `checkup inbox list` shows.")
]
Bot = Annotated[
    int | None,
    typer.Option(max=2**63 - 1, help="Whose they are, where several bots of one database have some with a number."),
]


@inbox.command("list")
def list_updates(
    everything: Annotated[bool, typer.Option("--all", help="Also those that wait, or are held for an answer.")] = False,
) -> None:
    """List the updates that were given up: when they came, why, and how often they were tried; never what they say."""

    async def work(store: "Store") -> None:
        states = ("set_aside", "waiting", "held", "expired") if everything else ("set_aside",)
        updates = await store.unfinished.listed(*states)
        is_one = len({update.bot for update in updates}) == 1
        for update in updates:
            typer.echo(_line(update) if is_one else f"{_line(update)}  of bot {update.bot}")
        typer.echo(f"{len(updates)} updates" if updates else "Nothing is left unanswered.", err=True)

    _with_store(work)


@inbox.command()
def retry(updates: Numbers, bot: Bot = None) -> None:
    """Let updates that were given up wait again; a running bot answers them within half a minute."""

    async def change(store: "Store", number: int, whose: int | None) -> bool:
        return await store.unfinished.retry(number, bot=whose)

    _each(updates, bot, change, "waits again", "there is nothing to try again")


@inbox.command()
def drop(updates: Numbers, bot: Bot = None) -> None:
    """Delete what was kept of updates that were given up."""

    async def change(store: "Store", number: int, whose: int | None) -> bool:
        return await store.unfinished.drop(number, bot=whose)

    _each(updates, bot, change, "dropped", "was not given up")


def _line(update: "ListedUpdate") -> str:
    tried = f"{update.attempts} failed, {update.deaths} interrupted"
    kept = "" if update.has_content else "  (content gone)"
    return f"{update.update_id}  {update.received:%Y-%m-%d %H:%M} UTC  {update.state}  {update.reason or '-'}  {tried}{kept}"


def _each(
    updates: list[int],
    bot: int | None,
    change: "Callable[[Store, int, int | None], Awaitable[bool]]",
    done: str,
    not_done: str,
) -> None:
    async def work(store: "Store") -> None:
        missing = False
        for number in updates:
            bots = await store.unfinished.bots(number) if bot is None else [bot]
            if len(bots) > 1:
                said, changed = (
                    f"several bots have one, say which: {' or '.join(f'--bot {one}' for one in bots)}",
                    False,
                )
            else:
                changed = await change(store, number, bots[0] if bots else bot)
                said = done if changed else not_done
            missing |= not changed
            typer.echo(f"update {number}: {said}")
        if missing:
            raise typer.Exit(1)

    _with_store(work)


def _with_store(work: "Callable[[Store], Awaitable[None]]") -> None:
    from bot.opening import CannotStart, open_existing  # noqa: PLC0415
    from bot.store import StoreError  # noqa: PLC0415

    async def run() -> None:
        store = await open_existing(chosen)
        try:
            await work(store)
        finally:
            await store.close()

    chosen = settings()
    logging.getLogger("bot").addHandler(logging.NullHandler())  # there is no log: what ends the command is said below
    try:
        asyncio.run(run())
    except (CannotStart, StoreError) as error:
        refuse(str(error))
