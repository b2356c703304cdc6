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
        if block := _read_block(f"block_{number}", typed, wrong):
            blocks.append(block)
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
        wrong[f"{name}_to"] = "De laatste dag van een blok ligt niet voor de eerste."
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
    one = {"work": [], "lessons": []}
    for span in SPANS:
        names = [f"{label}_{number}_{span}_{side}" for side in ("from", "to")]
        texts = [typed.get(name, "").strip() for name in names]
        if not any(texts):
            continue
        if not all(texts):
            wrong[names[not texts[1]]] = "Vul zowel het begin als het einde in."
            continue
        try:
            start, end = (law.read_time(value) for value in texts)
        except ValueError as problem:
            wrong[names[0]] = str(problem)
            continue
        if end <= start:
            wrong[names[1]] = "Het einde ligt na het begin."
        else:
            one[span[:-2]].append([start, end])
    for kind, pause in PAUSES.items():
        one[pause] = _read_pause(f"{label}_{number}_{pause}", one[kind], typed, wrong)
    return one


def _read_pause(name, spans, typed, wrong):
    text = typed.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 240):
        wrong[name] = "Vul de pauze in minuten in, bv. 30."
        return 0
    if int(text) > sum(end - start for start, end in spans):
        wrong[name] = "De pauze is langer dan de tijd eromheen."
        return 0
    return int(text)
