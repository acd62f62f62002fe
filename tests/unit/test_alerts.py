"""The alert rules of deploy/ as Prometheus evaluates them: when each fires, for which replicas, and what it says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import install
import pytest
import yaml

RULES = Path(__file__).parents[2] / "deploy" / "alerts.yaml"
(GROUP,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
SAYS = {rule["alert"]: rule for rule in GROUP["rules"]}
A, B = 'job="checkup",instance="a"', 'job="checkup",instance="b"'
SKIN = f'{A},disease="skin",model="2026.5"'

WELL = {
    f"checkup_oldest_waiting_seconds{{{A}}}": "3x90",
    f"checkup_oldest_waiting_seconds{{{B}}}": "59x90",
    f'checkup_up{{{A},part="database"}}': "1x90",
    f"checkup_updates_kept_aside{{{A}}}": "0x90",
    f'checkup_disease_available{{{A},disease="skin"}}': "1x90",
    f"checkup_disk_free_bytes{{{A}}}": "11x90",
    f"checkup_disk_size_bytes{{{A}}}": "100x90",
    f'checkup_findings_total{{{SKIN},outcome="sure",alarm="true"}}': "0+1x90",
    f'checkup_findings_total{{{SKIN},outcome="unsure",alarm="false"}}': "0+1x90",
}
WAITS = "People wait for answers."
Case = tuple[dict[str, str], dict[str, tuple[dict[str, str], str]]]  # the series; the alerts: their own labels, summary
CASES: dict[str, Case] = {
    "all is well": (WELL, {}),
    "one replica sees somebody wait": (
        WELL | {f"checkup_oldest_waiting_seconds{{{B}}}": "61x90"},
        {"CheckupWaitsLong": ({}, WAITS)},
    ),
    "nobody knows who waits, as the database is away": (
        WELL | {f"checkup_oldest_waiting_seconds{{{A}}}": "_x90", f'checkup_up{{{A},part="database"}}': "0x90"},
        {"CheckupWaitsLong": ({"part": "database"}, "People wait for answers, since the database is away.")},
    ),
    "Telegram cannot bring updates, of which nobody here knows": (
        WELL | {f'checkup_up{{{one},part="webhook"}}': "0x90" for one in (A, B)},
        {"CheckupWaitsLong": ({"part": "webhook"}, "People wait for answers, since the webhook is away.")},
    ),
    "updates were given up, as each replica counts them": (
        WELL | {f"checkup_updates_kept_aside{{{one}}}": "3x90" for one in (A, B)},
        {"CheckupSetAside": ({}, "3 updates were given up.")},
    ),
    "one replica does not offer a disease": (
        WELL | {f'checkup_disease_available{{{B},disease="skin"}}': "0x90"},
        {"CheckupDiseaseUnavailable": ({"disease": "skin"}, "skin is not offered.")},
    ),
    "the disk of one machine is nearly full": (
        WELL | {f"checkup_disk_free_bytes{{{B}}}": "5x90", f"checkup_disk_size_bytes{{{B}}}": "100x90"},
        {"CheckupDiskNearlyFull": ({"instance": "b"}, "b: 5% of the disk is free.")},
    ),
    "half of what people send is turned away": (
        WELL | {f'checkup_findings_total{{{SKIN},outcome="not_this",alarm="false"}}': "0+2x90"},
        {"CheckupFindingsUnusual": ({"disease": "skin"}, "skin: 50% is a share that the model card does not expect.")},
    ),
    "an alarm for everybody": (
        WELL | {f'checkup_findings_total{{{SKIN},outcome="unsure",alarm="false"}}': "0x90"},
        {"CheckupFindingsUnusual": ({"disease": "skin"}, "skin: 100% is a share that the model card does not expect.")},
    ),
    "an alarm for nobody": (
        WELL | {f'checkup_findings_total{{{SKIN},outcome="sure",alarm="true"}}': "0x90"},
        {"CheckupFindingsUnusual": ({"disease": "skin"}, "skin: 0% is a share that the model card does not expect.")},
    ),
    "an alarm for nobody, of few photos": (
        {f'checkup_findings_total{{{SKIN},outcome="sure",alarm="false"}}': "0x80 49x10"},
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_alert_fires_when_it_should_and_no_other_does(case: str, tmp_path: Path) -> None:
    series, fires = CASES[case]
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump(_as_promtool_reads(series, fires)), encoding="utf-8")
    done = subprocess.run([install.promtool(), "test", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _as_promtool_reads(series: dict[str, str], fires: dict[str, tuple[dict[str, str], str]]) -> dict[str, Any]:
    """Return a test of the rules: a value each five minutes for 7.5 hours, and what fires at their end."""
    return {
        "rule_files": [str(RULES)],
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "5m",
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "alert_rule_test": [
                    {
                        "eval_time": "450m",
                        "alertname": alert,
                        "exp_alerts": [_fired(alert, *fires[alert])] if alert in fires else [],
                    }
                    for alert in SAYS
                ],
            }
        ],
    }


def _fired(alert: str, labels: dict[str, str], summary: str) -> dict[str, Any]:
    rule = SAYS[alert]
    return {
        "exp_labels": {"job": "checkup", **rule["labels"], **labels},
        "exp_annotations": {"summary": summary, "description": rule["annotations"]["description"]},
    }
