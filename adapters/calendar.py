"""Deadlines as an iCalendar file: one whole day each, with what is lost then and where to go.

It must not know who reads it; no person is named in it.
"""

from datetime import datetime, time, timedelta

REFRESH = timedelta(hours=6)


def calendar(deadlines, on):
    """The file, as bytes. `deadlines`: [(key, day, title, what is lost, address)]; `on`: the day it is made for."""
    from icalendar import Calendar, Event  # here, as few workers are ever asked: it takes 2 MB

    made = Calendar()
    made.add("prodid", "-//Loket duaal leren//NL")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Loket duaal leren")
    made.add("refresh-interval", REFRESH, {"value": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for key, day, title, lost, address in deadlines:
        event = Event()
        event.add("uid", f"{key}@loket-duaal-leren")
        event.add("dtstamp", datetime.combine(on, time()))  # the same all day, so that nothing new looks new
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", title)
        event.add("description", lost)
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return made.to_ical()
