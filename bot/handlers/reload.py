"""/reload, for admins: replace the registry of all replicas while they run. SIGHUP does it in one process."""

import logging
from collections.abc import Callable
from functools import partial

from telegram import Bot, Update
from telegram.ext import CommandHandler, filters

from bot.handlers.filters import PRIVATE
from bot.handlers.profile import announce
from bot.handlers.services import Context, Handler, Services
from bot.replies import reloaded
from bot.sending.messages import reply
from bot.settings import Settings
from bot.store import RELOAD
from classifiers.live_registry import ReloadReport
from classifiers.registry import Registry, read_registry

log = logging.getLogger(__name__)


async def reload(services: Services, bot: Bot) -> ReloadReport:
    """Read the registry again and update the menus of commands. A disease that is broken now stays as it was."""
    settings = services.settings
    report = await services.examiner.reload(_reader(settings))
    for fault in report.faults:
        log.error("%s", fault)
    changes = {"new": report.added, "gone": report.removed, "broken, as before": report.kept}
    listed = "; ".join(f"{what}: {', '.join(diseases)}" for what, diseases in changes.items() if diseases)
    log.info("the registry was reloaded: %s", listed or "the same diseases")
    await announce(bot, services)
    services.menus_due.set()
    return report


def _reader(settings: Settings) -> Callable[[], Registry]:
    return partial(read_registry, settings.registry, trusted=settings.trusted, models=settings.models)


def handlers(services: Services) -> list[Handler]:
    """Return the handler of /reload; for everybody but the admins there is no such command."""

    async def asked(update: Update, context: Context) -> None:
        if message := update.effective_message:
            report = await reload(services, context.bot)
            await services.store.replicas.tell(RELOAD)
            for text in reloaded(report, services.examiner.registry, services.texts_for(update.effective_user)):
                await reply(message, text)

    admins = filters.User(user_id=services.settings.admins)
    return [CommandHandler("reload", asked, filters=PRIVATE & admins)]
