"""A report as a file in the chat: laid out on a thread, in memory, and kept nowhere."""

from collections.abc import Sequence
from datetime import datetime

from telegram import Bot

from bot.handlers.services import Services
from bot.replies.report.sheet import Sheet
from bot.sending.messages import send_file
from bot.texts import Html, Texts


async def send_report(
    services: Services, bot: Bot, chat: int, sheets: Sequence[Sheet], texts: Texts, *, caption: Html, now: datetime
) -> None:
    """Send these pages as a PDF to a private chat."""
    content = await services.examiner.workers.run(_laid_out, sheets, texts)
    await send_file(bot, chat, content, name=f"checkup-{now:%Y-%m-%d}.pdf", caption=caption)


def _laid_out(sheets: Sequence[Sheet], texts: Texts) -> bytes:
    # Imported here: it takes half a second and 30 MB, which a bot that nobody asks for a report does not need.
    from bot.replies.report.pdf import pdf_of  # noqa: PLC0415

    return pdf_of(sheets, texts, title=sheets[0].heading)
