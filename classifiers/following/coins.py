"""The coins that people may lay beside a spot, with their true diameters: `coins.yaml`, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """A coin: `country` as CLDR calls it, `currency` as ISO 4217 does; its diameter in millimetres."""

    country: str
    currency: str
    value: float
    diameter: float

    @property
    def code(self) -> str:
        """The coin's name for machines: `EZ-0.5`."""
        return f"{self.country}-{self.value:g}"


@cache
def all_coins() -> dict[str, Coin]:
    """Return the coins by their code, by country and value."""
    found = {}
    for country, area in _table().items():
        for value, diameter in area["coins"].items():
            coin = Coin(country=country, currency=area["currency"], value=float(value), diameter=float(diameter))
            found[coin.code] = coin
    return found


def coins_of(country: str) -> tuple[Coin, ...]:
    """Return a country's coins, the smallest value first; none where it is not known."""
    return tuple(coin for coin in all_coins().values() if coin.country == country)


@cache
def countries_for(language: str) -> tuple[str, ...]:
    """Return the codes of all countries, those first where the language is spoken, as they stand in the table."""
    table = _table()
    return tuple(sorted(table, key=lambda country: _rank(table[country]["languages"], language)))


def _rank(languages: list[str], language: str) -> int:
    return languages.index(language) if language in languages else len(languages) + 10


@cache
def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "coins.yaml").read_text("utf-8"))
    return table
