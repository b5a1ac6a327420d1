"""docker-compose.yml keeps its promises on paper; `tests/containers/verify` runs it."""

import re
import tomllib
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from pydantic import ValidationError

from deploy.compose.stack import PROXY, STEPS, TYPESETTER
from deploy.procfile import COMMANDS, ISSUER, PORTAL
from deploy.procfile import SERVICES as OUR_SERVICES
from shared.services import WITH_CONTACTS
from shared.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
WORKSPACE = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
MEMBERS = sorted(
    str(path.parent.relative_to(ROOT)) for member in WORKSPACE for path in ROOT.glob(f"{member}/pyproject.toml")
)
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("kommunbuss/")}

every_service = pytest.mark.parametrize("name", SERVICES)
every_process = pytest.mark.parametrize("name", COMMANDS)
one_of_ours = pytest.mark.parametrize("name", sorted(OURS))


def service_of(process: str) -> str:
    return process if process == PORTAL else process.rpartition("-")[0]


@every_process
def test_a_process_runs_in_its_container_what_it_runs_embedded(name):
    inside = "" if name.endswith("-api") or name == PORTAL else " --port 9000"

    assert " ".join(SERVICES[name]["command"]) == COMMANDS[name].removesuffix(" --port $PORT") + inside


def test_what_a_process_tells_from_within_is_asked_on_one_port_and_none_of_its_ports_is_published():
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    published = [port for service in OURS - {ISSUER} for port in SERVICES[service].get("ports", [])]

    assert "INTERNAL_PORT=9000" in dockerfile
    assert "/dev/tcp/127.0.0.1/$INTERNAL_PORT" in dockerfile
    assert published == []


def test_nothing_of_ours_runs_besides_the_processes_the_steps_the_typesetter_and_the_local_issuer():
    assert OURS - {ISSUER, TYPESETTER} == COMMANDS.keys() | STEPS - {"secrets", "databases"}


@pytest.mark.parametrize("name", sorted(OURS | STEPS | {PROXY}))
def test_a_container_of_ours_may_do_nothing_it_need_not(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["CHOWN"] if name == "secrets" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]


@every_service
def test_every_container_has_limits_for_itself_and_its_logs(name):
    limits = SERVICES[name]["deploy"]["resources"]["limits"]

    assert limits["memory"]
    assert limits["cpus"]
    assert SERVICES[name]["logging"]["options"]["max-size"]


@one_of_ours
def test_an_image_of_ours_is_never_taken_from_a_registry(name):
    assert SERVICES[name]["pull_policy"] == "never"


@every_service
def test_ports_are_published_to_this_machine_only_unless_the_proxy_is_told_another_address(name):
    address = r"\$\{PUBLIC_ADDRESS:-127\.0\.0\.1\}" if name == PROXY else r"127\.0\.0\.1"

    assert all(re.fullmatch(address + r":\$\{\w+_PORT:-\d+\}:\d+", port) for port in SERVICES[name].get("ports", []))


def test_the_proxy_is_on_the_apis_network_and_on_no_other():
    on_it = {name for name, service in SERVICES.items() if "public" in service.get("networks", [])}

    assert on_it == {PROXY, *(f"{service}-api" for service in OUR_SERVICES), PORTAL}
    assert list(SERVICES[PROXY]["networks"]) == ["public"]


@every_process
def test_a_process_believes_the_proxy_and_the_portal_alone_about_who_asks(name):
    believed = SERVICES[name]["environment"]["FORWARDED_ALLOW_IPS"].split(",")

    assert believed == [SERVICES[one]["networks"]["public"]["ipv4_address"] for one in (PROXY, PORTAL)]


@pytest.mark.parametrize("service", OUR_SERVICES)
def test_the_portal_asks_a_service_on_the_network_where_it_has_its_own_address(service):
    [name] = SERVICES[f"{service}-api"]["networks"]["public"]["aliases"]

    assert f"http://{name}:8000" in SERVICES[PORTAL]["environment"].values()


def test_neither_the_proxys_address_nor_the_portals_is_given_to_another():
    [addresses] = yaml.safe_load(COMPOSE.replace("${PUBLIC_NETWORK:-10.213.47}", "10.213.47"))["networks"]["public"][
        "ipam"
    ]["config"]

    for address in (ip_address("10.213.47.2"), ip_address("10.213.47.3")):
        assert address in ip_network(addresses["subnet"])
        assert address not in ip_network(addresses["ip_range"])


def test_it_runs_as_for_real_unless_a_try_is_asked_for():
    demo = dict(line.split("=", 1) for line in (ROOT / "deploy/compose/demo.env").read_text().splitlines()[1:])
    asked_for = set(re.findall(r"\$\{(\w+):?\?", COMPOSE))

    assert SERVICES["housing-api"]["environment"]["MODE"] == "${MODE:-production}"
    assert SERVICES[ISSUER]["deploy"]["replicas"] == "${LOCAL_SERVERS:-0}"
    assert asked_for == {"OIDC_ISSUER", "SMTP_URL", "PUBLIC_URL"}
    assert demo.keys() >= {"MODE", "LOCAL_SERVERS", *asked_for}


@every_service
def test_a_step_ends_and_everything_else_comes_back(name):
    assert SERVICES[name]["restart"] == ("on-failure:5" if name in STEPS else "unless-stopped")


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - OURS))
def test_every_image_of_others_is_pinned(name):
    assert re.search(r":v?\d+\.\d+", SERVICES[name]["image"])


@pytest.mark.parametrize("service", OUR_SERVICES)
def test_no_api_is_on_the_bus(service):
    assert "bus" not in SERVICES[f"{service}-api"]["networks"]


@every_process
def test_a_process_reads_the_secrets_of_its_own_service_only(name):
    secrets = [volume for volume in SERVICES[name]["volumes"] if volume.startswith("secrets-")]

    assert secrets == [f"secrets-{service_of(name)}:/run/secrets:ro"]


@every_process
def test_a_process_starts_when_its_tables_and_its_topics_are_there(name):
    role = name.rpartition("-")[2]
    needed = {f"{service_of(name)}-migrate"} | ({"topics"} if role in ("relay", "consumer") else set())

    assert SERVICES[name]["depends_on"] == {step: {"condition": "service_completed_successfully"} for step in needed}


def test_the_mailer_asks_each_publisher_in_its_own_container():
    default = SERVICES["notifications-mailer"]["environment"]["CONTACTS_URLS"].partition(":-")[2].rstrip("}")

    urls = Settings(service="notifications", contacts_urls=default).contacts_urls

    assert urls == {service: f"http://{service}-api:9000" for service in WITH_CONTACTS}


def test_what_reads_what_strangers_wrote_has_no_network_and_nothing_to_tell():
    typesetter, api = SERVICES[TYPESETTER], SERVICES["eservice-intake-api"]
    socket = api["environment"]["TYPESETTER_SOCKET"]

    assert typesetter["network_mode"] == "none"
    assert (typesetter["environment"], typesetter["env_file"]) == ({}, [])
    assert typesetter["volumes"] == ["typesetter:/run/typesetter"]
    assert "typesetter:/run/typesetter:ro" in api["volumes"]
    assert typesetter["command"] == ["uvicorn", "typesetter.app:api", "--uds", socket]


def test_kafka_makes_no_topic_by_itself():
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_kafka_is_of_the_same_version_in_a_container_and_as_a_process():
    pom = ElementTree.parse(ROOT / "deploy/kafka/pom.xml")
    versions = {
        artifact.findtext("{*}version")
        for artifact in pom.iterfind(".//{*}dependency")
        if artifact.findtext("{*}artifactId") == "kafka_2.13"
    }

    assert SERVICES["kafka"]["image"] == f"apache/kafka:{versions.pop()}"


def test_there_is_a_stand_in_for_every_image_that_is_pulled_without_a_profile():
    pulled = {service["image"] for service in SERVICES.values() if "profiles" not in service}
    script = (ROOT / "tests/containers/build-standins").read_text()

    assert [image for image in pulled if not image.startswith("kommunbuss/") and image not in script] == []


@pytest.mark.parametrize("member", MEMBERS)
def test_the_image_is_built_from_every_member_of_the_workspace(member):
    kept = [line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()]

    assert f"COPY {member}/pyproject.toml {member}/\n" in (ROOT / "deploy/Dockerfile").read_text()
    assert any(fnmatch(f"{member}/pyproject.toml", pattern) for pattern in kept if pattern != "*")


def test_that_one_broker_without_tls_will_do_is_said_in_words():
    chosen = {name: value for name, value in SERVICES["housing-relay"]["environment"].items() if "-" in value}
    defaults = {name: re.sub(r"^\$\{\w+:?-(.*)\}$", r"\1", value) for name, value in chosen.items()}
    words = {name.lower(): defaults[name] for name in ("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_ONE_BROKER", "UNENCRYPTED")}
    in_production = {"service": "housing", "mode": "production", "oidc_issuer": None, "database_url": "sqlite:///x"}

    assert Settings(**in_production, **words).replicas == 1
    for unsaid in ({"kafka_one_broker": None}, {"unencrypted": ""}):
        with pytest.raises(ValidationError, match=next(iter(unsaid)).upper()):
            Settings(**in_production, topic_replication=1, **{**words, **unsaid})
