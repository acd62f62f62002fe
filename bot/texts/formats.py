"""Numbers, shares, lists, dates and quantities as a language writes them: Babel, by Unicode's CLDR."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

# Units that are words, or differ between languages; all others are written as they are.
_CLDR = {
    "years": "duration-year",
    "months": "duration-month",
    "seconds": "duration-second",
    "minutes": "duration-minute",
    "megabytes": "digital-megabyte",
    "megapixels": "graphics-megapixel",
}
_SHORT = {"megabytes"}
_PERCENT = Decimal("0.01")  # a whole one
_REGION = {"en": "en-GB"}  # whose spelling our English is


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """How one language writes. Digits are 0 to 9 in all of them, as on reports of laboratories everywhere."""

    locale: Locale
    is_rtl: bool  # written from right to left; Babel reads its data anew each time it is asked

    def plural(self, count: float) -> str:
        """Return CLDR's name of the form for this number: "few" of 3 in Russian."""
        return str(self.locale.plural_form(count))

    @property
    def plurals(self) -> frozenset[str]:
        """The forms that a counted text needs."""
        return frozenset(self.locale.plural_form.tags | {"other"})

    def count(self, number: int) -> str:
        """Return a whole number, its thousands set apart."""
        return _count(self.locale, number)

    def number(self, value: float) -> str:
        """Return a number to be typed so: four digits that count, no zeros behind, no separator for thousands."""
        written = Decimal(f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}")
        return format_decimal(written, locale=self.locale, decimal_quantization=False, group_separator=False)

    def percent(self, share: float) -> str:
        """Return a share of one in whole percent."""
        return _percent(self.locale, Decimal(str(share)).quantize(_PERCENT))

    def listed(self, items: Sequence[str], *, either: bool = False) -> str:
        """Return "a, b and c", or "a, b or c"."""
        return format_list(items, style="or" if either else "standard", locale=self.locale)

    def date(self, iso: str) -> str:
        """Return a day (2026-11-28) as it is said; anything else as it is."""
        try:
            return format_date(date.fromisoformat(iso), format="long", locale=self.locale)
        except ValueError:
            return iso

    def time(self, moment: datetime, zone: str) -> str:
        """Return what the clock says in a time zone (Europe/Berlin), to the minute."""
        return format_time(moment, format="short", tzinfo=ZoneInfo(zone), locale=self.locale)

    def place(self, zone: str) -> str:
        """Return the city that a time zone is named after."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def short_date(self, iso: str) -> str:
        """Return a day (2026-11-28) as it stands where there is little room."""
        return format_date(date.fromisoformat(iso), format="medium", locale=self.locale)

    def country(self, code: str) -> str:
        """Return the name of a country, or of an area of a currency, by its code in CLDR."""
        return str(self.locale.territories.get(code, code))

    def money(self, value: float, currency: str) -> str:
        """Return an amount without decimals that say nothing: `$0.25`, `2 €`."""
        pattern = self.locale.currency_formats["standard"].pattern
        whole = pattern.replace(".00", "") if value % 1 == 0 else pattern
        return format_currency(value, currency, format=whole, locale=self.locale, currency_digits=False)

    def quantity(self, value: float, unit: str | None, name: str | None = None) -> str:
        """Return a number with its unit, in the plural it needs; `name` is what the unit is called in this language."""
        if unit in _CLDR:
            length: Literal["short", "long"] = "short" if unit in _SHORT else "long"
            return format_unit(value, _CLDR[unit], length=length, locale=self.locale)
        return " ".join(filter(None, [self.number(value), name or unit]))


# Babel takes longer for a number than all else that an answer says; its numbers are few.
@lru_cache(1024)
def _percent(locale: Locale, share: Decimal) -> str:
    return format_percent(share, locale=locale)


@lru_cache(1024)
def _count(locale: Locale, number: int) -> str:
    return format_decimal(number, locale=locale)


@cache
def formats_of(lang: str) -> Formats:
    """Return how a language of ours ("pt-BR") writes."""
    locale = Locale.parse(_REGION.get(lang, lang), sep="-")
    return Formats(locale=locale, is_rtl=locale.text_direction == "rtl")
