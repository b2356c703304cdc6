"""Calendars for others: the days of an agreement as an iCalendar file (RFC 5545).

It must not know HTTP, nor what a day means.
"""

from datetime import timedelta

PRODUCT = "-//Loket duaal leren//NL"


def calendar(name, days, uid_of, stamp, address):
    """Bytes of a calendar with an all-day event for each of `days` (key, on, words, until).

    `uid_of`: key -> an id that stays the same, so that a second file changes events instead of doubling them.
    `stamp`: when it was made, UTC; `address`: where more can be read.
    """
    from icalendar import Calendar, Event  # here, as few workers are ever asked: it takes 2 MB

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", uid_of(day.key))
        event.add("dtstamp", stamp)
        event.add("summary", f"{day.words} – {name}")
        event.add("dtstart", day.on)
        event.add("dtend", (day.until or day.on) + timedelta(days=1))  # exclusive
        event.add("transp", "TRANSPARENT")
        event.add("url", address)
        made.add_component(event)
    return made.to_ical()
