"""The law on agreements: which kind, how many hours, what a minor may do, what a learner is paid, until when.

It knows no database, no web and no clock. Times are minutes; amounts are Decimal euros; dates inclusive on both sides.
"""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import NamedTuple

from stdnum import iban

import rules

# --- what is measured against -----------------------------------------------------------------------------------------

HOUR = 60
FULL_LEARNER_HOURS = 20 * HOUR  # [attested] "minstens 20 uren", decree of 10 June 2016, art. 3: 20.0 itself counts
SAO_TOTAL = 28 * HOUR  # [attested] least total of an unpaid agreement since 1 September 2022
MAX_YEARS = 3  # [attested] longest term of an agreement
REGISTER_MONTHS = 3  # [attested] registered within three months after the start, or the premiums are lost
PREMIUM_MONTHS = 4  # [attested] least months on the workplace within the school year
NEW_PLACE_DAYS = 20  # [older source] training days a learner has to find a new place after an early end
PREMIUM_PAID, PREMIUM_UNPAID = Decimal(1000), Decimal(600)  # [attested] per learner and school year
PREMIUM_SINCE = date(2023, 9, 1)  # [attested] in place of the bonuses abolished on 1 July 2023
YOUNGEST, OLDEST = 15, 25  # [attested] years, in secondary education

MINOR_DAY = 8 * HOUR  # [attested] labour law of 16 March 1971, lessons count as working time
MINOR_WEEK = 40 * HOUR  # [attested] or lower where a sector agreed so
MINOR_REST = 12 * HOUR  # [attested] between two days
MINOR_FIRST, MINOR_LAST = 6 * HOUR, 20 * HOUR  # [attested] no night work for minors
MINOR_LAST_LATE = 23 * HOUR  # [attested] from sixteen on, in some sectors
LATE_FROM = 16  # [attested] years
LATE_COMMITTEES = ("302",)  # [setting] joint committees where a minor of sixteen may work until 23 o'clock
SUNDAY_COMMITTEES = (
    "118",
    "120",
    "302",
)  # [setting] joint committees with an exception for sundays: bakers, textile, horeca
BREAKS = ((6 * HOUR, 60), (4 * HOUR + 30, 30))  # [attested] above this much time in a day, this long a break in all
BREAK_AT_ONCE = 30  # [attested] so many minutes of it in one piece
LEGACY_UNTIL = date(2025, 8, 31)  # [setting] last start in the system of "leren en werken"
HALF = Fraction(1, 2)  # [attested] share of the workplace in all hours, for the premium

WEEK_NAMES = ("A", "B", "C")
RHYTHMS = {  # how the kinds of weeks follow each other
    "same": "Elke week is gelijk",
    "alternating": "Week A en week B wisselen elkaar af",
    "blocks": "In blokken: enkele weken na elkaar gelijk",
}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

KINDS = {
    "OAO": "Overeenkomst van alternerende opleiding",
    "SAO": "Stageovereenkomst alternerende opleiding",
    "DA": "Deeltijdse arbeidsovereenkomst",
    "ODOS": "Overeenkomst van duale opleiding met statuut",
    "ODO": "Overeenkomst van duale opleiding",
    "ODOW": "Overeenkomst van duale opleiding voor werknemers",
}

CATEGORIES = {  # of the learning allowance: share of the guaranteed minimum income
    "first": (Decimal("0.29"), "Eerste jaar van een alternerende opleiding"),
    "second": (Decimal("0.32"), "Geslaagd in het eerste jaar van een alternerende opleiding of in de tweede graad"),
    "third": (
        Decimal("0.345"),
        "Geslaagd in het tweede jaar van een alternerende opleiding of in het eerste jaar van de derde graad",
    ),
}
ADULT_HOURLY = Decimal("0.0021")  # [attested] share of the minimum income per hour, in adult education
DIME, CENT = Decimal("0.1"), Decimal("0.01")


# --- the kind ---------------------------------------------------------------------------------------------------------


class Situation(NamedTuple):
    """What decides on the kind of an agreement."""

    workplace: Fraction  # average minutes a week on a real workplace, over the year without holidays
    is_adult_education: bool = False
    is_simulated_only: bool = False
    is_social_maribel: bool = False  # a non-profit employer with jobs of the social Maribel
    is_own_employee: bool = False  # adult education: the learner already works for this employer
    is_legacy: bool = False  # "leren en werken", for who still finishes it


def kind_of(situation):
    """(kind, two Dutch sentences that say why). Exactly one kind for every situation.

    Source: decree of 10 June 2016, art. 3, and for adult education the decree of 25 March 2022.
    """
    long = situation.workplace >= FULL_LEARNER_HOURS
    measured = f"De leerling is gemiddeld {hours(situation.workplace)} uur per week op de werkplek."
    if situation.is_adult_education:
        return _adult_kind(situation, long, measured)
    if situation.is_simulated_only:
        return "SAO", (
            "De opleiding gebeurt alleen op een gesimuleerde werkplek.",
            "Dan hoort er een onbetaalde stageovereenkomst bij, hoeveel uren het ook zijn.",
        )
    if situation.is_social_maribel and long:
        return "DA", (
            measured,
            "Voor een werkgever met sociale Maribel is dat vanaf 20 uur een deeltijdse arbeidsovereenkomst met loon.",
        )
    if situation.is_legacy and not long:
        return "DA", (
            measured,
            "In het stelsel leren en werken is dat onder 20 uur een deeltijdse arbeidsovereenkomst met loon.",
        )
    if long:
        return "OAO", (measured, "Vanaf 20 uur hoort er een betaalde overeenkomst van alternerende opleiding bij.")
    return "SAO", (measured, "Onder 20 uur hoort er een onbetaalde stageovereenkomst bij.")


def _adult_kind(situation, long, measured):
    if situation.is_own_employee:
        return "ODOW", (
            "De cursist werkt al bij u en leert bij de eigen werkgever.",
            "Dan blijft het loon doorlopen en spelen de uren geen rol.",
        )
    if situation.is_social_maribel:
        return "DA", (
            "In het volwassenenonderwijs sluit een werkgever met sociale Maribel een arbeidsovereenkomst.",
            "U betaalt loon voor de uren op de werkplek.",
        )
    if long:
        return "ODOS", (measured, "Vanaf 20 uur heeft de cursist het sociaal statuut van leerling.")
    return "ODO", (measured, "Onder 20 uur krijgt de cursist een vergoeding per uur, zonder dat statuut.")


def hours_problem(kind, work, lessons, full_time):
    """One Dutch sentence when the average minutes a week do not fit the kind, or None.

    `full_time`: the average full-time week of the enterprise. Source: decree of 10 June 2016, art. 3.
    """
    total = work + lessons
    if kind == "OAO" and total != full_time:
        return (
            f"Werkplek en les samen zijn {hours(total)} uur. Bij deze overeenkomst is dat precies de voltijdse week "
            f"van uw onderneming, {hours(full_time)} uur."
        )
    if kind == "SAO" and not SAO_TOTAL <= total <= full_time:
        return (
            f"Werkplek en les samen zijn {hours(total)} uur; bij een stageovereenkomst is dat minstens 28 uur en "
            f"hoogstens {hours(full_time)} uur."
        )
    if kind in ("ODO", "ODOS") and total > full_time:
        return f"Werkplek en les samen zijn {hours(total)} uur: meer dan de voltijdse week van {hours(full_time)} uur."
    return None


# --- money ------------------------------------------------------------------------------------------------------------


def minimum_income(table, on):
    """The row of the dated table (rows with valid_from and amount) that holds on that day, or None before the first."""
    return max((row for row in table if row.valid_from <= on), key=lambda row: row.valid_from, default=None)


def monthly_allowance(category, income):
    """The learning allowance of a month: the share, rounded up to ten cents.

    Source: the published amounts; all of them follow from this rounding.
    """
    return (CATEGORIES[category][0] * income).quantize(DIME, rounding=ROUND_CEILING).quantize(CENT)


def hourly_allowance(income):
    """The least an adult learner is paid per hour, rounded up to the cent."""
    return (ADULT_HOURLY * income).quantize(CENT, rounding=ROUND_CEILING)


def allowance(kind, category, income):
    """(amount or None, per "maand" or "uur" or None, one Dutch sentence) of what a learner is paid."""
    if kind == "OAO":
        share, why = CATEGORIES[category]
        per_cent = f"{share * 100:f}".rstrip("0").rstrip(".").replace(".", ",")
        reason = f"{per_cent} % van het gewaarborgd minimuminkomen van {euro(income)}. {why}."
        return monthly_allowance(category, income), "maand", reason
    if kind in ("ODOS", "ODO"):
        which = "werkplek en les" if kind == "ODOS" else "werkplek"
        return hourly_allowance(income), "uur", f"Minstens 0,21 % van het minimuminkomen, voor de uren {which}."
    if kind == "SAO":
        return None, None, "Een stageovereenkomst is onbetaald; alleen onkosten kunnen vergoed worden."
    return None, None, "U betaalt het loon dat in uw sector geldt."


# --- dates ------------------------------------------------------------------------------------------------------------


def age_problem(years):
    """One Dutch sentence for a learner in secondary education of that many years at the start, or None."""
    if years < YOUNGEST:
        return f"Bij de start is de leerling {years} jaar. Een leerling is minstens {YOUNGEST} jaar."
    if years > OLDEST:
        return f"Bij de start is de leerling {years} jaar. In het secundair onderwijs kan het tot {OLDEST} jaar."
    return None


def register_until(starts_on):
    """The last day to register without losing the premiums."""
    return rules.add_months(starts_on, REGISTER_MONTHS)


def latest_end(starts_on):
    """The last day an agreement that starts then may run."""
    return rules.add_years(starts_on, MAX_YEARS) - timedelta(days=1)


def school_year(on):
    """(first day, last day) of the school year a day falls in."""
    year = on.year if on.month >= 9 else on.year - 1
    return date(year, 9, 1), date(year + 1, 8, 31)


def school_years(starts_on, last_day):
    """[(first day, last day)] of the school years in which it runs four months or more."""
    found, year = [], school_year(starts_on)
    while year[0] <= last_day:
        first, last = max(year[0], starts_on), min(year[1], last_day)
        if rules.add_months(first, PREMIUM_MONTHS) - timedelta(days=1) <= last:
            found.append(year)
        year = school_year(year[1] + timedelta(days=1))
    return found


def training_day_after(last_day, weeks, days):
    """The day on which that many days of work or lessons have passed since, school holidays not counted.

    `weeks`: the timetable; without one, five days a week count.
    """
    busy = {number for week in weeks for number, day in enumerate(week.days) if day.span()} or set(range(5))
    day = last_day
    while days:
        day += timedelta(days=1)
        days -= day.weekday() in busy
    return day


def counted(number, one, many):
    """ "1 schooljaar", "2 schooljaren"."""
    return f"{number} {one if number == 1 else many}"


def valid_account_number(number):
    """True for an IBAN without spaces whose check digits fit (ISO 13616)."""
    return iban.is_valid(number, check_country=False)  # its list of banks is older than the banks


def is_half_workplace(work, lessons):
    """True when at least half of the hours are on the workplace, as the premium asks."""
    return work >= HALF * (work + lessons)


def premium(kind, region, starts_on):
    """(amount or None, one Dutch sentence): the premium for a qualifying workplace, per learner and school year."""
    if starts_on < PREMIUM_SINCE:
        return None, "De premie kwalificerend werkplekleren bestaat sinds 1 september 2023."
    if region != "Vlaams Gewest":
        return None, "De premie is er alleen voor vestigingen in het Vlaams Gewest."
    if kind == "ODOW":
        return PREMIUM_PAID, "U betaalt loon tijdens de opleiding."
    amount = PREMIUM_UNPAID if kind == "SAO" else PREMIUM_PAID
    why = "De leerling is onbetaald." if kind == "SAO" else "De leerling krijgt een vergoeding of loon."
    return amount, f"{why} Voorwaarde: minstens vier maanden in het schooljaar en een mentor met mentoropleiding."


HOLIDAYS = {  # [attested] since 1 September 2019 the school holidays are free, with these exceptions
    "school": "Vrij in alle schoolvakanties",
    "six_weeks": "Zes weken schoolvakantie (Se-n-Se en derde jaar van de derde graad)",
    "twelve_weeks": "Hoogstens twaalf weken schoolvakantie (afspraak van de sector)",
    "structural": "Structurele afwijking voor seizoenswerk, goedgekeurd door de overheid",
}

DECLARATIONS = {  # what the enterprise confirms; the first three and the engagements of a learning enterprise
    "privacy": "De gegevens van de leerling gebruiken we alleen voor deze overeenkomst, en daarna zwijgen we erover",
    "regulations": "De leerling krijgt het arbeidsreglement",
    "safety": "De risicoanalyse en de werkpostfiche zijn gemaakt, en het gezondheidstoezicht is geregeld vóór de start",
    "plan": "Het opleidingsplan is met de school en de leerling besproken",
    "guidance": "De leerling wordt onthaald, leert alles uit het plan en heeft altijd een aanspreekpunt",
    "equipment": "De leerling krijgt hulp, gereedschap, kledij en beschermingsmiddelen, en wij onderhouden ze",
    "lessons": "De leerling kan alle lessen volgen; we volgen de vorderingen op en verwittigen de trajectbegeleider",
}

ANNEXES = {  # what can be added to an agreement; the timetable is one too, and is always part of it
    "plan": "Opleidingsplan",
    "declaration": "Verklaring voor de premie",
    "holiday": "Afwijking van de schoolvakanties",
    "other": "Andere bijlage",
}

# --- the timetable ----------------------------------------------------------------------------------------------------


class Day(NamedTuple):
    """One day: spans as (from, to) in minutes since midnight, at most two for each; a break lies within its own."""

    work: tuple = ()
    lessons: tuple = ()
    pause: int = 0  # minutes within the work, not paid and not counted
    lessons_pause: int = 0  # the same within the lessons

    def work_minutes(self):
        return max(sum(end - start for start, end in self.work) - self.pause, 0)

    def lesson_minutes(self):
        return max(sum(end - start for start, end in self.lessons) - self.lessons_pause, 0)

    def minutes(self):
        return self.work_minutes() + self.lesson_minutes()

    def span(self):
        """(first minute, last minute) of the day, or None on a free day."""
        spans = (*self.work, *self.lessons)
        return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None

    def rests(self):
        """Minutes of each break: those within work and lessons, and the time between two spans."""
        spans = sorted((*self.work, *self.lessons))
        between = [later[0] - earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)]
        return [minutes for minutes in (self.pause, self.lessons_pause, *between) if minutes > 0]


class Week(NamedTuple):
    """Seven days, monday first, and how many weeks of the year look like this."""

    days: tuple
    weeks: int = 1


class Problem(NamedTuple):
    """What a timetable breaks, in which week and on which day, and whose rule that is."""

    week: int  # index of the kind of week
    day: int | None  # 0 is monday; None: the whole week
    sentence: str
    source: str


def week_minutes(week):
    """(workplace, lessons) of one week."""
    return sum(day.work_minutes() for day in week.days), sum(day.lesson_minutes() for day in week.days)


def average_minutes(weeks):
    """(workplace, lessons) a week on average over the year, as exact fractions."""
    total = sum(week.weeks for week in weeks)
    if not total:
        return Fraction(0), Fraction(0)
    work = sum(week_minutes(week)[0] * week.weeks for week in weeks)
    lessons = sum(week_minutes(week)[1] * week.weeks for week in weeks)
    return Fraction(work, total), Fraction(lessons, total)


class Block(NamedTuple):
    """From one day to another, both in it, every week is of one kind."""

    first: date
    last: date
    week: int  # index of the kind of week

    def weekdays(self):
        """How often each weekday comes in it, monday first."""
        whole, rest = divmod((self.last - self.first).days + 1, 7)
        return [whole + ((number - self.first.weekday()) % 7 < rest) for number in range(7)]


def weighed(weeks, blocks):
    """The kinds of week, each for as many weeks as its blocks last; as they are when there are no blocks.

    Five days from monday to friday make a week, so that a block counts the same with its last weekend or without.
    """
    if not blocks:
        return weeks
    lasts = [sum(sum(one.weekdays()[:5]) for one in blocks if one.week == index) for index in range(len(weeks))]
    return tuple(week._replace(weeks=Fraction(days, 5)) for week, days in zip(weeks, lasts, strict=True))


def block_minutes(weeks, blocks):
    """(workplace, lessons) of all days of the blocks together."""
    days = [(times, day) for one in blocks for times, day in zip(one.weekdays(), weeks[one.week].days, strict=True)]
    return sum(times * day.work_minutes() for times, day in days), sum(
        times * day.lesson_minutes() for times, day in days
    )


def crossing(blocks):
    """The first two blocks that share a day, or None."""
    ordered = sorted(blocks)
    return next((pair for pair in zip(ordered, ordered[1:], strict=False) if pair[1].first <= pair[0].last), None)


def mostly(week):
    """What a kind of week is for the most part: "werkplek", "les", or nothing in particular."""
    work, lessons = week_minutes(week)
    return "werkplek" if work > lessons else "les" if lessons > work else ""


def describe_blocks(weeks, blocks):
    """ "Week A (werkplek) van 01/09/2026 tot en met 23/10/2026. …" in order of days."""
    kinds = [f"Week {WEEK_NAMES[index]}{_of(mostly(week))}" for index, week in enumerate(weeks)]
    return " ".join(
        f"{kinds[one.week]} van {one.first:%d/%m/%Y} tot en met {one.last:%d/%m/%Y}." for one in sorted(blocks)
    )


def _of(word):
    return f" ({word})" if word else ""


def describe(weeks):
    """{"maandag": "8:00–12:00 en 13:00–16:00 werk; les 9:00–12:00"} for people to read; free days left out."""
    lines = {}
    for index, week in enumerate(weeks):
        name = f"week {WEEK_NAMES[index]} " if len(weeks) > 1 else ""
        for number, day in enumerate(week.days):
            parts = [f"{label} {_spans(spans)}" for label, spans in (("werk", day.work), ("les", day.lessons)) if spans]
            parts += [
                f"{minutes} minuten pauze {when}"
                for minutes, when in ((day.pause, "tijdens het werk"), (day.lessons_pause, "tijdens de les"))
                if minutes
            ]
            if parts:
                lines[f"{name}{WEEKDAYS[number]}".capitalize()] = ", ".join(parts)
    return lines


def _spans(spans):
    return " en ".join(f"{write_time(start)}–{write_time(end)}" for start, end in spans)


def write_time(minutes):
    """480 -> "08:00"."""
    return f"{minutes // HOUR:02d}:{minutes % HOUR:02d}"


def read_time(text):
    """ "8:00", "08.00", "8u30" or "8" -> minutes since midnight. Raises ValueError with a Dutch sentence."""
    typed = text.strip().lower().replace("u", ":").replace("h", ":").replace(".", ":").rstrip(":")
    hour, _, minute = typed.partition(":")
    plain = (hour + minute).isascii() and (hour + minute).isdecimal() and 0 < len(hour) <= 2 and len(minute) in (0, 2)
    value = int(hour) * HOUR + int(minute or 0) if plain else -1
    if not 0 <= value <= 24 * HOUR or int(minute or 0) >= HOUR:
        raise ValueError("Schrijf een uur als 8:30.")
    return value


def overlaps(day):
    """True when two spans of the day run through each other, or one ends before it starts."""
    spans = sorted((*day.work, *day.lessons))
    backwards = any(end <= start for start, end in spans)
    return backwards or any(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:], strict=False))


class Protection(NamedTuple):
    """What a minor may do in a sector at an age: work on sundays, and until when in the evening."""

    sundays: bool = False
    latest: int = MINOR_LAST


def protection(committee, years):
    """The protection of a learner of that many years; `committee`: number of the joint committee.

    Source: labour law of 16 March 1971, art. 32 and 34bis, with the royal decrees per sector.
    """
    sector = committee.partition(".")[0]
    is_late = years >= LATE_FROM and sector in LATE_COMMITTEES
    return Protection(sector in SUNDAY_COMMITTEES, MINOR_LAST_LATE if is_late else MINOR_LAST)


def minor_problems(weeks, allowed=Protection(), rhythm="same"):  # noqa: B008, a tuple cannot change
    """What a timetable asks of a minor that the law forbids, day by day.

    Source: labour law of 16 March 1971, art. 7 to 10 and 31 to 34bis; lessons count as working time.
    """
    found = []
    for index, week in enumerate(weeks):
        for number, day in enumerate(week.days):
            found += [Problem(index, number, *one) for one in _day_problems(number, day, allowed)]
        following = _weeks_after(weeks, index, rhythm)
        found += _rest_problems(index, week, following)
        found += _weekend_problems(index, week, following)
        total = sum(week_minutes(week))
        if total > MINOR_WEEK:
            sentence = f"Samen {hours(total)} uur in deze week: een minderjarige mag hoogstens 40 uur."
            found.append(Problem(index, None, sentence, "Arbeidswet, art. 19"))
    return found + _sunday_problems(weeks, allowed)


def _weeks_after(weeks, index, rhythm):
    """The kinds of week that can come after this one."""
    others = [week for number, week in enumerate(weeks) if number != index]
    return others + [weeks[index]] if rhythm != "alternating" or not others else others


def _day_problems(number, day, allowed):
    span = day.span()
    if not span:
        return
    name = WEEKDAYS[number]
    if number == 6 and day.work and not allowed.sundays:
        sentence = "Zondagwerk mag niet voor een minderjarige, tenzij uw sector een uitzondering heeft."
        yield sentence, "Arbeidswet, art. 32"
    if day.minutes() > MINOR_DAY:
        yield f"{hours(day.minutes())} uur op {name}: hoogstens 8 uur, de lessen tellen mee.", "Arbeidswet, art. 31"
    if span[0] < MINOR_FIRST or span[1] > allowed.latest:
        sentence = f"Op {name} vóór 6 uur of na {allowed.latest // HOUR} uur: dat mag niet voor een minderjarige."
        yield sentence, "Arbeidswet, art. 34bis"
    yield from _break_problems(name, day)


def _break_problems(name, day):
    """Too short a break; a day of lessons alone follows the breaks of the school."""
    rests = day.rests()
    above, needed = next(((above, needed) for above, needed in BREAKS if day.minutes() > above), (0, 0))
    if not (day.work and needed):
        return
    if sum(rests) < needed:
        yield f"Meer dan {hours(above)} uur op {name}: er is {needed} minuten pauze nodig.", "Arbeidswet, art. 34"
    elif max(rests) < BREAK_AT_ONCE:
        yield f"Op {name} duurt geen enkele pauze een half uur aan één stuk.", "Arbeidswet, art. 34"


def _rest_problems(index, week, following):
    """Too little rest between a day and the next; after sunday comes a monday of any week that can follow."""
    for number, day in enumerate(week.days):
        tomorrow = (number + 1) % 7
        for other in following if number == 6 else [week]:
            today, then = day.span(), other.days[tomorrow].span()
            if today and then and 24 * HOUR - today[1] + then[0] < MINOR_REST:
                sentence = f"Tussen {WEEKDAYS[number]} en {WEEKDAYS[tomorrow]} is er geen 12 uur rust."
                yield Problem(index, number if number == 6 else tomorrow, sentence, "Arbeidswet, art. 34ter")
                break


def _weekend_problems(index, week, following):
    """No second free day beside a free sunday."""
    saturday, sunday = week.days[5], week.days[6]
    if saturday.span() and not sunday.span() and any(other.days[0].span() for other in following):
        sentence = "Naast de zondag hoort er nog een vrije dag: de zaterdag of de maandag."
        yield Problem(index, 5, sentence, "Arbeidswet, art. 32")


def _sunday_problems(weeks, allowed):
    """More than one sunday in two, where the sector may work on sundays at all."""
    worked = [index for index, week in enumerate(weeks) if week.days[6].work]
    if not allowed.sundays or 2 * sum(weeks[index].weeks for index in worked) <= sum(week.weeks for week in weeks):
        return []
    sentence = "Een minderjarige werkt hoogstens één zondag op twee."
    return [Problem(index, 6, sentence, "Arbeidswet, art. 32") for index in worked]


# --- words ------------------------------------------------------------------------------------------------------------


def read_hours(text):
    """ "19,5", "19.5", "19:30" or "19u30" -> minutes. Raises ValueError with a Dutch sentence."""
    typed = text.strip().lower().replace("u", ":").replace("h", ":").replace(".", ",").rstrip(":")
    whole, sign, rest = typed.partition(":") if ":" in typed else typed.partition(",")
    plain = (whole + rest).isascii() and (whole + rest).isdecimal() and len(whole) <= 2 and whole
    if not plain or len(rest) > 2 or (sign and not rest):
        raise ValueError("Schrijf een aantal uren als 20 of 19,5 of 19:30.")
    minutes = int(rest or 0) if sign == ":" else int(rest or 0) * HOUR // 10 ** len(rest)
    if minutes >= HOUR:
        raise ValueError("Schrijf een aantal uren als 20 of 19,5 of 19:30.")
    return int(whole) * HOUR + minutes


def hours(minutes):
    """Minutes as a decimal number of hours: "20", "19,5", "19,33"."""
    value = Fraction(minutes) / HOUR
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def euro(amount):
    """Decimal("2111.89") -> "€ 2.111,89", with a space at which no line breaks."""
    whole, cents = f"{amount:.2f}".split(".")
    groups = f"{int(whole):,}".replace(",", ".")
    return f"€\N{NO-BREAK SPACE}{groups},{cents}"
