"""What is read of an extract, and what is said of a row that has a fault."""

import pytest

from permit_guide.registers.editions import Extract
from permit_guide.registers.extracts import NotAnExtract
from permit_guide.registers.models import RegisterKind

from .extracts import ADDRESSES, COMPANIES, address, company, feature, map_of, square, written


def rows(register, path):
    extract = Extract(register, path, "Östersund")
    return list(extract.rows()), extract


def test_a_company_is_read_from_the_open_bulk_file_without_who_is_named_in_its_address(tmp_path):
    found, extract = rows(RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company()))

    assert extract.faults == []
    assert found == [
        {
            "number": "5560004615",
            "name": "Fjällgården AB",
            "form": "AB",
            "street": "Fjällgatan 1",
            "postal_code": "832 43",
            "city": "FRÖSÖN",
            "country": None,
            "deregistered_on": None,
        }
    ]


@pytest.mark.parametrize(
    "line",
    [
        company(number="8001011231$PERSON-IDORG", form="E-ORGFO"),
        company(number="198001011231$PERSON-IDORG"),
        company(number="8001011231$ORGNR-IDORG"),
        company(number="5599990016$PERSON-IDORG"),
        company(number="5599990016$ORGNR-IDORG", form="E-ORGFO"),
        company(number="1639999999$ORGNR-IDORG"),
    ],
)
def test_a_number_that_is_a_persons_is_left_out_and_counted(tmp_path, line: str):
    found, extract = rows(RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company(), line))

    assert [row["number"] for row in found] == ["5560004615"]
    assert extract.left_out.total() == 1
    assert extract.faults == []


@pytest.mark.parametrize(
    ("line", "column", "remedy"),
    [
        (company(number="5560004616$ORGNR-IDORG"), "organisationsidentitet", "check"),
        (company(name="$FORETAGSNAMN-ORGNAM$$"), "organisationsnamn", "Ask for the extract again"),
        (company(ended="i fjol"), "avregistreringsdatum", "2026-01-31"),
        (company(address="Fjällgatan 1$$FRÖSÖN$8324$SE-LAND"), "postadress", "831 31"),
        ("5560004615;Fjällgården AB", "", "the 11 columns"),
    ],
)
def test_a_company_with_a_fault_is_told_by_line_column_and_remedy(tmp_path, line: str, column: str, remedy: str):
    _, extract = rows(
        RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company(number="5599990016$ORGNR-IDORG"), line)
    )

    [fault] = extract.faults
    assert (fault.line, fault.column) == (3, column)
    assert remedy in fault.text


def test_a_company_that_is_there_twice_is_a_fault(tmp_path):
    _, extract = rows(RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company(), company()))

    [fault] = extract.faults
    assert (fault.line, fault.column) == (3, "number")


def test_a_fault_quotes_nothing_of_its_row(tmp_path):
    line = company(number="5560004616$ORGNR-IDORG", name="Karin Ek Konsult AB", address="Hemvägen 1$$LIT$1$")

    _, extract = rows(RegisterKind.COMPANIES, written(tmp_path, COMPANIES, line))

    for secret in ("5560004616", "Karin", "Hemvägen"):
        assert secret not in str(extract.faults)


def test_an_address_is_read_with_its_property_and_point(tmp_path):
    [found], _ = rows(RegisterKind.ADDRESSES, written(tmp_path, ADDRESSES, address()))

    assert found["property_designation"] == "Östersund Lockne-Byn 2:15"
    assert (found["easting"], found["northing"]) == (487_250.5, 6_990_400)
    assert (found["key"], found["property_key"]) == ("byvägen 12 tandsbyn", "lockne-byn 2:15")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (address(text=""), "adress"),
        ("Byvägen 12;834;Tandsbyn;Lockne-Byn 2:15;6990400;487250", "postnummer"),
        ("Byvägen 12;834 21;;Lockne-Byn 2:15;6990400;487250", "postort"),
        (address(property_designation="Lockne"), "fastighetsbeteckning"),
        ("Byvägen 12;834 21;Tandsbyn;Lockne-Byn 2:15;487250;6990400", "northing, easting"),
        ("Byvägen 12;834 21;Tandsbyn;Lockne-Byn 2:15;63.1;14.7", "northing, easting"),
    ],
)
def test_an_address_with_a_fault_is_told_by_line_and_column(tmp_path, line: str, column: str):
    _, extract = rows(RegisterKind.ADDRESSES, written(tmp_path, ADDRESSES, address(), line))

    [fault] = extract.faults
    assert (fault.line, fault.column) == (3, column)


@pytest.mark.parametrize(
    ("one", "column", "remedy"),
    [
        (feature(NAMN=""), "namn", "namn or name"),
        (feature(NVRID=""), "nvrid", "nvrid or id"),
        (feature({"type": "Point", "coordinates": [487_000, 6_990_000]}), "geometry", "MultiPolygon"),
        (feature({"type": "Polygon", "coordinates": "here"}), "geometry", "Export the area again"),
        (feature(square(14.6, 63.1, 0.1)), "geometry", "EPSG:3006"),
        (
            feature(
                {
                    "type": "Polygon",
                    "coordinates": [[[5e5, 7e6], [5.1e5, 7.1e6], [5.1e5, 7e6], [5e5, 7.1e6], [5e5, 7e6]]],
                }
            ),
            "geometry",
            "makevalid",
        ),
    ],
)
def test_an_area_with_a_fault_is_told_by_feature_and_property(tmp_path, one, column: str, remedy: str):
    other = feature(NVRID="2", NAMN="Kläppe vattenskyddsområde")

    _, extract = rows(RegisterKind.WATER_PROTECTION, map_of(tmp_path, other, one))

    [fault] = extract.faults
    assert (fault.line, fault.column) == (2, column)
    assert remedy in fault.text


@pytest.mark.parametrize("register", list(RegisterKind))
@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\xe5\xe4\xf6;\xe5\n", b"[]"])
def test_a_file_of_another_kind_is_told_as_one(tmp_path, register: RegisterKind, content: bytes):
    path = tmp_path / "other"
    path.write_bytes(content)

    with pytest.raises(NotAnExtract, match="other"):
        rows(register, path)
