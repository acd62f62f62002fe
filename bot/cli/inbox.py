"""`checkup inbox`: updates that are not answered, for the operator: listed, tried again, or dropped."""

import asyncio
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


@inbox.command("list")
def list_updates(
    everything: Annotated[bool, typer.Option("--all", help="Also those that wait, or are held for an answer.")] = False,
) -> None:
    """List the updates that were given up: when they came, why, and how often they were tried; never what they say."""

    async def work(store: "Store") -> None:
        states = ("set_aside", "waiting", "held", "expired") if everything else ("set_aside",)
        updates = await store.unfinished.listed(*states)
        for line in map(_line, updates):
            typer.echo(line)
        typer.echo(f"{len(updates)} updates" if updates else "Nothing is left unanswered.", err=True)

    _with_store(work)


@inbox.command()
def retry(updates: Numbers) -> None:
    """Let updates that were given up wait again; a running bot answers them within half a minute."""
    _each(updates, lambda store, number: store.unfinished.retry(number), "waits again", "there is nothing to try again")


@inbox.command()
def drop(updates: Numbers) -> None:
    """Delete what was kept of updates that were given up."""
    _each(updates, lambda store, number: store.unfinished.drop(number), "dropped", "was not given up")


def _line(update: "ListedUpdate") -> str:
    tried = f"{update.attempts} failed, {update.deaths} interrupted"
    kept = "" if update.has_content else "  (content gone)"
    return f"{update.update_id}  {update.received:%Y-%m-%d %H:%M} UTC  {update.state}  {update.reason or '-'}  {tried}{kept}"


def _each(updates: list[int], change: "Callable[[Store, int], Awaitable[bool]]", done: str, not_done: str) -> None:
    async def work(store: "Store") -> None:
        missing = False
        for number in updates:
            changed = await change(store, number)
            missing |= not changed
            typer.echo(f"update {number}: {done if changed else not_done}")
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
    try:
        asyncio.run(run())
    except (CannotStart, StoreError) as error:
        refuse(str(error))
