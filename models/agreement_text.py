"""An agreement as people read it: every fact with its label, part by part, and the articles around them.

It must not decide anything, nor know how it is shown.
"""

import rules
import rules_agreements as law
from models.kbo import KboEnterprise
from models.profile import Document, Seal
from models.reference import LegalForm
from rules_wording import model_for

GUARDIANS = {"father": "Vader", "mother": "Moeder", "guardian": "Voogd"}


def written(day):
    return f"{day:%d/%m/%Y}" if day else ""


def in_line(*pieces, by=", "):
    """The pieces that say something, in one line."""
    return by.join(str(piece) for piece in pieces if piece)


class Worded:
    """The words of an agreement."""

    def content(self):
        """The whole agreement as people read it, {part: {label: text}}: what is put up for signing."""
        return {
            "learner": self._learner_words(),
            "company": self._company_words(),
            "period": self._period_words(),
            "timetable": self._timetable_words(),
            "terms": self._terms_words(),
            "annexes": {annex.kind_name + f" {number}": annex.words for number, annex in enumerate(self.files(), 1)},
        }

    def files(self):
        """The annexes with their documents, in the order they were added."""
        annex = self.annexes.model
        return annex.select(annex, Document).join(Document).where(annex.agreement == self).order_by(annex.id)

    def model(self, on):
        """The wording that goes with it when it is put up for signing on that day."""
        return model_for(self.derived_kind()[0], on)

    def unmasked(self, content):
        """The same words with whole national register numbers, as the paper must have them; who asks is noted."""
        guardian, mentor = "Rijksregisternummer van de ouder of voogd", self.mentor
        found = {part: dict(lines) for part, lines in content.items()}
        if self.insz_sealed:
            found["learner"]["Rijksregisternummer"] = rules.format_insz(Seal.open(self.insz_sealed))
        if self.guardian_insz_sealed:
            found["learner"][guardian] = rules.format_insz(Seal.open(self.guardian_insz_sealed))
        if mentor:
            words = found["period"]["Mentor"]
            found["period"]["Mentor"] = words.replace(mentor.masked_insz, rules.format_insz(mentor.insz))
        return found

    def _learner_words(self):
        guardian = in_line(self.guardian_name, GUARDIANS.get(self.guardian_kind))
        training = self.recognition.training
        return {
            "Leerling": self.learner,
            "Rijksregisternummer": self.masked_insz,
            "Geboren op": written(self.born_on),
            "Adres": self.address,
            "E-mail en telefoon": in_line(self.email, self.phone),
            "Nationaliteit": self.nationality or None,
            "Onderwijsvorm en leerjaar": in_line(training.form.upper(), self.study_year) or None,
            "Leerplichtig": self._compulsory(),
            "Ouder of voogd": guardian or None,
            "Rijksregisternummer van de ouder of voogd": rules.mask_insz(self.guardian_insz_tail)
            if self.guardian_insz_tail
            else None,
            "Contact van de ouder of voogd": in_line(self.guardian_email, self.guardian_phone) or None,
        }

    def _compulsory(self):
        if not (self.born_on and self.starts_on):
            return None
        return "Ja, deeltijds tot 18 jaar" if self.is_minor(self.starts_on) else "Nee"

    def _company_words(self):
        place, number = self.recognition.establishment, rules.format_enterprise_number(self.organisation.number)
        return {
            "Onderneming": f"{self.organisation.name} ({number})",
            "Rechtsvorm": legal_form(self.organisation.number),
            "Tekent voor de onderneming": in_line(self.representative, self.representative_role),
            "Vestiging": f"{place.name}, {place.address} ({rules.format_establishment_number(place.number)})",
            "Andere werkplekken": self.other_places or None,
            "Contactpersoon": in_line(self.contact_name, self.contact_phone, self.contact_email),
            "Paritair comité": self.joint_committee,
            "RSZ-nummer": self.rsz_number or None,
            "Sociaal secretariaat": self.social_secretariat or None,
            "Verzekeraar van arbeidsongevallen": in_line(
                self.insurer, self.policy_number and f"polis {self.policy_number}"
            ),
            "Externe preventiedienst": self.prevention_service,
        }

    def _period_words(self):
        recognition, training = self.recognition, self.recognition.training
        trained = self.mentor and self.mentor.trained_on
        return {
            "Opleiding": in_line(training.name, training.grade and f"graad {training.grade}"),
            "Erkenning": f"{recognition.number}, geldig van {written(recognition.valid_from)} tot en met "
            f"{written(recognition.valid_until)}",
            "Schooljaar": self._school_year(),
            "Van": written(self.starts_on),
            "Tot en met": written(self.ends_on),
            "Mentor": in_line(self.mentor, self.mentor and self.mentor.masked_insz),
            "Mentoropleiding": (f"Gevolgd op {written(trained)}" if trained else "Nog te volgen")
            if self.mentor
            else None,
            "Plaatsvervanger": str(self.deputy) if self.deputy else None,
            "School": self._provider_words(),
            "Trajectbegeleider": in_line(self.coach_name, self.coach_phone, self.coach_email),
        }

    def _school_year(self):
        if not self.starts_on:
            return None
        first, last = law.school_year(self.starts_on)
        return f"{first.year}-{last.year}"

    def _provider_words(self):
        if not self.provider:
            return ""
        number = self.provider_number or rules.format_enterprise_number(self.provider.number)
        return in_line(f"{self.provider} ({number})", self.provider_place)

    def _timetable_words(self):
        work, lessons = law.average_minutes(self.weeks)
        several = len(self.weeks) > 1
        return {
            "Gemiddeld op de werkplek": f"{law.hours(work)} uur per week",
            "Gemiddeld les": f"{law.hours(lessons)} uur per week",
            "Voltijdse week van de onderneming": f"{law.hours(self.full_time)} uur" if self.full_time else "",
            "Soort weken": law.RHYTHMS[self.rhythm] if several else None,
            **self._block_words(),
            **law.describe(self.weeks),
        }

    def _block_words(self):
        """When which weeks are, and how many hours all of them hold."""
        blocks = self.periods
        if not blocks:
            return {"Wanneer": self.blocks if len(self.weeks) > 1 and self.blocks else None}
        work, lessons = law.block_minutes(self.weeks, blocks)
        return {
            "Wanneer": law.describe_blocks(self.weeks, blocks),
            "In al die weken samen": f"{law.hours(work)} uur op de werkplek en {law.hours(lessons)} uur les",
        }

    def _terms_words(self):
        kind, why = self.derived_kind()
        paid, income = self.derived_allowance(), self.income()
        amount = f"{law.euro(paid[0])} per {paid[1]}. " if paid and paid[0] is not None else ""
        since = f" Minimuminkomen sinds {written(income.valid_from)}." if amount else ""
        return {
            "Soort overeenkomst": f"{law.KINDS[kind]} ({kind}). {' '.join(why)}",
            "Vergoeding": amount + (paid[2] if paid else "") + since,
            "Verplaatsing": self.transport or None,
            "Vakantie": law.HOLIDAYS[self.holidays],
            "De onderneming verklaart": "".join(f"{law.DECLARATIONS[key]}. " for key in self.declarations).strip(),
        }


def legal_form(number):
    """The legal form of an enterprise by its number, as the KBO has it; None where it has none."""
    row = (
        LegalForm.select(LegalForm.name)
        .join(KboEnterprise, on=(KboEnterprise.juridical_form == LegalForm.code))
        .where(KboEnterprise.number == int(number))
        .first()
    )
    return row and row.name
