"""The units for systemd run what the Procfile has, and Prometheus asks each of them."""

import os
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from testkit.broker import free_port, wait_for_port

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy/systemd"
PROCESSES = [line.split(":")[0] for line in (ROOT / "deploy/Procfile").read_text().splitlines()]
PORTS = {name: ports for name, *ports in map(str.split, (FOLDER / "ports").read_text().splitlines()) if name != "#"}


def unit(name: str) -> list[str]:
    return (FOLDER / name).read_text().splitlines()


def test_the_target_starts_every_process():
    wanted = [line.removeprefix("Wants=") for line in unit("kommunbuss.target") if line.startswith("Wants=")]

    assert wanted == [f"kommunbuss@{name}.service" for name in PROCESSES]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_runs_what_is_in_the_checkout(path):
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(path)
    program = unit["Service"]["ExecStart"].split()[0].replace("/opt/kommunbuss/", "")

    assert (ROOT / program).exists()
    assert set(unit) - {"DEFAULT"} <= {"Unit", "Service", "Install"}


def test_every_process_has_ports_of_its_own():
    every = [port for ports in PORTS.values() for port in ports]

    assert list(PORTS) == PROCESSES
    assert len(every) == len(set(every))


def test_prometheus_asks_every_process_where_it_tells_of_itself():
    scraped = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in scraped}

    assert targets == {name: [f"127.0.0.1:{ports[-1]}"] for name, ports in PORTS.items()}


@pytest.mark.parametrize("name", ["housing-api", "housing-relay"])
def test_a_process_listens_on_its_ports(tmp_path, name):
    ports = [free_port() for _ in PORTS[name]]
    (tmp_path / "ports").write_text(f"{name}   {' '.join(map(str, ports))}\n")
    process = subprocess.Popen([FOLDER / "run", name], env={**os.environ, "PORTS": str(tmp_path / "ports")})
    try:
        for port in ports:
            wait_for_port(port)
    finally:
        process.terminate()
        process.wait(30)


def test_a_process_that_does_not_exist_is_refused_with_where_to_look():
    refused = subprocess.run([FOLDER / "run", "parking-api"], capture_output=True, text=True, check=False)

    assert refused.returncode == 64
    assert refused.stderr == "There is no process parking-api with a port: see deploy/Procfile.\n"
