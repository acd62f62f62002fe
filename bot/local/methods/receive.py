"""The methods by which the bot gets its updates."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.local.methods.call import Call
from bot.local.state.webhook import Target
from bot.local.wire.errors import WEBHOOK_ACTIVE, ApiError, bad

LONGEST_POLL = 50  # seconds


async def get_updates(call: Call) -> Sequence[dict[str, Any]]:
    """Return updates from `offset` on, waiting up to `timeout` seconds for the first."""
    state = call.state
    if state.webhook.target:
        raise ApiError(409, WEBHOOK_ACTIVE)
    _remember_allowed(call)
    limit = min(max(call.get("limit") or 100, 1), 100)
    timeout = min(max(call.get("timeout") or 0, 0), LONGEST_POLL)
    return await state.updates.poll(offset=call.get("offset") or 0, limit=limit, patience=timeout)


async def set_webhook(call: Call) -> bool:
    """Bring updates to a URL. Unlike Telegram's own server this one takes http:// too, as a local server does."""
    url, secret = call.get("url") or "", call.get("secret_token")
    if not url:
        return await delete_webhook(call)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    _remember_allowed(call)
    if call.get("drop_pending_updates"):
        call.state.updates.clear()
    connections = min(max(call.get("max_connections") or 40, 1), 100)
    target = Target(url=url, secret=secret, max_connections=connections, certificate=_certificate(call))
    await call.state.webhook.set(target)
    return True


async def delete_webhook(call: Call) -> bool:
    """Go back to getUpdates."""
    if call.get("drop_pending_updates"):
        call.state.updates.clear()
    await call.state.webhook.set(None)
    return True


async def get_webhook_info(call: Call) -> dict[str, Any]:
    """Return where updates go and what went wrong last."""
    return call.state.webhook.info()


def _certificate(call: Call) -> str | None:
    """Return the certificate that came with the call, in PEM. Raises ApiError for what is none."""
    upload = call.uploads.get("certificate")
    if upload is None:
        return None
    try:
        found = upload.read().decode("ascii")
        ssl.create_default_context(cadata=found)
    except (ssl.SSLError, ValueError):
        raise bad("bad webhook: can't read the certificate") from None
    return found


def _remember_allowed(call: Call) -> None:
    if "allowed_updates" in call.fields:
        call.state.updates.allowed = tuple(call.fields["allowed_updates"])
