"""How an agreement ends before its day: why, what follows from it, undoing it, and what is left to do.

A chapter of the agreement, mixed into its record. It must not know HTTP or the clock.
"""

import json
from datetime import timedelta

import rules_agreements as law
from models.base import db, lock
from rules import RuleBroken

INITIATIVES = {  # who takes it, and which reasons go with it
    "both": ("Leerling en onderneming samen", ("passed", "mutual")),
    "learner": ("De leerling", ("learner", "training")),
    "employer": ("De onderneming", ("employer", "business")),
    "school": ("De school", ("excluded", "training")),
    "authority": ("De overheid", ("revoked", "mentor")),
    "nobody": ("Niemand: het overkomt ons", ("force_majeure", "death")),
}

AGREEMENT_ENDINGS = {
    "passed": "De leerling slaagde in de opleiding",
    "mutual": "Onderling akkoord",
    "learner": "De leerling stopt",
    "employer": "De onderneming stopt ermee",
    "training": "De leerling stopt of verandert van opleiding",
    "excluded": "De school sluit de leerling definitief uit",
    "force_majeure": "Overmacht",
    "business": "De onderneming sluit of is failliet",
    "revoked": "De erkenning is opgeheven",
    "mentor": "Er is geen geldige mentor meer",
    "death": "De leerling is overleden",
}

CHECKLIST = {  # what is left to do afterwards
    "dimona": "Dimona OUT gedaan",
    "documents": "Sociale documenten bezorgd aan de leerling",
    "school": "Trajectbegeleider verwittigd",
    "learner": f"De leerling weet dat er {law.NEW_PLACE_DAYS} opleidingsdagen zijn om een nieuwe plaats te vinden",
}

UNDO = timedelta(minutes=10)  # [setting] as long an end can be taken back
AHEAD = 31  # [setting] days a last day may lie ahead


class Ending:
    """For the Agreement: ended early, taken back, cancelled, and ticked off."""

    def cancel(self, actor, reason):
        """Before the first day: as if it had never been agreed."""
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom de overeenkomst niet doorgaat.")
        if self.starts_on and actor.on >= self.starts_on:  # a draft may have no first day; the step refuses it
            raise RuleBroken(state="De overeenkomst is al begonnen: beëindig ze in plaats van ze te annuleren.")
        self.take("cancel", actor, {"reason": reason.strip()}, end_note=reason.strip())

    def end_problems(self, on, last_day, kind, initiative):
        """{field: Dutch sentence} of what is wrong with such an end."""
        broken = {}
        if initiative not in INITIATIVES:
            broken["initiative"] = "Kies van wie het initiatief komt."
        if kind not in AGREEMENT_ENDINGS:
            broken["kind"] = "Kies waarom de overeenkomst eindigt."
        elif initiative in INITIATIVES and kind not in INITIATIVES[initiative][1]:
            broken["kind"] = "Deze reden hoort bij een ander initiatief. Kies opnieuw."
        last = min(self.ends_on - timedelta(days=1), on + timedelta(days=AHEAD))
        if not last_day or not self.starts_on <= last_day <= last:
            broken["last_day"] = (
                f"Kies een laatste dag van {self.starts_on:%d/%m/%Y} tot en met {last:%d/%m/%Y}. "
                f"Op {self.ends_on:%d/%m/%Y} eindigt de overeenkomst vanzelf."
            )
        return broken

    def consequences(self, last_day):
        """What an end on that day brings, in Dutch sentences: told before anybody decides."""
        yield f"{self.learner} is op {last_day:%d/%m/%Y} voor het laatst bij u in opleiding."
        until = law.training_day_after(last_day, self.weeks, law.NEW_PLACE_DAYS)
        yield (
            f"De leerling zoekt binnen {law.NEW_PLACE_DAYS} opleidingsdagen een nieuwe plaats: "
            f"ongeveer tot {until:%d/%m/%Y}, schoolvakanties niet meegeteld. Anders stopt de opleiding."
        )
        yield "U doet de Dimona OUT en bezorgt de sociale documenten."
        yield f"U en de leerling verwittigen de trajectbegeleider, {self.coach_name}."
        if self.starts_on >= law.PREMIUM_SINCE:
            before = len(law.school_years(self.starts_on, self.ends_on))
            after = len(law.school_years(self.starts_on, last_day))
            if after < before:
                yield (
                    f"Voor {law.counted(before - after, 'schooljaar', 'schooljaren')} vervalt de premie: "
                    f"er zijn dan geen {law.PREMIUM_MONTHS} maanden op de werkplek."
                )
            else:
                yield "Voor de premie verandert er niets."

    def end(self, actor, last_day, kind, note="", initiative="both"):
        """End it early. Raises RuleBroken by field."""
        self.check_can("end", actor)
        if broken := self.end_problems(actor.on, last_day, kind, initiative):
            raise RuleBroken(**broken)
        details = {"reason": AGREEMENT_ENDINGS[kind], "day": f"{last_day:%d/%m/%Y}"}
        self.take(
            "end",
            actor,
            details,
            ended_on=last_day,
            ended_at=actor.at,
            end_kind=kind,
            end_initiative=initiative,
            end_note=note.strip(),
            end_checked="[]",
        )

    def undo_until(self):
        """The moment (UTC) until which the end can be taken back, or None."""
        return self.ended_at and self.ended_at + UNDO

    def undo_end(self, actor):
        """Take the end back, as if it had not been noted. Raises RuleBroken once it is too late."""
        if self.ended_at is None or actor.at > self.undo_until():
            raise RuleBroken(state=self.STEPS["undo_end"].refusal)
        nothing = {"ended_on": None, "ended_at": None, "end_kind": None, "end_initiative": None, "end_note": ""}
        with db.atomic():
            if self.can("undo_end", actor):
                self._check_place()
            self.take("undo_end", actor, None, end_checked="[]", **nothing)

    def _check_place(self):
        """Raises RuleBroken where the end made room for what cannot stand beside it."""
        lock(self.organisation)  # as who puts another agreement up for signing does, and who stops the recognition
        lock(self.recognition)
        recognition = type(self.recognition).get_by_id(self.recognition_id)
        if recognition.end_kind == "stopped":
            raise RuleBroken(state=f"U zette erkenning {recognition.number} intussen stop: terugdraaien kan niet meer.")
        again = type(self).addenda.rel_model.as_of(self, self.ended_on + timedelta(days=1))  # who guides from then on
        again.starts_on = again.ended_on + timedelta(days=1)
        found = [*self._overlap_findings(), *again._capacity_findings()]
        if blocking := [one.sentence for one in found if one.blocks]:
            raise RuleBroken(state=" ".join(blocking))

    @property
    def checked_off(self):
        return json.loads(self.end_checked)

    @property
    def left_to_do(self):
        """{key: what} of the checklist that nobody ticked off yet."""
        if not self.ended_on:
            return {}
        return {key: what for key, what in CHECKLIST.items() if key not in self.checked_off}

    def check_off(self, actor, keys):
        """Tick off what is done. Raises RuleBroken when nothing new is ticked, or a colleague did so just before."""
        done = [key for key in CHECKLIST if key in keys or key in self.checked_off]
        added = [CHECKLIST[key] for key in done if key not in self.checked_off]
        if not added:
            raise RuleBroken(state="Vink aan wat u gedaan hebt.")
        self.take("check_off", actor, {"words": "; ".join(added)}, end_checked=json.dumps(done))
