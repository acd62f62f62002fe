"""`checkup models` and `checkup check`: the diseases of the registry, and every fault of their cards."""

import typer

from bot.cli import context


def models() -> None:
    """Show the diseases of the registry and their models."""
    from bot.cli.models import print_models  # noqa: PLC0415

    print_models(context.registry())


def check() -> None:
    """Check the registry and every card in it; name every fault. Exit status 1 when there is one."""
    registry = context.registry()
    for fault in registry.all_faults:
        typer.echo(fault)
    if registry.all_faults:
        raise typer.Exit(1)
    typer.echo(f"{len(registry.entries)} cards, no fault")
