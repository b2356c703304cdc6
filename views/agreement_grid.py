"""The timetable read and written: a grid of times, two kinds of weeks, a break for work and one for lessons each day.

It must not query, nor decide whether a timetable is allowed.
"""

import contextlib
import json
from datetime import datetime

import rules_agreements as law
from views.forms import DATE_FORMATS, WRONG_DATE

WEEKS = law.WEEK_NAMES[:2]
CHOSEN_RHYTHMS = {key: law.RHYTHMS[key] for key in ("alternating", "blocks")}
SPANS = ("work_1", "work_2", "lessons_1", "lessons_2")
MOST_BLOCKS = 24  # of weeks that are the same, in a year
PAUSES = {"work": "pause", "lessons": "lessons_pause"}


def typed_timetable(agreement):
    """{field name: text} as the record has it, for a form that was not sent yet."""
    full_time = law.hours(agreement.full_time) if agreement.full_time else ""
    typed = {"full_time": full_time, "rhythm": agreement.rhythm}
    for number, one in enumerate(sorted(agreement.periods), 1):
        days = {"from": one.first.isoformat(), "to": one.last.isoformat(), "week": WEEKS[one.week]}
        typed |= {f"block_{number}_{name}": value for name, value in days.items()}
    for week, label in zip(agreement.weeks, WEEKS, strict=False):
        typed[f"{label}_weeks"] = "" if agreement.periods else str(week.weeks)
        for number, one in enumerate(week.days):
            for pause in PAUSES.values():
                typed[f"{label}_{number}_{pause}"] = str(getattr(one, pause) or "")
            for name, spans in (("work", one.work), ("lessons", one.lessons)):
                for place, (start, end) in enumerate(spans, 1):
                    typed[f"{label}_{number}_{name}_{place}_from"] = law.write_time(start)
                    typed[f"{label}_{number}_{name}_{place}_to"] = law.write_time(end)
    return typed


def read_timetable(typed):
    """(weeks as they are stored, minutes of a full-time week or None, {field name: Dutch sentence})."""
    wrong, weeks = {}, []
    for label in WEEKS:
        days = [_read_day(label, number, typed, wrong) for number in range(7)]
        if label == "A" or any(one["work"] or one["lessons"] for one in days):
            weeks.append({"weeks": _read_weeks(label, typed, wrong), "days": days})
    full_time = None
    if typed.get("full_time", "").strip():
        try:
            full_time = law.read_hours(typed["full_time"])
        except ValueError as problem:
            wrong["full_time"] = str(problem)
    return weeks, full_time, wrong


def read_rhythm(typed, weeks):
    """(how the weeks follow each other, the blocks as they are stored, {field name: Dutch sentence})."""
    if len(weeks) == 1:
        return "same", "", {}
    if typed.get("rhythm") != "blocks":
        return "alternating", "", {}
    wrong, blocks = {}, []
    for number in range(1, MOST_BLOCKS + 1):
        found = {}
        if block := _read_block(f"block_{number}", typed, found):
            blocks.append(block)
        wrong |= {name: f"Blok {number}: {sentence[0].lower()}{sentence[1:]}" for name, sentence in found.items()}
    return "blocks", json.dumps(blocks) if blocks else "", wrong


def _read_block(name, typed, wrong):
    """[first day, last day, index of the kind of week] of one row; None when it is empty, or wrong."""
    texts = [typed.get(f"{name}_{side}", "").strip() for side in ("from", "to")]
    if not any(texts):
        return None
    days = []
    for side, text in zip(("from", "to"), texts, strict=True):
        try:
            days.append(_read_date(text))
        except ValueError as problem:
            wrong[f"{name}_{side}"] = str(problem)
    week = typed.get(f"{name}_week", "")
    if week not in WEEKS:
        wrong[f"{name}_week"] = "Kies welke week het dan is."
    elif len(days) == 2 and days[1] < days[0]:
        wrong[f"{name}_to"] = "De laatste dag mag niet voor de eerste liggen."
    elif len(days) == 2:
        return [days[0].isoformat(), days[1].isoformat(), WEEKS.index(week)]
    return None


def _read_date(text):
    """A date typed in a row of blocks. Raises ValueError with a Dutch sentence."""
    for written in DATE_FORMATS:
        with contextlib.suppress(ValueError):
            found = datetime.strptime(text, written).date()
            if 1900 <= found.year <= 2200:
                return found
    raise ValueError(WRONG_DATE)


def kinds_of(weeks):
    """{what a row of a block chooses: how that reads}; says what most of such a week is, where that is known."""
    mostly = dict(zip(WEEKS, map(law.mostly, weeks), strict=False))
    return {label: f"week {label}" + (f": {mostly[label]}" if mostly.get(label) else "") for label in WEEKS}


def rows_of_blocks(typed):
    """The numbers of the rows to draw: those that hold something, and a few more."""
    filled = [number for number in range(1, MOST_BLOCKS + 1) if typed.get(f"block_{number}_from")]
    return range(1, min(max([*filled, 0]) + 6, MOST_BLOCKS) + 1)


def _read_weeks(label, typed, wrong):
    name = f"{label}_weeks"
    count = typed.get(name, "").strip() or "1"
    if count.isascii() and count.isdecimal() and 1 <= int(count[:3]) <= 52 and len(count) <= 2:
        return int(count)
    wrong[name] = "Vul een aantal weken in, van 1 tot 52."
    return 1


def _read_day(label, number, typed, wrong):
    one, found = {"work": [], "lessons": []}, {}
    for span in SPANS:
        if read := _read_span(f"{label}_{number}_{span}", typed, found):
            one[span[:-2]].append(read)
    for kind, pause in PAUSES.items():
        is_unread = any(name.startswith(f"{label}_{number}_{kind}_") for name in found)
        one[pause] = _read_pause(f"{label}_{number}_{pause}", None if is_unread else one[kind], typed, found)
    day = law.WEEKDAYS[number]
    for name, sentence in found.items():  # the list above the grid holds those of many days
        wrong[name] = f"{day.capitalize() if label == WEEKS[0] else f'Week {label}, {day}'}: {sentence}"
    return one


def _read_span(name, typed, wrong):
    """[begin, end] in minutes of one row of times; None when it is empty, or wrong."""
    names = [f"{name}_{side}" for side in ("from", "to")]
    texts = [typed.get(one, "").strip() for one in names]
    if not any(texts):
        return None
    if not all(texts):
        wrong[names[not texts[1]]] = "vul zowel het begin als het einde in."
        return None
    times = []
    for one, text in zip(names, texts, strict=True):
        try:
            times.append(law.read_time(text))
        except ValueError as problem:
            wrong[one] = str(problem)[0].lower() + str(problem)[1:]
    if len(times) < 2:
        return None
    if times[1] <= times[0]:
        wrong[names[1]] = "het einde moet na het begin liggen."
        return None
    return times


def _read_pause(name, spans, typed, wrong):
    """Minutes of a break; `spans`: the times it lies in, None where those could not be read."""
    text = typed.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 240):
        wrong[name] = "vul de pauze in minuten in, bv. 30."
        return 0
    if spans is not None and int(text) > sum(end - start for start, end in spans):
        wrong[name] = "de pauze is langer dan de tijd eromheen."
        return 0
    return int(text)
