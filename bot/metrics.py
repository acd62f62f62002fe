"""What is counted for whoever watches the bot: names, labels and help of all metrics. None tells of a person or a chat."""

from datetime import timedelta

from prometheus_client import Counter, Gauge, Histogram

_TO_ANSWER = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)  # seconds
_TO_FINDING = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_TO_STORE = (0.002, 0.005, 0.01, 0.02, 0.04, 0.1, 0.5, 2, 5)

updates_received = Counter("checkup_updates_received_total", "Updates that were stored for the first time.")
updates_answered = Counter("checkup_updates_answered_total", "Updates that were handled to their end.")
updates_set_aside = Counter("checkup_updates_set_aside_total", "Updates that were given up or could not be read.")
waiting = Gauge("checkup_updates_waiting", "Updates in the database that are to be answered, of all processes.")
oldest_waiting = Gauge("checkup_oldest_waiting_seconds", "Age of the oldest update that is to be answered.")
kept_aside = Gauge("checkup_updates_kept_aside", "Updates in the database that were given up and not yet dropped.")
store_seconds = Histogram("checkup_store_seconds", "From an update's arrival until it is stored.", buckets=_TO_STORE)
answer_seconds = Histogram("checkup_answer_seconds", "From receiving an update to its answer.", buckets=_TO_ANSWER)
finding_seconds = Histogram(
    "checkup_finding_seconds", "From opening a photo or form to its finding.", ["disease"], buckets=_TO_FINDING
)
findings = Counter(
    "checkup_findings_total", "Findings, by what was concluded.", ["disease", "model", "outcome", "alarm"]
)
refusals = Counter("checkup_refusals_total", "Photos that could not be looked at, by the refusal's code.", ["code"])
faults = Counter("checkup_faults_total", "Cases that failed, by engine and the fault's code.", ["engine", "code"])
disease_available = Gauge("checkup_disease_available", "1 where a disease is offered now, else 0.", ["disease"])
telegram_errors = Counter(
    "checkup_telegram_errors_total", "Calls that failed, by status, timeout or network.", ["code"]
)
wait_seconds = Counter("checkup_telegram_wait_seconds_total", "Seconds that Telegram asked to wait (429), in all.")
webhook_requests = Counter(
    "checkup_webhook_requests_total", "Requests to the webhook, by the status answered.", ["status"]
)
up = Gauge(
    "checkup_up",
    "1 where the database takes what is written, Telegram was heard of lately, or it can bring updates (webhook); else 0.",
    ["part"],
)
disk_free = Gauge(
    "checkup_disk_free_bytes", "Free bytes where the database's file lies; nothing is known of PostgreSQL's."
)
disk_size = Gauge("checkup_disk_size_bytes", "All bytes there.")


def count_answer(*, after: timedelta) -> None:
    """Count an update as answered, so long after it was received."""
    updates_answered.inc()
    answer_seconds.observe(max(0.0, after.total_seconds()))
