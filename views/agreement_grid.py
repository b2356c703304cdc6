"""The timetable read and written: a grid of times, two kinds of weeks, a break for work and one for lessons each day.

It must not query, nor decide whether a timetable is allowed.
"""

import rules_agreements as law
from views.forms import one_line

WEEKS = law.WEEK_NAMES[:2]
SPANS = ("work_1", "work_2", "lessons_1", "lessons_2")
PAUSES = {"work": "pause", "lessons": "lessons_pause"}


def typed_timetable(agreement):
    """{field name: text} as the record has it, for a form that was not sent yet."""
    full_time = law.hours(agreement.full_time) if agreement.full_time else ""
    typed = {"full_time": full_time, "rhythm": agreement.rhythm, "blocks": agreement.blocks}
    for week, label in zip(agreement.weeks, WEEKS, strict=False):
        typed[f"{label}_weeks"] = str(week.weeks)
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
    """(how the weeks follow each other, which are which, {field name: Dutch sentence})."""
    blocks = one_line(typed.get("blocks", ""))
    wrong = {"blocks": "Gebruik hoogstens 1000 tekens."} if len(blocks) > 1000 else {}
    if len(weeks) == 1:
        return "same", "", {}
    return ("blocks" if typed.get("rhythm") == "blocks" else "alternating"), blocks, wrong


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
