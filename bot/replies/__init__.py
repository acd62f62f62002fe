"""What is said of a finding, a refusal or a disease: words and buttons, no Telegram and no clock. Pure."""

from bot.replies.buttons import FEEDBACK, Button, Rows, feedback_rows, read_feedback
from bot.replies.cards import about, diseases
from bot.replies.finding import Reply, reply
from bot.replies.length import CAPTION, MESSAGE, clipped, units
from bot.replies.trouble import apology, refusal

__all__ = [
    "CAPTION",
    "FEEDBACK",
    "MESSAGE",
    "Button",
    "Reply",
    "Rows",
    "about",
    "apology",
    "clipped",
    "diseases",
    "feedback_rows",
    "read_feedback",
    "refusal",
    "reply",
    "units",
]
