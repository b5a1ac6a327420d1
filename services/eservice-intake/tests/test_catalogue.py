import shutil
from pathlib import Path

import pytest
import yaml

import eservice_intake
from eservice_intake.catalogue.eservices import catalogue, load

FOLDER = Path(eservice_intake.__file__).parent / "data"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(FOLDER / "catalogue.yaml", tmp_path)
    shutil.copytree(FOLDER / "eservices", tmp_path / "eservices")
    return tmp_path


def change(path, change_data):
    data = yaml.safe_load(path.read_text())
    change_data(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True))


def field_of(data, name):
    return next(field for field in data["fields"] if field["name"] == name)


def field(name, **rules):
    return lambda data: field_of(data, name).update(rules)


def without(name, rule):
    return lambda data: field_of(data, name).pop(rule)


def lead_time(**rules):
    return lambda data: data["lead_time"].update(rules)


def deadline(**rules):
    usual = {"month": 3, "day": 31, "of": "same_year", "year_field": "matter", "sv": "31 mars", "en": "31 March"}
    return file(deadline=usual | rules)


def file(**rules):
    return lambda data: data.update(rules)


def kinds(**rules):
    return lambda data: data["kind_by_field"].update(rules)


def with_a_field_twice(data):
    data["fields"].append(dict(data["fields"][3]))


def test_every_file_is_an_eservice():
    assert {path.stem for path in FOLDER.glob("eservices/*.yaml")} == set(catalogue().eservices) != set()


def test_the_declaration_comes_last():
    assert [field.name for field in catalogue().find("varmepump").form][-1] == "declaration"


def test_whole_files_load(folder):
    assert load(folder) == catalogue()


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (field("neighbour_statement", show_if={"x": 1}), "fields.9.show_if (neighbour_statement): names the unknown"),
        (field("heat_source", show_if={"site_plan": "x"}), "fields.0.show_if (heat_source): names the unknown field"),
        (
            field("boreholes", show_if={"heat_source": "x"}),
            "fields.6.show_if (boreholes): names the unknown option 'x'",
        ),
        (field("model", after="manufacturer"), "fields.3.after (model): does not suit the type 'text'"),
        (field("power_output_kw", max_field="x"), "fields.4.max_field (power_output_kw): names the unknown field 'x'"),
        (field("power_output_kw", max="today"), "fields.4.max (power_output_kw): 'today' does not suit the type"),
        (field("power_output_kw", computed="sum(a.b)"), "fields.4.computed (power_output_kw): 'sum(a.b)' is not a sum"),
        (field("model", pattern="["), "fields.3.pattern (model): is not a regular expression"),
        (field("model", type="colour"), "fields.3.type (model): Input should be 'text'"),
        (field("model", colour="red"), "fields.3.colour (model): Extra inputs are not permitted"),
        (field("model", required="yes"), "fields.3.required (model): Input should be a valid boolean"),
        (field("model", en=""), "fields.3.en (model): String should have at least 1 character"),
        (field("model", min_count=1), "fields.3.min_count (model): does not suit the type 'text'"),
        (field("site_plan", min_count=2), "fields.11.multiple (site_plan): must be true where files are counted"),
        (
            lambda data: data["fields"].append({**data["fields"][3]}),
            "fields.12.name (model): is used by an earlier field",
        ),
        (without("heat_source", "options"), "fields.0.options (heat_source): are missing"),
        (without("boreholes", "fields"), "fields.6.fields (boreholes): are missing"),
        (file(unit="x"), "unit: names the unknown unit 'x'"),
        (file(kind="x"), "kind: names the unknown kind 'x'"),
        (file(id="x"), "id: must be 'varmepump', as the file is named"),
        (file(blocks=["x"]), "blocks: names the unknown block 'x'"),
        (file(receipt_to="model"), "receipt_to: must name an e-mail field, and 'model' is not one"),
        (file(login="eid"), "login_reason: is missing: name what demands a Swedish e-identification, such as a law"),
        (file(login_reason={"sv": "Lag", "en": "Law"}), "login_reason: suits `login: eid` alone"),
        (
            field("model", instead_of="heat_source"),
            "fields.3.instead_of (model): 'heat_source' is not a required field just before it",
        ),
        (
            field("model", instead_of="x", topic={"sv": "Ny sida", "en": "New page"}),
            "fields.3.topic (model): does not suit a field that stands instead of another: they are asked on one page",
        ),
        (file(follow_up_of="x"), "follow_up_of: names the unknown e-service 'x'"),
        (kinds(field="x"), "kind_by_field.field: names the unknown field 'x'"),
        (kinds(cases={"x": [True]}), "kind_by_field.cases: names the unknown kind 'x'"),
        (lead_time(applies_to="x"), "lead_time.applies_to: names the unknown kind 'x'"),
        (deadline(), "deadline.year_field: must name an integer field, and 'matter' is not one"),
        (deadline(unless={"x": True}, year_field="collector_length_m"), "deadline.unless: names the unknown field 'x'"),
        (lambda data: data.pop("sv"), "sv: Field required"),
        (lambda data: data.clear(), "sv: Field required"),
    ],
)
def test_a_broken_file_ends_the_process_and_names_file_and_field(folder, break_it, message):
    change(folder / "eservices" / "varmepump.yaml", break_it)

    with pytest.raises(SystemExit) as stopped:
        load(folder)

    assert str(stopped.value).startswith(f"eservices/varmepump.yaml: {message}")
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: [", "eservices/varmepump.yaml: while parsing"),
        ("- 1", "eservices/varmepump.yaml: the file: Input should be a valid dictionary"),
        ("id: a\nid: b", "eservices/varmepump.yaml: line 1: 'id' is given twice"),
    ],
)
def test_a_file_that_is_no_definition_ends_the_process(folder, text, message):
    (folder / "eservices" / "varmepump.yaml").write_text(text)

    with pytest.raises(SystemExit, match=message):
        load(folder)


def test_a_broken_block_is_found_in_the_catalogue(folder):
    def break_it(data):
        data["blocks"]["invoice"]["fields"][1]["show_if"] = {"x": False}

    change(folder / "catalogue.yaml", break_it)

    with pytest.raises(SystemExit, match=r"catalogue.yaml: blocks.invoice.fields.1.show_if \(invoice_address\)"):
        load(folder)


def test_a_missing_catalogue_ends_the_process(tmp_path):
    with pytest.raises(SystemExit, match=r"catalogue.yaml: .*No such file"):
        load(tmp_path)
