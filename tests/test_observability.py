"""What operations look at names what our processes export, so that no dashboard and no alert goes blind unnoticed."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY, CollectorRegistry

from housing.app import api as housing
from notifications.models.deliveries import DeliveryStatus

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy/observability"

FROM_PROMETHEUS: dict[str, set[str]] = {"up": set(), "ALERTS": {"alertname", "alertstate"}}
FROM_THE_SCRAPE = {"job", "instance", "service", "role", "le"}
WORDS = {"and", "or", "unless", "offset"}


def read(path: str) -> Any:
    return yaml.safe_load((FOLDER / path).read_text())


PROCESSES = {line.split(":")[0] for line in (ROOT / "deploy/Procfile").read_text().splitlines()}
SCRAPES = {job["job_name"]: job for job in read("prometheus.yml")["scrape_configs"]}
ALERTS = {rule["alert"]: rule for group in read("rules.yml")["groups"] for rule in group["rules"]}
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("grafana/dashboards/*.json")}
PANELS = {f"{name}: {panel['title']}": panel for name, board in DASHBOARDS.items() for panel in board["panels"]}
EXPRESSIONS = {name: alert["expr"] for name, alert in ALERTS.items()} | {
    f"{name} {target['refId']}": target["expr"] for name, panel in PANELS.items() for target in panel["targets"]
}

every_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
every_alert = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)
every_expression = pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)


def service_of(process: str) -> str:
    """The portal is one process, and has its name."""
    return process.rpartition("-")[0] or process


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """The metrics our processes export, with their labels; nothing has been counted yet, so no scrape shows all."""
    for process in PROCESSES:
        importlib.import_module(f"{service_of(process).replace('-', '_')}.app")
    of_kafka = CollectorRegistry()
    KafkaPrometheusMiddleware(registry=of_kafka)
    collectors = {**REGISTRY._names_to_collectors, **of_kafka._names_to_collectors}
    return {name: set(getattr(collector, "_labelnames", ())) for name, collector in collectors.items()}


def metrics_in(expression: str) -> set[str]:
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|on) \([^)]*\)", "", expression)
    return set(re.findall(r"\b[A-Za-z_]\w+\b(?!\s*\()", bare)) - WORDS


def labels_in(expression: str) -> set[str]:
    grouped = ",".join(re.findall(r"\b(?:by|on) \(([^)]*)\)", expression))
    return set(re.findall(r"(\w+)[=!]", expression)) | set(re.findall(r"\w+", grouped))


@every_expression
def test_every_metric_that_is_looked_at_is_exported(expression, exported):
    metrics = metrics_in(expression)

    assert metrics
    assert metrics <= exported.keys() | FROM_PROMETHEUS.keys()


@every_expression
def test_every_label_that_is_looked_at_is_one_of_its_metrics(expression, exported):
    labels = set.union(*((exported | FROM_PROMETHEUS)[metric] for metric in metrics_in(expression)))

    assert labels_in(expression) <= labels | FROM_THE_SCRAPE


def test_every_status_of_a_delivery_that_is_looked_at_exists():
    looked_at = "|".join(re.findall(r'_deliveries_total\{status[=!]~?"([^"]*)"', " ".join(EXPRESSIONS.values())))

    assert set(looked_at.split("|")) <= set(DeliveryStatus)


def test_prometheus_asks_every_process():
    (found,) = SCRAPES["kommunbuss"]["dns_sd_configs"]

    assert sorted(found["names"]) == sorted(PROCESSES)


def test_every_process_that_is_gone_is_missed():
    expected = re.findall(r'absent\(up\{job="([^"]+)"\}\)', ALERTS["ProcessDown"]["expr"])

    assert sorted(expected) == sorted(PROCESSES)


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_a_process_is_labelled_with_its_name_its_service_and_its_role(process):
    labels = {}
    for rule in SCRAPES["kommunbuss"]["relabel_configs"]:
        match = re.fullmatch(rule.get("regex", "(.*)"), process)
        labels[rule["target_label"]] = match and match[1]

    role = process.rpartition("-")[2]
    assert labels == {"job": process, "service": service_of(process), "role": role}


@every_panel
def test_every_panel_says_what_it_shows_and_what_to_do(panel):
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert all(target["legendFormat"] for target in panel["targets"])


@every_alert
def test_every_alert_says_what_is_wrong_and_what_to_do(alert):
    assert alert["annotations"].keys() == {"summary", "action"}


@every_panel
def test_every_panel_asks_a_source_that_grafana_is_given(panel):
    given = [
        (source["type"], source["uid"])
        for source in read("grafana/provisioning/datasources/datasources.yaml")["datasources"]
    ]

    assert (panel["datasource"]["type"], panel["datasource"]["uid"]) in given


async def test_nothing_about_a_person_leaves_in_a_trace(monkeypatch):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    anna = {"User-Agent": "anna", "X-Forwarded-For": "anna", "Referer": "http://anna", "Cookie": "name=anna"}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(housing), base_url="http://housing") as http:
        await http.get("/houses/anna?about=anna@example.com", headers=anna)

    (span,) = spans.get_finished_spans()
    recorded = dict(span.attributes or {})
    removed = [action["pattern"] for action in read("collector.yaml")["processors"]["attributes"]["actions"]]
    kept = {name: value for name, value in recorded.items() if not any(re.search(regex, name) for regex in removed)}
    assert "anna" in str(recorded)
    assert "anna" not in f"{span.name} {kept}"
    assert kept["http.route"] == "/houses/{house_id}"
