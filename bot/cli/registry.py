"""`checkup models` and `checkup check`: the diseases of the registry, and every fault of their cards."""

import typer

from bot.cli import context


def models() -> None:
    """Show the diseases of the registry and their models."""
    from bot.cli.models import print_models  # noqa: PLC0415

    registry = context.registry()
    if registry.faults and not registry.entries:
        context.refuse("\n".join(registry.faults))
    print_models(registry)


def check() -> None:
    """Check the registry and every card in it; name every fault, and what is not translated. Exit status 1 for a fault."""
    from bot.cli.translations import translations  # noqa: PLC0415

    registry = context.registry()
    for fault in registry.all_faults:
        typer.echo(fault)
    if registry.all_faults:
        raise typer.Exit(1)
    cards = len(registry.entries)
    typer.echo(f"{cards} {'card' if cards == 1 else 'cards'}, no fault")
    for line in translations(registry):
        typer.echo(line)
