"""A draft goes from employer to provider and back: who has it, what each must still fill in, and since when it waits.

It must not know how a draft is shown.
"""

from models.base import db
from models.people import Event, Organisation
from rules import RuleBroken

HOLDERS = {"employer": "Onderneming", "provider": "Opleidingsverstrekker"}


def choose_registrar(actor, registers):
    """Say whether the actor's enterprise registers its agreements itself. Raises RuleBroken for anybody else."""
    if not (actor.is_employer and actor.may_act and actor.mandate is None):
        raise RuleBroken(state="Alleen uw eigen onderneming kan dit kiezen.")
    with db.atomic():
        Organisation.update(registers_agreements=registers).where(Organisation.id == actor.organisation.id).execute()
        Event.record(actor.organisation, "registrar_chosen", actor, who_registers=REGISTRARS[registers])


REGISTRARS = {True: "de onderneming zelf", False: "de school"}


class HandedOver:
    """The hand-over of an agreement's draft."""

    @property
    def registrar(self):
        """Who registers: the employer itself, unless it chose to leave that to the provider."""
        return "employer" if self.organisation.registers_agreements else "provider"

    def party_of(self, actor):
        """Which of the two parties somebody acts for, or None."""
        own = {self.organisation_id: "employer", self.provider_id: "provider"}
        return own.get(actor.organisation.id)

    def organisation_of(self, party):
        return self.organisation if party == "employer" else self.provider

    def why_not_edited(self, actor):
        """One Dutch sentence for who cannot change it now."""
        if self.state != "draft":
            return "Deze overeenkomst ligt klaar om te tekenen, of verder. Maak er eerst weer een werkversie van."
        if self.party_of(actor) and self.party_of(actor) != self.holder:
            return f"Deze werkversie ligt nu bij {self.organisation_of(self.holder)}. Neem ze terug om ze te wijzigen."
        return "Deze overeenkomst kan nu niet gewijzigd worden."

    def waits_since(self):
        """The day since which the one who has the draft can fill it in."""
        return self.held_since or self.drafted_on()

    def drafted_on(self):
        first = Event.of(self).limit(1).first()
        return first.at.date() if first else self.touched_on

    def to_fill(self, findings):
        """[(party, its findings that block)] for both parties, the one who has the draft first."""
        blocking = [one for one in findings if one.blocks]
        order = sorted(HOLDERS, key=lambda party: party != self.holder)
        return [(party, [one for one in blocking if one.party == party]) for party in order]

    def pass_on(self, actor, message=""):
        """Give the draft to the other party, with a word. Raises RuleBroken when there is nobody to give it to."""
        if not self.provider_id:
            raise RuleBroken(message="Kies eerst de school, bij Looptijd en begeleiding.")
        other = "provider" if self.holder == "employer" else "employer"
        self._move("pass_on", actor, other, message)

    def take_back(self, actor):
        """Take the draft back from the other party."""
        self._move("take_back", actor, self.party_of(actor), "")

    def _move(self, step, actor, holder, message):
        details = {"to": str(self.organisation_of(holder)) if holder else "", "message": message.strip()}
        details["school"] = self.provider_id  # names change; threads.py asks which school it was
        self.take(step, actor, details, holder=holder, held_since=actor.on, pass_message=message.strip())
