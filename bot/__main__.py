"""The console command `checkup`, and `python -m bot`."""

from bot.cli.main import app


def main() -> None:
    """Run the command that the arguments name."""
    app()


if __name__ == "__main__":
    main()
