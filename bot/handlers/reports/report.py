"""/report: a PDF for a doctor of the spots that a person follows; photos are fetched for the moment, nothing is kept."""

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.reports.report_file import send_report
from bot.handlers.reports.report_spots import reported_spots, spot_lines
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.report.choice import changed, choice_rows, chosen
from bot.replies.report.spot_sheet import spot_sheet
from bot.replies.report.taps import ReportSpotTap, ReportTap
from bot.replies.spots import spot_names
from bot.sending.chat_action import chat_action
from bot.sending.messages import change_buttons, reply, rows_below, toast


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /report and of its buttons."""

    async def asked(update: Update, _: Context) -> None:
        if update.effective_message and update.effective_user:
            await _ask(services, update.effective_message, update.effective_user)

    return [
        CommandHandler("report", asked, filters=COMMAND),
        on_tap(services, ReportSpotTap, _spot_tapped),
        on_tap(services, ReportTap, _make_tapped),
    ]


async def _ask(services: Services, message: Message, user: User) -> None:
    """Ask which spots are to be in the report; of one spot alone it is made at once."""
    texts = services.texts_for(user)
    if message.chat.type != ChatType.PRIVATE:
        await reply(message, texts.html("spots.in_private"))
        return
    lines = await spot_lines(services, user)
    if not lines:
        await reply(message, texts.html("report.none"))
    elif len(lines) == 1:
        await _make(services, message, user, [lines[0].spot])
    else:
        await reply(message, texts.html("report.ask"), buttons=choice_rows(lines, texts))


async def _spot_tapped(services: Services, _: Update, query: CallbackQuery, tap: ReportSpotTap) -> None:
    texts, user = services.texts_for(query.from_user), query.from_user
    if not isinstance(query.message, Message) or query.message.chat.type != ChatType.PRIVATE:
        await toast(query, texts.plain("old_button"))
        return
    await toast(query)
    if tap.state == "alone":
        await _make(services, query.message, user, [tap.spot])
        return
    names = spot_names(await spot_lines(services, user), texts)
    await change_buttons(query, changed(rows_below(query.message), tap.spot, names, texts))


async def _make_tapped(services: Services, _: Update, query: CallbackQuery, __: ReportTap) -> None:
    texts = services.texts_for(query.from_user)
    if not isinstance(query.message, Message) or query.message.chat.type != ChatType.PRIVATE:
        await toast(query, texts.plain("old_button"))
        return
    spots = chosen(rows_below(query.message))
    await toast(query, None if spots else texts.plain("report.none_chosen"))
    if spots:
        await _make(services, query.message, query.from_user, spots)


async def _make(services: Services, message: Message, user: User, spots: list[int]) -> None:
    """Send the report of these spots, as far as the person follows them."""
    texts, now = services.texts_for(user), services.store.now()
    with chat_action(message):
        found = await reported_spots(services, message.get_bot(), user, spots)
        if not found:
            await reply(message, texts.html("spots.gone"))
            return
        sheets = [spot_sheet(spot, texts, made=now.date()) for spot in found]
        caption = texts.html("report.here")
        await send_report(services, message.get_bot(), message.chat_id, sheets, texts, caption=caption, now=now)
