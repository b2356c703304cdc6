"""What is wrong with an agreement, or worth a warning, before anybody signs: the rules of rules_checks.py, looked up.

It must not change anything, nor know who asks.
"""

import rules
import rules_agreements as law
from models.profile import Seal
from models.recognitions import RecognitionMentor
from rules_checks import REQUIRED, finding


class Checked:
    """The checks of an agreement; each yields findings, never a sentence of its own."""

    def findings(self, on):
        """Everything that is wrong or worth a warning on that day, what blocks first, then in order of the form."""
        found = [finding(key) for key in REQUIRED if not getattr(self, key)]
        for check in (self._learner_findings, self._hours_findings):
            found += check(on)
        if self.starts_on and self.ends_on:
            found += self._period_findings(on)
        found += self._term_findings()
        order = list(self.PARTS)
        return sorted(found, key=lambda one: (not one.blocks, order.index(one.part)))

    def problems(self, findings):
        """{part: [sentences that block]} of what the checks found, for the progress list."""
        found = {part: [] for part in self.PARTS}
        for one in findings:
            if one.blocks:
                found[one.part].append(one.sentence)
        return found

    def _learner_findings(self, on):
        if not self.born_on:
            return
        years = rules.age(self.born_on, self.starts_on or on)
        problem = law.age_problem(years)
        if problem and self.recognition.training.kind != "volwassenenonderwijs":
            yield finding("too_young" if years < law.YOUNGEST else "too_old", problem=problem)
        elif years == law.YOUNGEST:
            yield finding("still_at_school")
        if self.is_minor(on) and not (self.guardian_name and self.guardian_kind):
            yield finding("guardian")

    def _period_findings(self, on):
        if self.ends_on > law.latest_end(self.starts_on):
            yield finding("too_long")
        if self.situation().is_legacy and self.starts_on > law.LEGACY_UNTIL:
            yield finding("legacy")
        yield from self._recognition_findings()
        if self.mentor_id:
            yield from self._mentor_findings()
        yield from self._overlap_findings()
        if self.starts_on < on:
            yield finding("past_start")
        if not law.school_years(self.starts_on, self.ends_on):
            yield finding("premium_short")
        if self.derived_allowance() is None:
            yield finding("no_income")

    def _recognition_findings(self):
        recognition = self.recognition
        if not (recognition.is_valid(self.starts_on) and recognition.end_kind is None):
            yield finding("recognition", number=recognition.number)
        elif recognition.valid_until < self.ends_on:
            yield finding("recognition_ends", until=f"{recognition.valid_until:%d/%m/%Y}")
        region = recognition.establishment.region()
        if region and region != "Vlaams Gewest":
            yield finding("premium_region")

    def _mentor_findings(self):
        valid = RecognitionMentor.valid_on(self.recognition, self.starts_on)
        if not valid.where(RecognitionMentor.mentor == self.mentor_id).exists():
            yield finding("mentor")
            return
        yield from self._capacity_findings()
        if not self.mentor.trained_on:
            yield finding("mentor_untrained", mentor=self.mentor)

    def _capacity_findings(self):
        """Whether the mentor guides too many then: by an agreement, or by an addendum that was signed since."""
        guides = type(self).addenda.rel_model.guides  # addenda.py stands on the agreement
        guided = self.others_at_the_time().where(guides(self.mentor_id, self.starts_on, self.ends_on)).count()
        most = self.recognition.partnership.learners_per_mentor
        if most and guided >= most:
            yield finding("mentor_full", mentor=self.mentor, count=guided + 1, most=most)

    def others_at_the_time(self):
        """Other agreements that are up for signing, signed or registered, and share a day with this one."""
        other = type(self)
        return other.select().where(other.id != self.id, other.is_binding(), other.shares_a_day(self))

    def _overlap_findings(self):
        if not self.insz_fingerprint:
            return
        marks = Seal.fingerprints(Seal.open(self.insz_sealed))
        others = list(self.others_at_the_time().where(type(self).insz_fingerprint.in_(marks)))
        same = [one for one in others if one.organisation_id == self.organisation_id]
        if any(one.recognition.training_id == self.recognition.training_id for one in same):
            yield finding("overlap_same")
        elif others:
            yield finding("overlap_other")

    def _hours_findings(self, on):
        weeks = self.weeks
        if not any(day.span() for week in weeks for day in week.days):
            yield finding("no_hours")
            return
        for name, week in zip(law.WEEK_NAMES, weeks, strict=False):
            for number, day in enumerate(week.days):
                if law.overlaps(day):
                    yield finding("crossed", field=f"{name}_{number}", day=law.WEEKDAYS[number])
        yield from self._block_findings()
        work, lessons = law.average_minutes(weeks)
        if not law.is_half_workplace(work, lessons):
            yield finding("premium_half")
        if self.full_time and (problem := law.hours_problem(self.derived_kind()[0], work, lessons, self.full_time)):
            yield finding("hours", problem=problem)
        for one in self.minor_problems(on):
            field = f"{law.WEEK_NAMES[one.week]}_{'week' if one.day is None else one.day}"
            yield finding("minor", field=field, problem=one.sentence, source=one.source)

    def _block_findings(self):
        """What is wrong with the blocks of weeks, where the weeks come in blocks."""
        if self.rhythm == "blocks" and not self.blocks:
            yield finding("blocks_untold")
        blocks = self.periods
        if pair := law.crossing(blocks):
            yield finding("blocks_crossed", day=f"{pair[1].first:%d/%m/%Y}")
        if blocks and not all(week.weeks for week in self.weeks):
            yield finding("blocks_one_kind")
        if blocks and self.starts_on and self.ends_on:
            ordered = sorted(blocks)
            if ordered[0].first < self.starts_on or max(one.last for one in blocks) > self.ends_on:
                yield finding("blocks_outside")

    def minor_problems(self, on):
        """What the timetable breaks of the protection of minors; nothing for who is of age on the first day."""
        first = self.starts_on or on
        if not self.is_minor(first):
            return []
        allowed = law.protection(self.joint_committee, rules.age(self.born_on, first))
        return law.minor_problems(self.weeks, allowed, self.rhythm)

    def _term_findings(self):
        if set(self.declarations) != set(law.DECLARATIONS):
            yield finding("declarations")
        added = {annex.kind for annex in self.annexes}
        if "plan" not in added:
            yield finding("no_plan")
        if self.holidays == "structural" and "holiday" not in added:
            yield finding("no_deviation")
