"""Records for tests, made by the records' own steps: plain methods with defaults, on the people of the demo world."""

import json
from datetime import date, datetime, timedelta

import rules
from models import (
    ContactPerson,
    Document,
    Establishment,
    InsightLink,
    Invitation,
    KboAddress,
    KboDenomination,
    KboEnterprise,
    KboEstablishment,
    Mandate,
    MandateOffer,
    Membership,
    Organisation,
    Proposal,
    Recognition,
    User,
    Workplace,
    catch_up_words,
    db,
    keep_paces,
    take_stock,
    users,
)
from views import demo, demo_mentors, demo_sanctions, demo_workplaces

TODAY = date(2022, 1, 23)
PDF = demo.PDF


def pass_a_night(on):
    """What the worker sees to each night, and what PostgreSQL does by itself."""
    keep_paces(on)
    catch_up_words()
    take_stock()
    if db.obj.for_update:  # PostgreSQL
        db.execute_sql("ANALYZE")


class World(demo.World):
    """Mega World and the others, their people and KBO rows; no recognition yet."""

    def __init__(self, organisations=None):
        super().__init__(TODAY)
        if organisations:
            self.organisations = organisations
            return
        for index, facts in enumerate(demo.ENTERPRISES):
            keep(demo.invented(index, *facts))
        self.people()
        Organisation.update(users_confirmed_on=TODAY).execute()  # or that would be everybody's first task

    @property
    def mega(self):
        return self.organisations["mega"]

    def open_draft(self, training="Verkoper", key="mega", place=0, **options):
        return self.draft(key, training, self.today, establishment=self.establishment(key, place), **options)

    def ready(self, training="Verkoper", key="mega", place=0):
        """A draft that can be submitted."""
        return self.filled(key, training, self.today, establishment=self.establishment(key, place))

    def handed_in(self, training="Verkoper", key="mega", place=0, on=None):
        return self.submitted(key, training, on or self.today, establishment=self.establishment(key, place))

    def asked(self, training="Verkoper", key="mega", sections=("mentors",), on=None):
        recognition = self.handed_in(training, key, on=on)
        handler = self.handler_of(recognition, on or self.today)
        recognition.ask(handler, {section: f"Licht {section} toe." for section in sections})
        return self.fresh(recognition)

    def complete(self, training="Verkoper", key="mega"):
        recognition = self.handed_in(training, key)
        recognition.declare_complete(self.handler_of(recognition, self.today))
        return self.fresh(recognition)

    def in_treatment(self, training="Verkoper", key="mega", place=0):
        recognition = self.handed_in(training, key, place)
        recognition.declare_complete(self.handler_of(recognition, self.today))
        recognition.start(self.handler_of(recognition, self.today))
        return self.fresh(recognition)

    def granted(self, training="Verkoper", key="mega", until=None, is_read=True, place=0):
        """Approved, ending on that day; without one, decided today."""
        decided_on = rules.add_years(until, -rules.RECOGNITION_YEARS) if until else self.today
        place = self.establishment(key, place)
        return self.approved(key, training, decided_on, is_read=is_read, establishment=place)

    def denied(self, training="Verkoper", key="mega", on=None):
        on = on or self.today
        recognition = self.handed_in(training, key, on=on)
        return self.decided(recognition, on, False, "Te weinig werk.")

    def in_state(self, state):
        make = {
            "draft": self.ready,
            "submitted": self.handed_in,
            "incomplete": self.asked,
            "complete": self.complete,
            "in_treatment": self.in_treatment,
            "approved": self.granted,
            "refused": self.denied,
            "withdrawn": self.taken_back,
        }
        return make[state]()

    def taken_back(self):
        recognition = self.handed_in()
        recognition.withdraw(self.actor("mega", self.today))
        return self.fresh(recognition)

    def ending_in(self, days, **options):
        return self.granted(until=self.today + timedelta(days=days), **options)

    def furnish_more(self, names):
        """What the forms of sanctions, appeals, mentors and casework need to be shown; `names`: unused trainings."""
        self.furnish_mentors(next(names))
        self.furnish_sanctions(names)

    def give(self, holder="school", days=365, since=0, **extents):
        """A mandate of Mega World; everything "yes" unless said otherwise."""
        actor = self.actor("mega", self.today, role="legal_representative")._replace(at=datetime(2022, 1, 1))
        extents = extents or {"recognitions": "yes", "mentors": "yes", "agreements": "yes"}
        start = self.today + timedelta(days=since)
        return Mandate.give(actor, self.organisations[holder], start, start + timedelta(days=days), **extents)

    def right_at(self, key, name, role="user"):
        """Somebody new with a right of the counter itself."""
        person = User.create(subject=f"test:{key}:{name}", first_name="An", last_name=name)
        return Membership.create(user=person, organisation=self.organisations[key], role=role, source="local")

    def mailed(self, part):
        """What makes an address of a token, and remembers it."""
        return lambda token: self.unlinked.append(f"/{part}/{token}") or ""

    def furnish_organisation(self, place):
        """{name: record} around Mega World itself; `place`: one of its files, which the KBO now contradicts."""
        actor = self.actor("mega", self.today)
        other = {"name": "Depot", "street": "Kaai 1", "postcode": "2000", "municipality": "Antwerpen"}
        contact = ContactPerson.add(actor, subject="general", name="Ann", email="a@voorbeeld.be", phone="")
        closed = Establishment.add_provisional(actor, f"{demo.checked(77700002):010d}", **other)
        closed.deactivate(actor)
        moved = json.dumps({"street": "Dok 2", "postcode": "2000", "municipality": "Antwerpen"})
        differs = {"is_provisional": True, "ceased_on": self.today, "moved_to": moved}
        Establishment.update(**differs).where(Establishment.id == place.id).execute()
        Organisation.update(ceased_on=self.today).where(Organisation.id == self.mega.id).execute()
        mandate = self.give(recognitions="approval")
        by_mandate = mandate.actor(User.get(User.subject == "demo:trajectbegeleider"), actor.at, self.today)
        form = [("is_true", "y")]
        draft = Recognition.select().where(Recognition.organisation == self.mega, Recognition.state == "draft").first()
        facts = form, "Aanvraag indienen", "Werkversie", "/", draft
        proposal = Proposal.hold(by_mandate, f"/erkenningen/{draft.id if draft else 1}/indienen", *facts)
        manager = self.actor("mega", self.today, role="legal_representative")
        rights = [self.right_at("mega", f"Nieuw {number}") for number in (1, 2)]
        users.block(rights[1], manager)
        self.unlinked = []  # pages that only a mail leads to
        invitation = Invitation.by_mail(manager, "nieuw@voorbeeld.be", "user", self.mailed("uitnodiging"))
        extents = {"recognitions": "yes", "mentors": "no", "agreements": "no"}
        days = self.today, self.today + timedelta(days=90)
        make_path = self.mailed("machtiging")
        offer = MandateOffer.by_mail(manager, "coach@voorbeeld.be", make_path, *days, is_personal=True, **extents)
        MandateOffer.update(expires_at=datetime(2100, 1, 1)).execute()
        key = InsightLink.reachable(self.mega)
        if key:
            InsightLink.send(actor, key[0][0], self.mailed("inzage"))
            InsightLink.update(expires_at=datetime(2100, 1, 1)).execute()
        Invitation.update(expires_at=datetime(2100, 1, 1)).execute()  # requests happen now, the world is of 2022
        found = {
            "right": rights[0],
            "blocked right": rights[1],
            "invitation": invitation,
            "offer": offer,
            "contact": contact,
            "closed place": closed,
            "place": place,
            "employer": self.mega,
        }
        return found | {"mandate": mandate, "proposal": proposal}

    def furnish_sanctions(self, names):
        """A sanction to impose and one to go against, appeals in every state that has a form; a stranger's too."""
        demo_sanctions.sanctioned(self, self.granted(next(names)), state="prepared")
        demo_sanctions.sanctioned(self, self.granted(next(names)))
        actor = self.actor("mega", self.today)
        for state in ("draft", "lodged", "admissible"):
            sanction = demo_sanctions.sanctioned(self, self.granted(next(names)))
            appeal = demo_sanctions.appealed(self, "mega", sanction, "draft")
            for kind in ("other", "extract"):
                person = self.mentor("mega") if kind == "extract" else None
                issued_on = self.today if person else None
                appeal.attach(actor, Document.store(actor, PDF + state.encode(), "x.pdf", kind, person, issued_on))
            if state != "draft":
                appeal.lodge(actor, "Niet akkoord.")
            if state == "admissible":
                appeal.admit(self.actor("vlaams", self.today)._replace(duty="manager"))
        place = self.granted("Machinaal houtbewerker duaal", "bakkerij")
        demo_sanctions.appealed(self, "bakkerij", demo_sanctions.sanctioned(self, place))

    def furnish_mentors(self, training):
        """Mentor applications in every state, a mentor who stopped, and documents that no file uses yet."""
        recognition = self.granted(training)
        for index, (state, *names, born) in enumerate(demo_mentors.PEOPLE):
            on = self.today - timedelta(days=40 if state == "incomplete" else index)
            self.added_mentor(recognition, state, self.mentor("mega", *names, born=born), on)
        actor = self.actor("mega", self.today)
        self.mentor("mega", "Rik", "Maes").deactivate(actor, "Even niet.")
        Document.store(actor, PDF + b"%", "plan.pdf", "other")

    def added_mentor(self, recognition, state="draft", person=None, on=None, key="mega"):
        """A mentor application on a recognition, of Bé Smet unless somebody else is meant."""
        person = person or self.mentor(key, "Bé", "Smet")
        return demo_mentors.apply_for(self, key, recognition, person, state, on or self.today)

    def ready_mentor(self, recognition, person=None):
        """A mentor application that can be submitted."""
        person, actor = person or self.mentor("mega", "Bé", "Smet"), self.actor("mega", self.today)
        self.extract(actor, person, self.today - timedelta(days=20))
        draft = self.added_mentor(recognition, "draft", person)
        draft.edit(actor, profession="Verkoper", experience=8)
        return demo_mentors.fresh(draft)

    def workplace(self, recognition, on=None):
        """The workplace of a recognition, as it stands on that day."""
        return Workplace.joined(on or self.today).where(Workplace.recognition == recognition).get()

    def offered(self, recognition, days=0, key="mega", **facts):
        """That workplace, published as it was said that many days ago."""
        demo_workplaces.offer(self, key, self.workplace(recognition), days, **{"places": 2} | facts)
        return self.workplace(recognition)

    def reload(self, recognition):
        return Recognition.get_by_id(recognition.id)

    def second_mentor(self, draft):
        """Put Bé Smet on a draft too, with everything that asks."""
        actor, person = self.actor("mega", self.today), self.mentor("mega", "Bé", "Smet")
        draft.add_mentor(actor, person, profession="Verkoper", experience=6, has_prior_education=False)
        draft.attach(actor, Document.store(actor, PDF, "van Bé.pdf", "extract", person, self.today))

    def renewal(self, recognition, on=None):
        """A renewal of Mega World, handed in that day."""
        actor = self.actor("mega", on or self.today)
        draft = recognition.renew(actor)
        mentor = draft.mentor_links[0].mentor
        draft.attach(actor, Document.store(actor, PDF, "nieuw uittreksel.pdf", "extract", mentor, actor.on))
        for section in ("establishment", "training", "mentors"):
            self.fresh(draft).confirm(section, actor)
        self.fresh(draft).submit(actor)
        return self.fresh(draft)


def keep(enterprise):
    """An invented enterprise in the KBO tables, without the detour of a file."""
    KboEnterprise.insert(
        number=enterprise.number,
        status="AC",
        juridical_situation="000",
        type_of_enterprise="2",
        juridical_form=enterprise.form,
    ).execute()
    KboDenomination.create(entity=enterprise.number, language="2", type="001", name=enterprise.name)
    for place in enterprise.establishments:
        KboEstablishment.insert(number=place.number, enterprise=enterprise.number).execute()
        KboDenomination.create(entity=place.number, language="2", type="003", name=place.name)
        KboAddress.create(
            entity=place.number,
            type="BAET",
            postcode=place.postcode,
            municipality=place.municipality,
            street=place.street,
            house_number=place.house_number,
        )


def keep_place(enterprise, number):
    """One more establishment of a known enterprise in the KBO tables."""
    place = demo.checked(88800000 + number)
    KboEstablishment.insert(number=place, enterprise=enterprise).execute()
    KboDenomination.create(entity=place, language="2", type="003", name=f"Filiaal {number}")
    town = demo.TOWNS[number % len(demo.TOWNS)]
    KboAddress.create(
        entity=place, type="BAET", postcode=town[0], municipality=town[1], street="Dreef", house_number=str(number)
    )
