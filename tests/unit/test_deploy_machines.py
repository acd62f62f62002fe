"""The files that put a bot on a machine are right by their schemas and linters, and name only what the bot has."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import install
import kubernetes_validate
import pytest
import yaml
from web_proxy import self_signed

from bot import listener
from bot.app import GRACE
from bot.settings import PREFIX, Settings
from classifiers.engines.remote.contract import path

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
PROGRAMS = Path(sys.executable).parent
OURS = {"compose.yaml", "kubernetes/bot.yaml"}


def objects(manifest: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(manifest.read_text(encoding="utf-8")))


def of_kubernetes(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an object of Kubernetes' own; of one of KubeRay's, the pods that are made from it."""
    if given["apiVersion"] != "ray.io/v1":
        return [given]
    cluster = given["spec"]["rayClusterConfig"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    return [{"apiVersion": "v1", "kind": "Pod", **group["template"]} for group in groups]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda file: file.name)
def test_every_manifest_is_one_by_kubernetes_own_schemas(manifest: Path) -> None:
    faults = {}
    for found in [one for given in objects(manifest) for one in of_kubernetes(given)]:
        try:
            kubernetes_validate.validate(found, "1.31", strict=True)
        except kubernetes_validate.ValidationError as error:
            faults[found["kind"]] = str(error)
    assert faults == {}


def test_the_compose_file_is_one_by_its_schema() -> None:
    checked = run(
        PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")
    )
    assert checked.returncode == 0, checked.stdout


def test_the_dockerfile_has_nothing_that_a_linter_finds() -> None:
    linted = run(PROGRAMS / "hadolint", DEPLOY / "Dockerfile")
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_unit_has_nothing_that_systemd_finds(tmp_path: Path) -> None:
    text = (DEPLOY / "checkup.service").read_text(encoding="utf-8")
    (tmp_path / "checkup.service").write_text(text.replace("/opt/checkup/.venv/bin/checkup", "/bin/true"))
    verified = run(install.systemd_analyze(), "verify", "--man=no", tmp_path / "checkup.service")
    assert [line for line in verified.stderr.splitlines() if "checkup.service" in line] == []
    assert verified.returncode == 0, verified.stderr


def test_the_proxy_s_configuration_is_one_by_nginx(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/run/secrets/bot.pem", str(certificate)).replace("/run/secrets/bot.key", str(key))
    kept = "".join(f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = text.replace("http {", f"http {{ {kept}", 1)  # Debian's nginx would have them where it may not write
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/nginx.pid;\n{text}")
    tried = run(install.nginx(), "-t", "-q", "-e", tmp_path / "log", "-p", tmp_path, "-c", tmp_path / "nginx.conf")
    assert (tried.returncode, tried.stderr) == (0, "")


def test_kubernetes_serves_every_disease_as_checkup_cluster_does() -> None:
    (service,) = (found for found in objects(DEPLOY / "kubernetes" / "models.yaml") if found["kind"] == "RayService")
    config = service["spec"]["serveConfigV2"]
    read = "import sys; from ray.serve.schema import ServeDeploySchema as S; S.model_validate_json(sys.stdin.read())"
    given = json.dumps(yaml.safe_load(config))
    checked = subprocess.run([sys.executable, "-c", read], input=given, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    lines = yaml.safe_load((DEPLOY.parent / "registry.yaml").read_text(encoding="utf-8"))["plugins"]
    cards = {Path(line["card"]).parent.name: line["card"] for line in lines}
    served = {one["name"]: one for one in yaml.safe_load(config)["applications"]}
    assert served.keys() == cards.keys()
    for disease, one in served.items():
        assert one["route_prefix"] == path(disease)
        assert one["import_path"] == "bot.cli.cluster.replica:application"
        assert one["args"] == {"card": f"/opt/checkup/{cards[disease]}"}
    assert (DEPLOY.parent / "bot/cli/cluster/replica.py").read_text().count("def application(") == 1
    lock = (DEPLOY.parent / "requirements-cluster.lock").read_text()
    assert f"ray=={service['spec']['rayClusterConfig']['rayVersion']} " in lock


@pytest.mark.parametrize("name", sorted(OURS))
def test_only_settings_that_there_are_are_set(name: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", (DEPLOY / name).read_text(encoding="utf-8")))
    assert {"TOKEN", "DATABASE", "SECRET_FILE", "WEBHOOK"} <= named
    assert {one.lower() for one in named} <= set(Settings.model_fields)


def test_kubernetes_gives_no_pod_a_setting_that_nobody_made() -> None:
    manifests = [one for manifest in MANIFESTS for one in objects(manifest)]
    given = [
        one for found in manifests for one in of_kubernetes(found) if found["kind"] in {"Deployment", "RayService"}
    ]
    pods = [one["spec"].get("template", one)["spec"] for one in given]
    assert [pod["enableServiceLinks"] for pod in pods] == [False] * 3


def test_whoever_is_told_to_stop_has_the_time_for_what_is_in_hand() -> None:
    (bot,) = (found for found in objects(DEPLOY / "kubernetes" / "bot.yaml") if found["kind"] == "Deployment")
    (container,) = bot["spec"]["template"]["spec"]["containers"]
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    unit = (DEPLOY / "checkup.service").read_text(encoding="utf-8")
    least = 2 * (GRACE + listener.GRACE)
    assert bot["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] - pause >= least
    assert int(compose["stop_grace_period"].removesuffix("s")) >= least
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) >= least


def test_what_listens_is_asked_where_it_listens() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    (bot,) = (found for found in objects(DEPLOY / "kubernetes" / "bot.yaml") if found["kind"] == "Deployment")
    (container,) = bot["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    environment = {one["name"]: one.get("value") for one in container["env"]}
    monitored = Settings.read({"CHECKUP_MONITORING": environment["CHECKUP_MONITORING"]}).monitoring
    assert monitored is not None
    assert ports == {"webhook": Settings.model_fields["port"].default, "monitoring": monitored.port}
    assert {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe")} == {"monitoring"}
    assert f":{monitored.port}/healthz" in compose["healthcheck"]["test"][-1]
    assert compose["environment"]["CHECKUP_MONITORING"] == environment["CHECKUP_MONITORING"]
