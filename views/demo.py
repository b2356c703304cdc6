"""The demo world: invented people and enterprises in every state there is, made by the same steps the pages take.

It must not write a state itself: only a world that the steps allow is worth showing.
"""

import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import adapters.kbo as kbo
import rules
from adapters.kbo_zip import Address, Enterprise, write_full
from adapters.kbo_zip import Establishment as Place
from models import (
    Actor,
    Counter,
    Document,
    Establishment,
    JointCommittee,
    Membership,
    Mentor,
    Organisation,
    Partnership,
    Recognition,
    Training,
    User,
    db,
)
from views.demo_agreements import make_agreements
from views.demo_lives import make_lives
from views.demo_makings import make_makings
from views.demo_mentors import make_mentors
from views.demo_organisation import make_organisations, tell_the_news
from views.demo_sanctions import make_sanctions
from views.demo_talks import make_talks
from views.demo_workplaces import make_workplaces

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n"
)

TOWNS = (
    ("2220", "Heist-op-den-Berg"), ("2800", "Mechelen"), ("2000", "Antwerpen"), ("9000", "Gent"), ("3000", "Leuven"),
    ("8000", "Brugge"), ("3500", "Hasselt"), ("9300", "Aalst"), ("8500", "Kortrijk"), ("2300", "Turnhout"),
    ("9100", "Sint-Niklaas"), ("1500", "Halle"), ("3600", "Genk"), ("8800", "Roeselare"), ("2500", "Lier"),
    ("1800", "Vilvoorde"), ("8400", "Oostende"), ("2400", "Mol"), ("3900", "Pelt"), ("9700", "Oudenaarde"),
)  # fmt: skip

# (key, name, joint committee, number of establishments); the first number is the well-known one, the rest are invented
ENTERPRISES = (
    ("mega", "Mega World NV", "201", 3),
    ("bakkerij", "Bakkerij 't Zoete Broodje BV", "118", 1),
    ("overal", "Grootwarenhuis Overal NV", "312", 20),
    ("fiets", "Fietsen Müller & Söhne BV", "201", 2),
    ("hout", "Schrijnwerkerij <b>Vet</b> & Zonen", "126", 1),
    ("cafe", "Café d'Eau-Claire", "302", 1),
    ("kapper", "Kapsalon Zoë", "314", 1),
)
DUTIES = {"behandelaar": "manager", "beheerder": "manager", "stemgerechtigde": "voter"}
PERSONAS = (  # (persona, first name, last name, memberships as (organisation, role))
    ("zaakvoerder", "Marleen", "Verdonck", [("mega", "legal_representative")]),
    ("medewerker", "Yassin", "El Amrani", [("mega", "user")]),
    ("boekhouder", "Greet", "D'Hooghe", [("mega", "user"), ("bakkerij", "user"), ("overal", "user")]),
    ("raadpleger", "Noël", "Çelik", [("mega", "viewer")]),
    ("zonderrecht", "Sofie", "Peeters", []),
    ("trajectbegeleider", "Jan", "Wouters", [("school", "user")]),
    ("behandelaar", "Inge", "Lambrechts", [("handel", "user")]),
    ("collega", "Bram", "Janssens", [("handel", "user")]),
    ("stemgerechtigde", "Aïcha", "Benali", [("handel", "user")]),
    ("beheerder", "Karel", "Aerts", [("vlaams", "head_access_manager")]),
)


def make_world(today, url=""):
    """Fill an empty register, as it would look on that day; `url`: where the links in its mails lead."""
    enterprises = [invented(index, *facts) for index, facts in enumerate(ENTERPRISES)]
    take_in(enterprises, 1, today)
    fills = (make_agreements, make_makings, make_lives, make_mentors, make_sanctions, make_workplaces, make_talks)
    with db.atomic():
        world = World(today)
        world.url = url
        world.people()
        world.seed_tasks()
        world.every_state()
        world.renewals()
        world.many()
        for fill in (*fills, make_organisations):
            fill(world)
    take_in(tell_the_news(enterprises), 2, today)
    with db.atomic():
        kbo.compare_with_register(today, datetime.combine(today, time(4)))


def take_in(enterprises, number, on):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"KboOpenData_{number:04d}_Full.zip"
        write_full(path, number=number, snapshot_on=on, enterprises=enterprises)
        kbo.import_extract(path, now=datetime.combine(on, time(3)))


def checked(first_eight):
    """Eight digits -> ten, with the check digits of the KBO."""
    return first_eight * 100 + 97 - first_eight % 97


def invented(index, key, name, _committee, places):
    towns = [TOWNS[(index + number) % len(TOWNS)] for number in range(places)]
    shop = {"mega": "Mega World"}.get(key, name)
    return Enterprise(
        number=417390703 if key == "mega" else checked(19990000 + index),
        name=name,
        form="014" if name.endswith("NV") else "610",
        started_on=date(1999, 5, 1),
        address=Address(street="Bosstraat", house_number="1", postcode=towns[0][0], municipality=towns[0][1]),
        establishments=[
            Place(
                number=checked(89900000 + index * 100 + number),
                name=shop,
                street="Marktplein" if number % 2 else "Stationsstraat",
                house_number=str(3 + number * 2),
                postcode=postcode,
                municipality=municipality,
                started_on=date(2005, 1, 1),
            )
            for number, (postcode, municipality) in enumerate(towns)
        ],
    )


def insz(born, serial):
    """An invented national register number with the right check digits."""
    nine = int(f"{born:%y%m%d}{serial:03d}")
    full = int(f"2{nine:09d}") if born.year >= 2000 else nine
    return f"{nine:09d}{97 - full % 97:02d}"


class World:
    insz = staticmethod(insz)
    url = ""

    def __init__(self, today):
        self.today = today
        self.organisations = {}
        self.mentors = {}

    def actor(self, key, on, user=None, role="user"):
        organisation = self.organisations[key]
        user = user or Membership.get(Membership.organisation == organisation).user
        return Actor(user, organisation, role, datetime.combine(on, time(9, 30), UTC).replace(tzinfo=None), on)

    def people(self):
        for index, (key, name, committee, _places) in enumerate(ENTERPRISES):
            number = 417390703 if key == "mega" else checked(19990000 + index)
            self.organisations[key] = Organisation.create(
                number=f"{number:010d}",
                name=name,
                kind="employer",
                joint_committee=JointCommittee.get(JointCommittee.code == committee),
            )
        for number, (key, name, kind, partnership) in enumerate(
            (
                ("school", "Technisch Atheneum De Brug", "provider", None),
                ("handel", "Sectoraal Partnerschap Handel", "partnership", "Sectoraal Partnerschap Handel"),
                ("vlaams", "Vlaams Partnerschap Duaal Leren", "partnership", "Vlaams Partnerschap Duaal Leren"),
            )
        ):
            self.organisations[key] = Organisation.create(
                number=f"{checked(19991000 + number):010d}",
                name=name,
                kind=kind,
                partnership=partnership and Partnership.get(Partnership.name == partnership),
            )
        for persona, first_name, last_name, rights in PERSONAS:
            person = {"first_name": first_name, "last_name": last_name, "email": f"{persona}@demo.voorbeeld.be"}
            user = User.create(subject=f"demo:{persona}", **person)
            for key, role in rights:
                Membership.create(
                    user=user,
                    organisation=self.organisations[key],
                    role=role,
                    duty=DUTIES.get(persona, "officer"),
                )
        for key in ("fiets", "hout", "cafe", "kapper"):
            person = {"first_name": "Lou", "last_name": f"Van {key.title()}", "email": f"lou@{key}.voorbeeld.be"}
            owner = User.create(subject=f"demo-eigenaar:{key}", **person)
            Membership.create(user=owner, organisation=self.organisations[key], role="legal_representative")

    # the pieces of a file, each by the step a page would take

    def establishment(self, key, index=0):
        organisation = self.organisations[key]
        found = kbo.establishments(int(organisation.number), limit=1000)
        found.sort(key=lambda one: one.number)
        return Establishment.take_over(organisation, found[index])

    def mentor(self, key, first_name="Leen", last_name="Ó Briain", born=date(1979, 3, 14)):
        name = (key, first_name, last_name)
        if name not in self.mentors:
            serial = 901 + 2 * (len(self.mentors) % 40)
            self.mentors[name] = Mentor.enter(
                self.organisations[key],
                insz(born, serial),
                first_name=first_name,
                last_name=last_name,
                trained_on=None if key == "fiets" else date(2016, 3, 10),
            )
        return self.mentors[name]

    def draft(self, key, training, on, establishment=None):
        draft = Recognition.draft(self.actor(key, on))
        draft = self.fresh(draft)
        draft.edit(
            "establishment",
            self.actor(key, on),
            establishment=establishment or self.establishment(key),
            contact_name="Leen Ó Briain",
            contact_email="leen@voorbeeld.be",
        )
        draft.edit("training", self.actor(key, on), training=Training.get(Training.name == training))
        return self.fresh(draft)

    @staticmethod
    def extract(actor, person, issued_on):
        return Document.store(actor, PDF, "uittreksel 596.2.pdf", "extract", person, issued_on)

    def filled(self, key, training, on, establishment=None, mentor=None):
        """A draft that is ready to be submitted that day."""
        draft, actor = self.draft(key, training, on, establishment), self.actor(key, on)
        person = mentor or self.mentor(key)
        draft.add_mentor(actor, person, profession="Winkelier", experience=12, has_prior_education=False)
        if not draft.documents_of("extract", person):  # none that is still good came along from the vault
            draft.attach(actor, self.extract(actor, person, on - timedelta(days=20)))
        partnership = draft.competent_partnership()
        if partnership.extra_document:
            draft.attach(actor, Document.store(actor, PDF, "attest.pdf", "sector"))
        draft.answer_criteria(actor, {criterion.key: (True, "") for criterion in rules.ENTERPRISE_CRITERIA})
        return self.fresh(draft)

    def submitted(self, key, training, on, **options):
        draft = self.filled(key, training, on, **options)
        draft.submit(self.actor(key, on))
        return self.fresh(draft)

    def handler_of(self, recognition, on):
        """Somebody of the competent partnership; sectors without a persona get a nameless case handler."""
        partnership = recognition.partnership
        organisation, _ = Organisation.get_or_create(
            partnership=partnership,
            kind="partnership",
            defaults={"name": partnership.name, "number": f"{checked(19992000 + partnership.id):010d}"},
        )
        user, _ = User.get_or_create(
            subject=f"demo-behandelaar:{partnership.id}", defaults={"first_name": "Robin", "last_name": "Claes"}
        )
        return Actor(user, organisation, "user", datetime.combine(on, time(14)), on)

    def decided(self, recognition, on, approved=True, reason=""):
        handler = self.handler_of(recognition, on)
        recognition.declare_complete(handler)
        recognition.start(handler)
        recognition.decide(handler, approved, reason)
        return self.fresh(recognition)

    def approved(self, key, training, decided_on, is_read=True, **options):
        recognition = self.submitted(key, training, decided_on, **options)
        recognition = self.decided(recognition, decided_on)
        if is_read:
            recognition.read_decision(self.actor(key, min(decided_on + timedelta(days=1), self.today)))
        return self.fresh(recognition)

    @staticmethod
    def fresh(recognition):
        return Recognition.get_by_id(recognition.id)

    # the world itself

    def seed_tasks(self):
        """The two renewals everybody knows: 148 days left, numbers 011723 and 011724."""
        decided_on = rules.add_years(self.today + timedelta(days=148), -rules.RECOGNITION_YEARS)
        Counter.update(last=11722).where(Counter.kind == "E").execute()
        for training in ("Verkoper", "Winkelbediende"):
            self.approved("mega", training, decided_on)
        quiet = self.today - timedelta(days=400)
        self.approved("mega", "Logistiek duaal", quiet, establishment=self.establishment("mega", 1))

    def every_state(self):
        """Each state at least once, for the case handler of Handel and for the bakery's tasks."""
        on = self.today - timedelta(days=9)
        self.draft("fiets", "Winkelmedewerker duaal", on)
        self.submitted("fiets", "Logistiek duaal", self.today - timedelta(days=2))
        self.submitted("fiets", "Verkoper", self.today - timedelta(days=17))
        complete = self.submitted("fiets", "Winkelbediende", on)
        complete.declare_complete(self.handler_of(complete, on))
        treated = self.submitted("fiets", "Onthaal, organisatie en sales duaal", on)
        treated.declare_complete(self.handler_of(treated, on))
        self.fresh(treated).start(self.handler_of(treated, on))
        second = self.establishment("fiets", 1)
        refused = self.submitted("fiets", "Verkoper", on, establishment=second)
        self.decided(refused, on, False, "Er is op deze vestiging te weinig werk om alles aan te leren.")
        withdrawn = self.submitted("fiets", "Winkelbediende", on, establishment=second)
        withdrawn.withdraw(self.actor("fiets", on))
        waiting = self.submitted("fiets", "Logistiek duaal", on, establishment=second)
        waiting.ask(
            self.handler_of(waiting, on),
            {"mentors": "Wat is het beroep van de mentor precies?", "criteria": "Licht de uitrusting toe."},
        )
        self.submitted("hout", "Interieurbouwer duaal", on)
        self.submitted("cafe", "Restaurant en keuken duaal", on)
        self.decided(self.submitted("kapper", "Haarverzorging duaal", on), on)
        self.bakery(on)

    def bakery(self, on):
        """One of every kind of task, for who wants to see them together."""
        self.draft("bakkerij", "Chocolatier duaal", on)
        asked = self.submitted("bakkerij", "Slagerij duaal", on)
        asked.ask(self.handler_of(asked, on), {"criteria": "Voeg een plan van de werkplaats toe."})
        self.approved("bakkerij", "Brood- en banketbakkerij duaal", on, is_read=False)
        refused = self.submitted("bakkerij", "Logistiek duaal", on)
        self.decided(refused, on, False, "De mentor heeft geen ervaring in dit beroep.")
        soon = rules.add_years(self.today + timedelta(days=12), -rules.RECOGNITION_YEARS)
        self.approved("bakkerij", "Verkoper", soon)

    def renewals(self):
        """Ended, renewed in time, running out by choice, late, and a renewal under way."""
        ended = rules.add_years(self.today - timedelta(days=300), -rules.RECOGNITION_YEARS)
        self.approved("kapper", "Kapper-stylist duaal", ended)
        late = rules.add_years(self.today - timedelta(days=40), -rules.RECOGNITION_YEARS)
        self.approved("fiets", "Restaurant en keuken duaal", late)
        soon = rules.add_years(self.today + timedelta(days=90), -rules.RECOGNITION_YEARS)
        place = self.establishment("fiets", 1)
        self.renewed(self.approved("fiets", "Winkelmedewerker duaal", soon, establishment=place), decide=True)
        self.renewed(self.approved("fiets", "Fitnessbegeleider duaal", soon, establishment=place), decide=False)
        begun = self.approved("fiets", "Hotelreceptionist duaal", soon, establishment=place)
        begun.renew(self.actor("fiets", self.today - timedelta(days=1)))
        lapsing = self.approved("fiets", "Kinderbegeleider duaal", soon, establishment=place)
        lapsing.let_lapse(
            self.actor("fiets", self.today - timedelta(days=5)), "We bieden deze opleiding niet meer aan."
        )

    def renewed(self, recognition, decide):
        key, on = "fiets", self.today - timedelta(days=6)
        actor = self.actor(key, on)
        draft = self.fresh(recognition.renew(actor))
        link = draft.mentor_links[0]
        draft.attach(actor, Document.store(actor, PDF, "nieuw uittreksel.pdf", "extract", link.mentor, on))
        for section in ("establishment", "training", "mentors"):
            draft = self.fresh(draft)
            draft.confirm(section, actor)
        draft = self.fresh(draft)
        draft.submit(actor)
        if decide:
            self.decided(self.fresh(draft), on)

    def many(self):
        """The department store: twenty places, twenty trainings, four hundred recognitions spread over years."""
        names = [training.name for training in Training.select().order_by(Training.name).limit(20)]
        person = self.mentor("overal", "Bé", "Van den Broeck")
        on = [self.today - timedelta(days=200 + step * 7) for step in range(400)]
        for index in range(20):
            place = self.establishment("overal", index)
            for number, name in enumerate(names):
                decided_on = on[index * 20 + number] if number else self.today - timedelta(days=3)
                if number == 0:
                    self.submitted("overal", name, decided_on, establishment=place, mentor=person)
                else:
                    decided_on = max(decided_on, rules.add_years(self.today, -4))
                    self.approved("overal", name, decided_on, establishment=place, mentor=person)
