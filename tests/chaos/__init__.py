"""Kills, outages, floods and hostile files against the whole bot: `make chaos` prints what each cost."""
