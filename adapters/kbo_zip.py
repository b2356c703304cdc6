"""Writing zips in the shape in which KBO Open Data is published, from invented enterprises: for the demo and for tests.

It knows the published files; it must not know the database, nor how such a file is read in.
"""

import tempfile
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import rules

HEADERS = {
    "code": ("Category", "Code", "Language", "Description"),
    "enterprise": (
        "EnterpriseNumber",
        "Status",
        "JuridicalSituation",
        "TypeOfEnterprise",
        "JuridicalForm",
        "JuridicalFormCAC",
        "StartDate",
    ),
    "establishment": ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
    "denomination": ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
    "address": (
        "EntityNumber",
        "TypeOfAddress",
        "CountryNL",
        "CountryFR",
        "Zipcode",
        "MunicipalityNL",
        "MunicipalityFR",
        "StreetNL",
        "StreetFR",
        "HouseNumber",
        "Box",
        "ExtraAddressInfo",
        "DateStrikingOff",
    ),
    "contact": ("EntityNumber", "EntityContact", "ContactType", "Value"),
    "activity": ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
    "branch": ("Id", "StartDate", "EnterpriseNumber"),
}

# The published files differ among themselves; which ones have these marks changes, so a reader must take any mix.
WITH_BOM = {"meta", "code", "denomination", "enterprise_delete"}
WITH_CRLF = {"meta", "address", "enterprise_delete"}

CODES = (  # (category, code, Dutch, French)
    ("JuridicalForm", "014", "Naamloze vennootschap", "Société anonyme"),
    ("JuridicalForm", "017", "Vereniging zonder winstoogmerk", "Association sans but lucratif"),
    ("JuridicalForm", "124", "Openbare instelling", "Etablissement public"),
    ("JuridicalForm", "610", "Besloten vennootschap", "Société à responsabilité limitée"),
    ("JuridicalSituation", "000", "Normale toestand", "Situation normale"),
    ("JuridicalSituation", "001", "Juridische oprichting", "Création juridique"),
    ("Language", "1", "Frans", "Français"),
    ("Language", "2", "Nederlands", "Néerlandais"),
    ("Status", "AC", "Actief", "Actif"),
    ("TypeOfAddress", "BAET", "Vestigingseenheid", "Unité d'établissement"),
    ("TypeOfAddress", "REGO", "Zetel", "Siège"),
    ("TypeOfDenomination", "001", "Naam", "Dénomination"),
    ("TypeOfDenomination", "003", "Commerciële naam", "Dénomination commerciale"),
    ("TypeOfEnterprise", "1", "Natuurlijk persoon", "Personne physique"),
    ("TypeOfEnterprise", "2", "Rechtspersoon", "Personne morale"),
)


class Number(int):
    """An entity number: written with dots."""


@dataclass
class Address:
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    municipality: str = ""
    box: str = ""
    street_fr: str = ""
    municipality_fr: str = ""
    country: str = ""  # empty: Belgium
    country_fr: str = ""
    extra: str = ""
    struck_off_on: date | None = None


@dataclass
class Establishment:
    number: int
    name: str | None = None  # the commercial name
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    municipality: str = ""
    started_on: date | None = None
    language: str = "2"
    names: list = field(default_factory=list)  # more of them: (language, type, name)
    addresses: list = field(default_factory=list)  # instead of the one above
    email: str | None = None
    phone: str | None = None
    web: str | None = None


@dataclass
class Enterprise:
    number: int
    name: str | None = None  # the official name
    form: str = "610"  # empty for a natural person
    started_on: date | None = None
    address: Address | None = None  # the seat; a natural person has none
    establishments: list = field(default_factory=list)
    natural_person: bool = False
    language: str = "2"
    email: str | None = None
    phone: str | None = None
    web: str | None = None
    situation: str = "000"
    form_cac: str = ""
    names: list = field(default_factory=list)  # more of them: (language, type, name)
    branches: list = field(default_factory=list)  # (number, started on)
    activities: list = field(default_factory=list)  # (group, NACE version, NACE code, classification)


def write_full(path, *, number, snapshot_on, enterprises, codes=CODES):
    """Write a …_Full.zip. `enterprises` may be a generator: nothing is kept in memory."""
    with Writer(path) as writer:
        write_meta(writer, number, snapshot_on, "full")
        write_codes(writer, codes)
        for table in HEADERS:
            writer.start(table, HEADERS[table])
        for enterprise in enterprises:
            for table, row in rows_of(enterprise):
                writer.write(table, row)


def write_update(path, *, number, snapshot_on, changed=(), removed=(), codes=CODES):
    """Write a …_Update.zip: `changed` enterprises are given whole, `removed` are numbers of any kind of entity."""
    with Writer(path) as writer:
        write_meta(writer, number, snapshot_on, "update")
        write_codes(writer, codes)
        for table in tables_of_entities():
            writer.start(f"{table}_delete", HEADERS[table][:1])
            writer.start(f"{table}_insert", HEADERS[table])
        for entity in removed:
            write_deletes(writer, [entity])
        for enterprise in changed:
            branches = [entity for entity, _started_on in enterprise.branches]
            write_deletes(writer, [enterprise.number, *(one.number for one in enterprise.establishments), *branches])
            for table, row in rows_of(enterprise):
                writer.write(f"{table}_insert", row)


def tables_of_entities():
    return [table for table in HEADERS if table != "code"]


def write_deletes(writer, entities):
    """Each entity in the files that can hold rows of it."""
    own_table = {"0": "enterprise", "1": "enterprise", "9": "branch"}
    for entity in entities:
        table = own_table.get(f"{entity:010d}"[0], "establishment")
        for name in (table, "denomination", "address", "contact", "activity"):
            writer.write(f"{name}_delete", (Number(entity),))


def write_meta(writer, number, snapshot_on, kind):
    writer.start("meta", ("Variable", "Value"))
    writer.write("meta", ("SnapshotDate", f"{snapshot_on:%d-%m-%Y}"))
    writer.write("meta", ("ExtractTimestamp", f"{snapshot_on:%d-%m-%Y} 23:59:00"))
    writer.write("meta", ("ExtractType", kind))
    writer.write("meta", ("ExtractNumber", str(number)))
    writer.write("meta", ("Version", "1.0.0"))


def write_codes(writer, codes):
    writer.start("code", HEADERS["code"])
    for category, code, dutch, french in codes:
        writer.write("code", (category, code, "FR", french))
        writer.write("code", (category, code, "NL", dutch))


# --- from an enterprise to rows ---------------------------------------------------------------------------------------


def rows_of(enterprise):
    """Yield (table, row) for everything published about it."""
    number = Number(enterprise.number)
    kind, form = ("1", "") if enterprise.natural_person else ("2", enterprise.form)
    yield (
        "enterprise",
        (number, "AC", enterprise.situation, kind, form, enterprise.form_cac, enterprise.started_on),
    )
    yield from names_of(enterprise, "001")
    if enterprise.address and not enterprise.natural_person:
        yield "address", address_row(number, "REGO", enterprise.address)
    yield from contacts_of(enterprise, "ENT")
    for activity in enterprise.activities:
        yield "activity", (number, *activity)
    for branch, started_on in enterprise.branches:
        yield "branch", (Number(branch), started_on, number)
    for establishment in enterprise.establishments:
        yield from rows_of_establishment(establishment, number)


def rows_of_establishment(establishment, enterprise_number):
    number = Number(establishment.number)
    yield "establishment", (number, establishment.started_on, enterprise_number)
    yield from names_of(establishment, "003")
    own = Address(establishment.street, establishment.house_number, establishment.postcode, establishment.municipality)
    for address in establishment.addresses or [own]:
        yield "address", address_row(number, "BAET", address)
    yield from contacts_of(establishment, "EST")


def names_of(entity, kind):
    first = [(entity.language, kind, entity.name)] if entity.name else []
    for language, own_kind, name in [*first, *entity.names]:
        yield "denomination", (Number(entity.number), language, own_kind, name)


def contacts_of(entity, kind):
    for contact_type, value in (("TEL", entity.phone), ("EMAIL", entity.email), ("WEB", entity.web)):
        if value:
            yield "contact", (Number(entity.number), kind, contact_type, value)


def address_row(number, kind, address):
    return (
        number,
        kind,
        address.country,
        address.country_fr,
        address.postcode,
        address.municipality,
        address.municipality_fr or address.municipality,
        address.street,
        address.street_fr or address.street,
        address.house_number,
        address.box,
        address.extra,
        address.struck_off_on,
    )


# --- the dialect ------------------------------------------------------------------------------------------------------


class Writer:
    """The files of one zip, written side by side in a folder of their own: a zip takes only one at a time."""

    def __init__(self, path):
        self.path = path
        self.files = {}

    def __enter__(self):
        self.cleaning = ExitStack()
        self.folder = Path(self.cleaning.enter_context(tempfile.TemporaryDirectory(prefix="kbo-")))
        return self

    def __exit__(self, problem, *_):
        with self.cleaning:
            for file in self.files.values():
                file.close()
            if not problem:
                self.pack()

    def start(self, name, header):
        encoding = "utf-8-sig" if name in WITH_BOM else "utf-8"
        # newline="" so that a line break within a value stays what it is
        self.files[name] = (self.folder / f"{name}.csv").open("w", encoding=encoding, newline="", buffering=1 << 20)
        self.write(name, header)

    def write(self, name, row):
        self.files[name].write(",".join(map(cell, row)) + ("\r\n" if name in WITH_CRLF else "\n"))

    def pack(self):
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name in self.files:
                archive.write(self.folder / f"{name}.csv", f"{name}.csv")


def cell(value):
    """Text between quotes, numbers with dots between quotes, days bare as dd-mm-yyyy, nothing as nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, Number):
        return f'"{dotted(value)}"'
    return f"{value:%d-%m-%Y}"


def dotted(number):
    """Enterprises 0123.456.749, everything else 2.123.456.789."""
    if number < 2_000_000_000:
        return rules.format_enterprise_number(number)
    return rules.format_establishment_number(number)
