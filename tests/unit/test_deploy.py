"""What stands in deploy/ names only what the bot counts, and leaves nothing of it out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from prometheus_client import metrics as kinds

from bot import metrics

HOME = Path(__file__).parents[2]
DASHBOARD = json.loads((HOME / "deploy" / "dashboard.json").read_text(encoding="utf-8"))
(GROUP,) = yaml.safe_load((HOME / "deploy" / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
SHOWN = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
ALERTS = {rule["alert"]: rule["expr"] for rule in GROUP["rules"]}
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
OF_PROMETHEUS = {"job", "instance", "le"}  # labels that every series has, and a histogram's


def counted() -> dict[str, set[str]]:
    """Return the labels of every series that /metrics has, by its name."""
    found = {}
    for metric in vars(metrics).values():
        if isinstance(metric, kinds.MetricWrapperBase):
            (family,) = metric.describe()
            found |= {family.name + ending: set(metric._labelnames) for ending in ENDINGS[family.type]}
    return found


def named(expression: str) -> set[str]:
    """Return the series of ours that an expression names."""
    return set(re.findall(r"\bcheckup_\w+", expression))


def labels(expression: str) -> set[str]:
    """Return the labels that an expression asks for."""
    lists = re.findall(r"\b(?:by|on|without) ?\(([^)]*)\)", expression)
    return {
        *re.findall(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)", expression),
        *(name.strip() for names in lists for name in names.split(",")),
    }


def test_the_dashboard_and_the_alerts_name_only_what_is_counted_with_labels_that_it_has() -> None:
    series = counted()
    for expression in (*SHOWN, *ALERTS.values()):
        assert named(expression) <= set(series), expression
        has = OF_PROMETHEUS.union(*(series[name] for name in named(expression)))
        assert labels(expression) <= has, expression
        assert expression.count("(") == expression.count(")"), expression


def test_the_dashboard_shows_all_that_is_counted() -> None:
    shown = set().union(*map(named, SHOWN))
    assert {name for name in counted() if not name.endswith(("_sum", "_count"))} <= shown


def test_there_are_five_alerts_and_each_says_what_to_do() -> None:
    assert len(ALERTS) == 5
    assert all(len(rule["annotations"]["description"]) > 40 for rule in GROUP["rules"])


def test_every_metric_is_in_the_page_on_operations() -> None:
    page = (HOME / "docs" / "operations.md").read_text(encoding="utf-8")
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in counted()}
    assert {name for name in families if f"`{name}`" not in page} == set()


def test_no_label_is_of_a_person_or_a_chat() -> None:
    assert set().union(*counted().values()) == {
        "alarm",
        "code",
        "disease",
        "engine",
        "model",
        "outcome",
        "part",
        "status",
    }
