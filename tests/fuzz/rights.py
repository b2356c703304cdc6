"""The model: who may see and change what, in plain Python. It must not know the counter: no page, no query."""

from typing import NamedTuple

MANAGERS = ("legal_representative", "head_access_manager", "access_manager")
RECOGNITION, AGREEMENT, MENTOR, SANCTION, APPEAL, NOTE = "RAMSPN"  # what a thing is; a note is the partnership's own
PURPOSES = {RECOGNITION: "recognitions", MENTOR: "mentors", AGREEMENT: "agreements"}
PURPOSES |= {SANCTION: "recognitions", APPEAL: "recognitions"}

MANAGED = {"membership", "mandate", "invitation", "mandate_offer"}  # tables for who manages access
PERSONAL = {"user", "sign_in", "calendar_feed", "preference"}  # rows of a person: only that person's
# What follows from what others do: a mail, a number, a sentence that was told. It says nothing by itself.
LOOSE = {"message", "counter", "once", "told", "thread", "talk", "pairing", "destruction"}
LOOSE |= {"agreement_word", "recognition_word", "mentor_application_word"}
SIGNED = {"event", "access_log"}  # under the name of the organisation acted for, and no other
HANDLED = {"establishment", "organisation", "mentor", "document"}  # of an employer of whom a partnership has a file

EMPLOYER, HANDLER, COMMITTEE, PROVIDER, LINK = "employer", "handler", "committee", "provider", "link"
PARTIES = {EMPLOYER, PROVIDER, LINK}
OPEN = ("submitted", "incomplete", "complete", "in_treatment")
STATES = {  # {kind: {(from, to): sides that may do it}}
    RECOGNITION: {
        ("draft", "submitted"): {EMPLOYER},
        ("incomplete", "submitted"): {EMPLOYER, HANDLER},
        ("submitted", "complete"): {HANDLER},
        ("complete", "in_treatment"): {HANDLER},
        **{("in_treatment", state): {HANDLER} for state in ("approved", "refused")},
        ("refused", "in_treatment"): {COMMITTEE},
        **{(state, "incomplete"): {HANDLER} for state in ("submitted", "complete", "in_treatment")},
        **{(state, "withdrawn"): {EMPLOYER} for state in ("draft", *OPEN)},
    },
    MENTOR: {
        ("draft", "submitted"): {EMPLOYER},
        ("incomplete", "submitted"): {EMPLOYER, HANDLER},
        **{("submitted", state): {HANDLER} for state in ("incomplete", "approved", "refused")},
        **{(state, "withdrawn"): {EMPLOYER} for state in ("draft", "submitted", "incomplete")},
    },
    SANCTION: {
        **{("prepared", state): {HANDLER} for state in ("decided", "dropped")},
        ("decided", "appealed"): {EMPLOYER},
        ("appealed", "upheld"): {COMMITTEE, EMPLOYER},
        ("appealed", "overturned"): {COMMITTEE},
    },
    APPEAL: {
        ("draft", "lodged"): {EMPLOYER},
        **{("lodged", state): {COMMITTEE} for state in ("admissible", "inadmissible")},
        **{("admissible", state): {COMMITTEE} for state in ("granted", "rejected")},
        **{(state, "withdrawn"): {EMPLOYER} for state in ("draft", "lodged", "admissible")},
    },
    AGREEMENT: {
        ("draft", "to_sign"): PARTIES,
        ("to_sign", "signed"): PARTIES,
        **{(state, "draft"): PARTIES for state in ("to_sign", "signed")},
        ("signed", "registered"): PARTIES,
        **{(state, "cancelled"): {EMPLOYER} for state in ("signed", "registered")},
        ("draft", "discarded"): {EMPLOYER},
    },
}


class Thing(NamedTuple):
    """A file of an employer."""

    owner: int
    state: str
    is_told: bool  # handed in, put up for signing, decided: whoever stands on the other side knows of it
    partnership: int | None = None
    provider: int | None = None
    about: str | None = None  # what an appeal goes against


class Seat(NamedTuple):
    role: str
    duty: str
    is_blocked: bool


class Given(NamedTuple):
    giver: int
    holder: int
    person: int | None
    purposes: frozenset
    runs: bool


class Acting(NamedTuple):
    organisation: int
    role: str
    duty: str
    purposes: frozenset | None = None  # of a mandate; None: a right of their own


class Rights:
    """What everybody holds at this moment."""

    def __init__(self):
        self.kinds, self.partnerships, self.names, self.default = {}, {}, {}, None
        self.seats, self.mandates, self.things = {}, {}, {}
        self.signed_in, self.wishes, self.shown = set(), {}, set()  # `shown`: employers with a published workplace

    def seats_of(self, who):
        """{organisation: seat} that count, in order of name."""
        mine = {place: seat for (person, place), seat in self.seats.items() if person == who and not seat.is_blocked}
        return dict(sorted(mine.items(), key=lambda pair: (self.names[pair[0]], pair[0])))

    def acting(self, who):
        """For whom this person acts now; None signed out or without a right."""
        if who not in self.signed_in:
            return None
        mine, wish = self.seats_of(who), self.wishes.get(who)
        if wish not in mine and (who, wish) not in self.seats:
            for one in self.mandates.values():
                seat = mine.get(one.holder)
                if seat and one.giver == wish and one.runs and one.person in (None, who):
                    return Acting(wish, "viewer" if seat.role == "viewer" else "user", "officer", one.purposes)
        place = wish if wish in mine else next(iter(mine), None)
        return place and Acting(place, mine[place].role, mine[place].duty)

    def side(self, who):
        acting = self.acting(who)
        if not acting:
            return None
        kind = self.kinds[acting.organisation]
        if kind != "partnership":
            return kind
        is_committee = self.partnerships[acting.organisation] == self.default and acting.duty == "manager"
        return COMMITTEE if is_committee else HANDLER

    def reaches(self, who, name):
        """May this person open that thing, as they act now?"""
        return self.opens(self.acting(who), self.side(who), name)

    def opens(self, acting, side, name):
        thing, kind = self.things.get(name.replace(NOTE, RECOGNITION)), name[0]
        if not acting or not thing or thing.state == "discarded":
            return False
        place = acting.organisation
        if side == EMPLOYER:
            is_told = thing.is_told or kind != SANCTION
            is_covered = acting.purposes is None or PURPOSES.get(kind) in acting.purposes
            return thing.owner == place and is_told and is_covered and kind != NOTE
        if side == PROVIDER:
            return kind == AGREEMENT and thing.provider == place and thing.is_told
        if side == COMMITTEE and thing.is_told:
            fought = {one.about for label, one in self.things.items() if label[0] == APPEAL and one.is_told}
            if kind == APPEAL or name in fought:
                return True
        is_known = thing.is_told or kind == SANCTION
        return kind != AGREEMENT and thing.partnership == self.partnerships[place] and is_known

    def reached(self, who):
        acting, side = self.acting(who), self.side(who)
        return [name for name in self.things if self.opens(acting, side, name)]

    def sees(self, who):
        """The tags of everything this person may read, as they act now."""
        seats, acting = set(self.seats_of(who)) if who in self.signed_in else set(), self.acting(who)
        known = {place for place, kind in self.kinds.items() if kind != "employer"} | self.shown | seats
        for one in self.mandates.values():
            known |= {one.giver, one.holder} if {one.giver, one.holder} & seats else set()
        if not acting:
            return {f"O{place}name" for place in known}
        files = self.reached(who)
        near = {self.things[name].owner for name in files}
        near |= {acting.organisation} if acting.purposes != {"agreements"} else set()
        notes = [name.replace(RECOGNITION, NOTE) for name in files if self.side(who) in (HANDLER, COMMITTEE)]
        own = {f"O{acting.organisation}own"} if acting.purposes is None else set()
        if own and self.side(who) == EMPLOYER:  # thrown away, but kept: whom it is about may be told who saw it
            own |= {name for name in self.things if self.things[name][:2] == (acting.organisation, "discarded")}
        for number, one in self.mandates.items() if own else ():  # both sides see what was proposed by it
            is_mine = acting.organisation == one.giver or (acting.organisation, one.person or who) == (one.holder, who)
            own |= {f"D{number}"} if is_mine else set()
        return {*files, *notes, *own, *(f"O{one}name" for one in known | near), *(f"O{one}people" for one in near)}

    def may_begin(self, who, kind, owner):
        """May this person make such a thing, for that owner?"""
        side, acting = self.side(who), self.acting(who)
        if not acting or acting.role == "viewer":
            return False
        if kind == SANCTION:
            return side in (HANDLER, COMMITTEE)
        return side == EMPLOYER and owner == acting.organisation

    def may_touch(self, who, table, owner, root):
        """May this person change that row, `root` being the thing it is part of?"""
        acting, side = self.acting(who), self.side(who)
        if table in LOOSE:
            return True
        if table in PERSONAL:
            return owner == who
        if not acting or table in SIGNED:
            return bool(acting) and owner == acting.organisation
        if acting.role == "viewer":
            return False
        if table in MANAGED:
            return owner == acting.organisation and acting.purposes is None and acting.role in MANAGERS
        if root and self.reaches(who, root):
            return True
        if side in (HANDLER, COMMITTEE) and (table in HANDLED or root):
            wanted = (SANCTION, APPEAL) if root else (RECOGNITION, MENTOR, SANCTION, APPEAL)
            mine = {self.things[one].owner for one in self.reached(who) if one[0] in wanted}
            return owner in mine | {acting.organisation}  # a sanction reaches all there is of who gets it
        return not root and owner == acting.organisation
