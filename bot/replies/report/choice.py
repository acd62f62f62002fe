"""The buttons by which a person chooses which spots are in a report; what is chosen stands in the buttons alone. Pure."""

from collections.abc import Sequence

from bot.replies.buttons import Button, Row, Rows
from bot.replies.report.taps import ReportSpotTap, ReportTap
from bot.replies.spots import SpotLine, spot_names
from bot.replies.taps import read_tap
from bot.texts import Texts

MOST = 12  # spots of one report: those with the newest photos


def choice_rows(spots: Sequence[SpotLine], texts: Texts) -> Rows:
    """Return a button for each spot, all of them chosen, and the one that makes the report."""
    names = spot_names(spots, texts)
    rows = [(_spot_button(one.spot, names[one.spot], texts, is_in=True),) for one in spots[:MOST]]
    make = Button(text=texts.plain("report.make"), data=ReportTap(act="make").data)
    return (*rows, (make,))


def changed(rows: Rows, spot: int, names: dict[int, str], texts: Texts) -> Rows:
    """Return the buttons with one spot chosen that was not, or the other way round; `names` are those of the spots."""

    def row(before: Row) -> Row:
        tap = _tap_of(before)
        if tap is None or tap.spot != spot or spot not in names:
            return before
        return (_spot_button(spot, names[spot], texts, is_in=tap.state == "out"),)

    return tuple(map(row, rows))


def chosen(rows: Rows) -> list[int]:
    """Return the spots that are chosen by these buttons."""
    return [tap.spot for row in rows if (tap := _tap_of(row)) and tap.state == "in"][:MOST]


def _spot_button(spot: int, name: str, texts: Texts, *, is_in: bool) -> Button:
    tap = ReportSpotTap(spot=spot, state="in" if is_in else "out")
    return Button(text=texts.plain(f"report.{tap.state}", spot=name), data=tap.data)


def _tap_of(row: Row) -> ReportSpotTap | None:
    tap = read_tap(row[0].data)
    return tap if isinstance(tap, ReportSpotTap) else None
