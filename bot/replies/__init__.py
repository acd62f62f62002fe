"""What is said of a finding, a refusal or a disease: words and buttons, no Telegram and no clock. Pure."""

from bot.replies.buttons import FEEDBACK, LOOK_AS, Button, Rows, feedback_rows, read_feedback
from bot.replies.cards import about, diseases
from bot.replies.finding import Reply, reply
from bot.replies.form import FormWords, Shown, Tap, read_tap
from bot.replies.form_result import emergency, form_reply
from bot.replies.form_trouble import refused_answer
from bot.replies.length import CAPTION, MESSAGE, clipped, units
from bot.replies.reload import reloaded
from bot.replies.trouble import apology, refusal

__all__ = [
    "CAPTION",
    "FEEDBACK",
    "LOOK_AS",
    "MESSAGE",
    "Button",
    "FormWords",
    "Reply",
    "Rows",
    "Shown",
    "Tap",
    "about",
    "apology",
    "clipped",
    "diseases",
    "emergency",
    "feedback_rows",
    "form_reply",
    "read_feedback",
    "read_tap",
    "refusal",
    "refused_answer",
    "reloaded",
    "reply",
    "units",
]
