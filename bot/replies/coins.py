"""The choice of a coin in buttons: a country, those where the language is spoken first, then one of its coins; or of how
wide a dermatoscope's field is. Pure.
"""

from bot.replies.buttons import Button, Rows
from bot.replies.spot_taps import CoinTap, FieldTap
from bot.replies.tap import OfPhoto
from bot.texts import Texts
from classifiers.following.coins import coins_of, countries_for

_FIRST = 4  # countries before one asks for the others
_IN_ROW = {"countries": 2, "coins": 4, "fields": 3}
_FIELDS = (10, 15, 20, 25, 30)  # mm: what dermatoscopes and lenses for phones have


def coin_button(of: OfPhoto, texts: Texts) -> Button:
    """Return the button by which a spot is measured."""
    return Button(text=texts.plain("button.coin"), data=CoinTap(**of._asdict(), at="ask").data)


def country_rows(of: OfPhoto, texts: Texts, *, every: bool) -> Rows:
    """Return a button for each country, the first ones or `every` one."""
    countries = countries_for(texts.lang)
    shown = countries if every else countries[:_FIRST]
    buttons = [Button(text=texts.formats.country(code), data=CoinTap(**of._asdict(), at=code).data) for code in shown]
    others = Button(text=texts.plain("button.coin_countries"), data=CoinTap(**of._asdict(), at="all").data)
    return (*_rows(buttons, "countries"), *(() if every else ((others,),)))


def coin_rows(of: OfPhoto, country: str, texts: Texts) -> Rows:
    """Return a button for each coin of a country, by its value."""
    buttons = [
        Button(text=texts.formats.money(coin.value, coin.currency), data=CoinTap(**of._asdict(), at=coin.code).data)
        for coin in coins_of(country)
    ]
    return _rows(buttons, "coins")


def field_rows(of: OfPhoto, texts: Texts) -> Rows:
    """Return a button for each width that a dermatoscope's field may have, and "I don't know"."""
    buttons = [
        Button(text=texts.formats.quantity(wide, "mm"), data=FieldTap(**of._asdict(), wide=wide).data)
        for wide in _FIELDS
    ]
    unknown = Button(text=texts.plain("button.form_skip"), data=FieldTap(**of._asdict(), wide=0).data)
    return (*_rows(buttons, "fields"), (unknown,))


def _rows(buttons: list[Button], kind: str) -> Rows:
    side = _IN_ROW[kind]
    return tuple(tuple(buttons[at : at + side]) for at in range(0, len(buttons), side))
