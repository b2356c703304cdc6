"""An enterprise the counter did not know: filled from the KBO when somebody of it first signs in, and only then."""

from datetime import date

from adapters.kbo import FoundEstablishment
from models import (
    Establishment,
    KboAddress,
    KboCode,
    KboContact,
    KboDenomination,
    KboEnterprise,
    KboEstablishment,
    Organisation,
    Published,
    admit_holder,
)
from tests.oidc import ROLE, ann
from tests.test_acm import counter, enter, identity, mock_provider, taken, valid
from tests.test_queries import counted
from views import demo
from views.published import published

_ = counter, mock_provider  # fixtures
TOWNS = [("2800", "Mechelen"), ("1000", "Brussel"), ("5000", "Namen"), ("9000", "Gent")]  # the third lies elsewhere


def published_enterprise(number):
    """An enterprise in the KBO tables: what its form is called, and the number of its last establishment."""
    facts = {"category": "JuridicalForm", "code": "610", "language": "NL", "description": "Naamloze vennootschap"}
    KboCode.insert(**facts).execute()
    KboEnterprise.insert(
        number=int(number),
        status="AC",
        juridical_situation="000",
        type_of_enterprise="2",
        juridical_form="610",
        started_on=date(2001, 4, 3),
    ).execute()
    KboDenomination.create(entity=int(number), language="2", type="001", name="Echte Naam NV")
    seat = {"postcode": "2800", "municipality": "Mechelen", "street": "Grote Markt", "house_number": "7"}
    KboAddress.create(entity=int(number), type="REGO", **seat)
    for kind, value in (("EMAIL", "info@echt.be"), ("TEL", "015 11 22 33"), ("WEB", "www.echt.be")):
        KboContact.create(entity=int(number), entity_kind="ENT", type=kind, value=value)
    for index, (postcode, municipality) in enumerate(TOWNS):
        place = demo.checked(77700100 + index)
        KboEstablishment.insert(number=place, enterprise=int(number)).execute()
        where = {"postcode": postcode, "municipality": municipality, "street": "Dreef", "house_number": "1"}
        KboAddress.create(entity=place, type="BAET", **where)
    return facts["description"], f"{place:010d}"


def test_an_enterprise_nobody_knew_is_filled_with_what_the_kbo_has(counter, mock_provider, world):
    number = valid(8999)
    form, last = published_enterprise(number)
    Establishment.create(name="Van een ander", organisation=world.mega, number=last)
    client = counter(mock_provider.issuer)
    enter(client, mock_provider, ann(vo_orgcode=number, vo_orgnaam="Anders", **{ROLE: [f"Gebruiker:{number}"]}))
    made = Organisation.get(Organisation.number == number)
    assert (made.name, made.email, made.phone, made.website) == (
        "Echte Naam NV",
        "info@echt.be",
        "015 11 22 33",
        "www.echt.be",
    )
    taken_over = Establishment.of(made).order_by(Establishment.number)
    assert [(one.postcode, one.municipality, one.name) for one in taken_over] == [
        ("2800", "Mechelen", "Echte Naam NV"),
        ("1000", "Brussel", "Echte Naam NV"),
    ], "not what lies elsewhere, nor what is another's"
    profile = client.get("/organisatie").page.text
    for word in (form, "03/04/2001", "Grote Markt 7, 2800 Mechelen", "info@echt.be"):
        assert word in profile
    assert "Mechelen" in client.get("/organisatie/vestigingen").page.main.text
    assert Establishment.get(Establishment.number == last).organisation == world.mega


def test_what_an_enterprise_says_of_itself_is_not_filled_over_and_it_is_filled_once(world):
    number = valid(8999)
    published_enterprise(number)
    made = Organisation.create(number=number, name=number, kind="employer", email="eigen@echt.be")
    taken(identity(code=number, rights=[number]), published=published)
    made = Organisation.get_by_id(made.id)
    assert (made.name, made.email, made.phone) == ("Echte Naam NV", "eigen@echt.be", "015 11 22 33")
    Establishment.delete().where(Establishment.organisation == made).execute()
    taken(identity(code=number, rights=[number]), published=published)
    assert not Establishment.of(made).exists()


def test_who_got_a_mandate_before_anybody_signed_in_is_filled_then(world):
    number = valid(8999)
    published_enterprise(number)
    made = admit_holder(number, published)
    assert made.name == "Echte Naam NV" and not Establishment.of(made).exists()
    taken(identity(code=number, rights=[number]), published=published)
    assert Establishment.of(made).count() == 3
    assert admit_holder(valid(9007)[:-1] + "0", published) is None and admit_holder("", published) is None


def test_five_hundred_establishments_are_taken_over_in_a_few_statements(world):
    places = tuple(
        FoundEstablishment(demo.checked(66600000 + n), f"P{n}", "Dreef", "2800", "Mechelen") for n in range(500)
    )
    with counted() as few:
        taken(
            identity(code=valid(9013), rights=[valid(9013)]),
            published=lambda _: Published("Groot NV", "", "", "", places),
        )
    made = Organisation.get(Organisation.number == valid(9013))
    assert Establishment.of(made).count() == 500 and len(few) < 30
