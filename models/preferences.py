"""What somebody wants to be told, for each organisation apart: at once, weekly or not; and who stands in meanwhile.

It must not know what happened; notices.py does.
"""

import json
from typing import NamedTuple

from peewee import JOIN, CharField, Check, DateField, ForeignKeyField, TextField

from models.base import Record, db, kept
from models.mandates import Mandate
from models.people import Membership, User
from models.steps import NOT_YOURS
from rules import RuleBroken


class Kind(NamedTuple):
    label: str
    is_mandatory: bool
    whom: tuple  # the kinds of organisation whose people hear of it
    way: str = "now"  # until somebody chooses otherwise


MESSAGE_KINDS = {
    "question": Kind("Een vraag of een bezoek van de behandelaar", True, ("employer",)),
    "decision": Kind("Een beslissing, een sanctie of een uitspraak", True, ("employer", "partnership")),
    "deadline": Kind("Een termijn die afloopt", True, ("employer", "partnership")),
    "signing": Kind(
        "Een overeenkomst die u moet aanvullen, ondertekenen of registreren", True, ("employer", "provider")
    ),
    "rights": Kind("Gebruikers en machtigingen", True, ("employer", "provider", "partnership")),
    "message": Kind("Een bericht in een dossier", False, ("employer", "provider", "partnership")),
    "agreement": Kind("Wat er met een overeenkomst gebeurt", False, ("employer", "provider")),
    "progress": Kind("Hoe een aanvraag vordert", False, ("employer",)),
    "handed_in": Kind("Wat werkgevers indienen, aanvullen of stopzetten", False, ("partnership",), "weekly"),
}
WAYS = {"now": "Meteen", "weekly": "Wekelijks, in één mail", "never": "Niet"}
FOLLOWS = {
    "own": "Van dossiers waaraan ik werk, of waaraan niemand werkt",
    "all": "Van alle dossiers van de organisatie",
}


class Preference(Record):
    """One person's choices for one organisation; without a row everything is as MESSAGE_KINDS says."""

    membership = ForeignKeyField(Membership, unique=True, backref="preferences", on_delete="CASCADE")
    ways = TextField(default="{}")  # JSON: {kind: way}
    follows = CharField(default="own", max_length=3, constraints=[Check(f"follows IN {tuple(FOLLOWS)!r}")])
    away_from = DateField(null=True)
    away_until = DateField(null=True)  # inclusive
    deputy = ForeignKeyField(User, null=True)  # who gets the mails meanwhile

    class Meta:
        constraints = [Check("away_until >= away_from"), Check("(away_from IS NULL) = (deputy_id IS NULL)")]

    def way(self, kind):
        """How this person is told of that kind; what is mandatory comes at once."""
        about = MESSAGE_KINDS[kind]
        return "now" if about.is_mandatory else json.loads(self.ways).get(kind, about.way)

    def is_away(self, on):
        return self.away_from is not None and self.away_from <= on <= self.away_until

    @classmethod
    def of(cls, actor):
        """The choices of the acting person for the organisation acted for, kept or not; None for who is no member."""
        membership = Membership.get_or_none(
            Membership.user == actor.user, Membership.organisation == actor.organisation
        )
        return membership and (cls.get_or_none(cls.membership == membership) or cls(membership=membership))

    @classmethod
    def choose(cls, actor, ways, follows):
        """Keep how somebody wants to be told, {kind: way}; what is mandatory is no choice. May raise RuleBroken."""
        free = [key for key, kind in kinds_of(actor.organisation, actor.on).items() if not kind.is_mandatory]
        broken = {key: "Kies een van de drie." for key in free if ways.get(key) not in WAYS}
        if follows not in FOLLOWS:
            broken["follows"] = "Kies van welke dossiers u mails wilt."
        if broken:
            raise RuleBroken(**broken)
        cls._keep(actor, ways=json.dumps({key: ways[key] for key in free}), follows=follows)

    @classmethod
    def go_away(cls, actor, away_from, away_until, deputy):
        """Be away from the one day to the other, inclusive, with a colleague in one's place. May raise RuleBroken."""
        broken = {}
        if not away_from:
            broken["away_from"] = "Kies de eerste dag dat u er niet bent."
        if not away_until or away_until < max(away_from or actor.on, actor.on):
            broken["away_until"] = "Kies de laatste dag: vandaag of later, en niet voor de eerste."
        if not deputy or not cls.deputies(actor).where(User.id == deputy).exists():
            broken["deputy"] = "Kies een collega met een e-mailadres."
        if broken:
            raise RuleBroken(**broken)
        cls._keep(actor, away_from=away_from, away_until=away_until, deputy=deputy)

    @classmethod
    def come_back(cls, actor):
        cls._keep(actor, away_from=None, away_until=None, deputy=None)

    @classmethod
    def deputies(cls, actor):
        """The colleagues who can stand in."""
        found = Membership.colleagues(actor.organisation)
        return found.where(User.id != actor.user.id, User.email != "")

    @classmethod
    def _keep(cls, actor, **changes):
        kept = cls.of(actor)
        if not kept or not actor.may_act:
            raise RuleBroken(state=NOT_YOURS)
        with db.atomic():
            if not kept.id:
                kept, _ = cls.get_or_create(membership=kept.membership)
            cls.update(**changes).where(cls.id == kept.id).execute()


class Reader(NamedTuple):
    """Somebody who is told something."""

    user: User | None  # None: somebody without an account
    way: str  # now or weekly
    instead_of: User | None = None  # who is away
    until: object = None  # the last day of that
    address: str = ""  # of who has no account, as the name
    name: str = ""
    note: str = ""  # why they are told, where that is not plain

    @property
    def to(self):
        return self.user.email if self.user else self.address

    @property
    def called(self):
        return self.user.first_name if self.user else self.name


def kinds_of(organisation, on):
    """{key: Kind} the people of an organisation hear of; who holds a mandate hears what its employer hears."""
    whom = {organisation.kind}
    if organisation.kind != "employer" and Mandate.held(organisation, on).exists():
        whom.add("employer")
    return {key: kind for key, kind in MESSAGE_KINDS.items() if whom & set(kind.whom)}


def readers(organisation, kind, own, on, besides=None, everyone=False, is_guest=False, duty=None):
    """Who of an organisation is told of that kind now, one query.

    `own`: ids of who works on the file; when none of them is there any more, it is everybody's. `besides`: who did it
    and knows. `everyone`: whatever people chose, for what nobody looked at. `is_guest`: the file is another's, and
    theirs only in so far as somebody of them works on it, or follows all. `duty`: of a partnership, only who has it.
    """
    duties = (duty,) if duty else ("officer", "manager")  # who votes is asked to in the file
    people = [
        one
        for one in _people_of(organisation)
        if one.user.email and (organisation.kind != "partnership" or one.duty in duties)
    ]
    by_id = {one.user_id: one.user for one in people}
    orphaned = not set(own) & set(by_id) and not is_guest
    everyone = everyone and not (is_guest and not set(own) & set(by_id))
    told = {}
    for one in people:
        choices = one.choices if one.choices and one.choices.id else Preference(membership=one)
        way = "now" if everyone else choices.way(kind)
        concerned = everyone or orphaned or one.user_id in own or choices.follows == "all"
        if way == "never" or not concerned or one.user == besides:
            continue
        deputy = by_id.get(choices.deputy_id) if choices.is_away(on) else None
        if not deputy:
            told[one.user_id] = Reader(one.user, way)
        elif deputy != besides:
            told.setdefault(deputy.id, Reader(deputy, way, one.user, choices.away_until))
    return list(told.values())


@kept
def _people_of(organisation):
    """Its people who may do more than look, with what they chose."""
    return (
        Membership.colleagues(organisation)
        .select_extend(Preference)
        .join_from(Membership, Preference, JOIN.LEFT_OUTER, on=(Preference.membership == Membership.id), attr="choices")
    )
