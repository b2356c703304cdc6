"""Registering an agreement and what the premiums ask of it: a chapter of the agreement, mixed into its record.

It must not know how an agreement was made or signed, nor HTTP or the clock.
"""

import hashlib

from peewee import SQL, fn

import rules_agreements as law
import rules_premiums as premiums
from models.base import db, lock
from models.people import Counter
from models.profile import Document, Establishment
from models.recognitions import Recognition
from models.reference import Postcode
from models.steps import NOT_YOURS
from rules import RuleBroken

# As text, for an index serves a condition only when both say it in the same words.
LACKING = (
    "state = 'registered' AND ended_on IS NULL AND premium_waived_on IS NULL AND "
    "(wants_premium = FALSE OR account_number = '' OR learner_account_number = '' OR declaration_id IS NULL)"
)

CORRECTABLE = {  # what nobody has to sign again for
    "address": "Adres van de leerling",
    "email": "E-mail van de leerling",
    "guardian_email": "E-mail van de ouder of voogd",
    "coach_name": "Trajectbegeleider",
    "coach_email": "E-mail van de trajectbegeleider",
}

OF_ENTERPRISE = ("wants_premium", "account_number")  # its consent, and where the premium goes
OF_LEARNER = ("learner_account_number",)

PREMIUM_MEANWHILE = (
    "Iemand anders wijzigde deze gegevens intussen. Wat u typte, staat er nog. Open de pagina opnieuw en kijk na."
)


class Registering:
    """For the Agreement: its number, and the data for the premiums."""

    def _recognition_problem(self):
        """Why the recognition does not carry it on its first day, or None; reads the register anew."""
        recognition = Recognition.get_by_id(self.recognition_id)
        if recognition.is_valid(self.starts_on) and recognition.end_kind is None:
            return None
        return f"Erkenning {recognition.number} is op de eerste dag niet geldig."

    def _stands(self):
        """A condition, for the step itself: the recognition carries it, and this is the version that was signed."""
        model = type(self)
        carrying = Recognition.select(1).where(
            Recognition.id == model.recognition,
            Recognition.state == "approved",
            Recognition.valid_from <= model.starts_on,
            Recognition.valid_until >= model.starts_on,
            Recognition.end_kind.is_null(),
        )
        return fn.EXISTS(carrying), model.version == self.version

    def register(self, actor, wants_premium, account_number="", learner_account_number=""):
        """Lock it and give it its number. Raises RuleBroken when the recognition does not cover the start any more.

        From a school that registers, only the learner's account counts.
        """
        if self.party_of(actor) == "provider":
            wants_premium, account_number = False, ""
        if wants_premium and not account_number:
            raise RuleBroken(account_number="Vul het rekeningnummer in waarop de premie mag komen.")
        with db.atomic():
            lock(self.recognition)  # or it could be ended between the look and the step
            if self.can("register", actor) and (problem := self._recognition_problem()):
                raise RuleBroken(state=problem)
            self.take(
                "register",
                actor,
                number=Counter.next("O", actor.on),
                registered_on=actor.on,
                wants_premium=wants_premium,
                account_number=account_number,
                learner_account_number=learner_account_number,
            )
            self.note_words()

    def correct(self, actor, facts):
        """Put right what changes nothing to what was agreed: at once, and told in the history.

        `facts`: {column of CORRECTABLE: text}. Raises RuleBroken when nothing changes, or a colleague was first.
        """
        changed = {name: text for name, text in facts.items() if text != getattr(self, name)}
        if not changed:
            raise RuleBroken(state="Er is niets gewijzigd.")
        words = "; ".join(
            f"{CORRECTABLE[name].lower()} van {getattr(self, name) or 'niets'} naar {text or 'niets'}"
            for name, text in changed.items()
        )
        self.take("correct", actor, {"words": words}, **changed)

    # the premiums

    def premium_fields(self, actor):
        """What of the premiums somebody may fill in: consent and its account are the enterprise's own."""
        return OF_LEARNER if self.party_of(actor) == "provider" else (*OF_ENTERPRISE, *OF_LEARNER)

    def premium_mark(self, actor):
        """What their form shows of it, as a mark: another mark, and somebody changed it since."""
        shown = [getattr(self, name) for name in (*self.premium_fields(actor), "declaration_id")]
        waived = () if self.party_of(actor) == "provider" else (self.premium_waived_on,)
        return hashlib.sha256(repr((*shown, *waived)).encode()).hexdigest()[:16]

    def complete_premium(self, actor, facts, content=None, filename="", seen=None):
        """Add what the premiums still ask: {field: value}, and the scan of the learner's declaration.

        Of the school's facts only the learner's count. `seen`: the premium_mark of the form; somebody else's change in
        between is never overwritten. Raises RuleBroken by field.
        """
        if not self.can("complete_premium", actor):
            raise RuleBroken(state=self.STEPS["complete_premium"].refusal if self.is_party(actor) else NOT_YOURS)
        facts = {name: facts[name] for name in self.premium_fields(actor)}
        if facts.get("wants_premium") and not facts["account_number"]:
            raise RuleBroken(account_number="Vul het rekeningnummer in waarop de premie mag komen.")
        if "wants_premium" in facts:
            facts["premium_waived_on"] = None
        with db.atomic():
            lock(self)
            if (seen or self.premium_mark(actor)) != type(self).get_by_id(self.id).premium_mark(actor):
                raise RuleBroken(state=PREMIUM_MEANWHILE)
            if content:
                scan = Document.store(actor, content, filename, "other", issued_on=actor.on)
                facts = facts | {"declaration": scan}
            missing = self._missing_after(facts)
            words = f"Nog nodig: {', '.join(missing)}." if missing else "Alles is er."
            self.take("complete_premium", actor, {"words": words}, **facts)

    def waive_premium(self, actor):
        """Say that no premium will be asked: the task disappears."""
        self.take("waive_premium", actor, premium_waived_on=actor.on)

    def _missing_after(self, facts):
        known = {name: facts.get(name, getattr(self, name)) for name in ("account_number", "learner_account_number")}
        return missing_words(
            facts.get("wants_premium", self.wants_premium),
            known["account_number"],
            known["learner_account_number"],
            facts.get("declaration") or self.declaration_id,
        )

    @property
    def missing_premium(self):
        """What the premiums still ask, in words; empty when nothing, or when nobody wants one."""
        if self.premium_waived_on:
            return []
        return missing_words(self.wants_premium, self.account_number, self.learner_account_number, self.declaration_id)

    @classmethod
    def lacking_premium(cls, on, own, whose="organisation"):
        """A condition: registered, the term not over, a premium possible, and something it asks is missing.

        `own`: a function from a field with an organisation to a condition, so that an index can be followed; `whose`:
        that field.
        """
        inner, found = cls._lacking(on, own, whose)
        in_term = cls.starts_on >= cls.first_lacking(on)  # so that the order by first day begins there
        return in_term & cls.id.in_(found.select(inner.id)) & cls._in_flanders(cls)

    @classmethod
    def lacking(cls, on, own, most):
        """The same as rows of id, organisation and first day: the earliest, so many at most."""
        inner, found = cls._lacking(on, own, "organisation")
        found = found.select(inner.id, inner.organisation, inner.starts_on).where(cls._in_flanders(inner))
        return found.order_by(inner.starts_on).limit(most)

    @classmethod
    def _lacking(cls, on, own, whose):
        """(an alias, its rows that lack something), read from the index that holds nothing else."""
        inner = cls.alias()
        found = inner.select().where(SQL(LACKING), inner.starts_on >= cls.first_lacking(on))
        return inner, found.where(own(getattr(inner, whose)))

    @staticmethod
    def first_lacking(on):
        """The first day of the earliest agreement that can still get a premium on that day."""
        return max(premiums.first_start_in_term(on), law.PREMIUM_SINCE)

    @staticmethod
    def _in_flanders(agreement):
        flemish = Postcode.select(Postcode.postcode).where(Postcode.region == "Vlaams Gewest")
        places = Establishment.select(1).join(Recognition, on=(Recognition.establishment == Establishment.id))
        return fn.EXISTS(places.where(Recognition.id == agreement.recognition, Establishment.postcode.in_(flemish)))

    def premium_facts(self):
        """Everything the premiums depend on, as the law wants it."""
        work, lessons = law.average_minutes(self.weeks)
        return premiums.Facts(
            self.kind,
            self.recognition.establishment.region(),
            self.starts_on,
            self.last_day,
            work,
            lessons,
            self.mentor and self.mentor.trained_on,
            self.registered_on,
            bool(self.wants_premium and self.account_number),
            bool(self.learner_account_number),
            bool(self.declaration_id),
        )


def missing_words(consent, account, learner_account, declaration):
    words = {
        "toestemming van de onderneming": consent,
        "rekeningnummer van de onderneming": account,
        "rekeningnummer van de leerling": learner_account,
        "getekende verklaring van de leerling": declaration,
    }
    return [word for word, given in words.items() if not given]
