"""People of several organisations who do whatever they like over HTTP, and a register that is held to rights.py.

It must not know what a page is supposed to look like.
"""

import re
from copy import deepcopy
from random import Random

from flask.testing import FlaskClient
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from models import (
    Addendum,
    AddendumSignature,
    Mandate,
    Membership,
    Message,
    Organisation,
    Proposal,
    Signature,
    db,
)
from tests.fuzz.rights import LINK, STATES
from tests.fuzz.watching import KINDS, tag, tags_in, touched
from tests.fuzz.world import PERSONAS, TOLD, mandate_of, seat_of, shown, thing_of
from tests.test_access import ROUTES, method_of
from views.check import limiter
from views.guards import access_of

POOLS = {
    "recognition_id": "recognition", "agreement_id": "agreement", "sanction_id": "sanction", "appeal_id": "appeal",
    "application_id": "mentor_application", "mentor_id": "mentor", "document_id": "document", "annex_id": "annex",
    "establishment_id": "establishment", "membership_id": "membership", "person_id": "contact_person",
    "workplace_id": "workplace", "mandate_id": "mandate", "suspension_id": "suspension", "visit_id": "visit",
    "key_id": "portal_key", "offer_id": "mandate_offer", "proposal_id": "proposal", "message_id": "message",
    "invitation_id": "invitation", "template_id": "reason_template", "organisation_id": "organisation",
    "sign_in_id": "sign_in",
}  # fmt: skip
OTHERS = {"filename": ["loket.css"], "slug": ["toegang"], "number": ["onbekend"], "code": ["0000-0000-0000-0000"]}
OTHERS |= {"ordinal": [1], "kind": ["extension", "holidays", "plan"]}
OPEN_TO_MORE = {"mandate", "workplace", "organisation", "sign_in"}  # rows that others than their owner may open
FREE = (
    "text",
    "reason",
    "note",
    "grounds",
    "question",
    "description",
    "message",
    "contact_name",
    "reply",
    "explanation",
)
TYPED = re.compile(r"zQ([A-Z]\d+[a-z]*)Qz")
STAMP = re.compile(rb"X-Organisation[^0-9]{1,20}(\d{10})")
LINKED = {"invitation", "mandate_offer", "insight_link", "signing_link"}
CODE = re.compile(rb'class="code">(\d{6})<')
MAILED = re.compile(r"/(?:uitnodiging|machtiging|inzage|tekenen)/[\w-]+")
SEARCHES = ("/zoeken", "/erkenningen", "/overeenkomsten", "/mentoren", "/behandeling", "/werkplekken", "/documenten",
            "/overeenkomsten/csv", "/overeenkomsten/xlsx", "/organisatie/historiek", "/organisatie/toegangslog",
            "/behandeling/mentors", "/organisatie/gebruikers", "/organisatie/machtigingen", "/organisatie/wissel",
            "/zoek-werkplek", "/berichten", "/taken", "/sancties")  # fmt: skip
MOVES = {  # what can be done with a file as it stands
    "R draft": "application.submit application.submit recognitions.withdraw application.save_establishment",
    "R submitted": "handling.declare_complete handling.ask handling.assign recognitions.withdraw",
    "R incomplete": "recognitions.complete_file handling.resume",
    "R complete": "handling.start handling.ask",
    "R in_treatment": "handling.decide handling.vote handling.write_note handling.plan_visit",
    "R approved": "recognitions.renew recognitions.let_lapse recognitions.stop workplaces.save "
    "mentor_applications.start recognitions.read_decision agreements.start",
    "R refused": "appeals.against_refusal recognitions.read_decision",
    "A draft": "agreements.freeze agreements.pass_on agreements.take_back agreements.discard agreements.save_terms",
    "A to_sign": "agreements.reopen agreements.sign agreements.sign_on_paper agreements.send_link",
    "A signed": "agreements.register agreements.cancel agreements.reopen",
    "A registered": "agreements.end agreements.draw_up agreements.suspend agreements.cancel agreements.correct",
    "M draft": "mentor_applications.submit mentor_applications.save mentor_applications.withdraw",
    "M submitted": "mentor_handling.decide mentor_handling.ask mentor_applications.withdraw",
    "M incomplete": "mentor_applications.complete_file mentor_handling.resume",
    "S prepared": "sanctions.impose sanctions.drop",
    "S decided": "appeals.against_sanction",
    "P draft": "appeals.lodge appeals.save",
    "P lodged": "appeal_handling.admit appeals.withdraw",
    "P admissible": "appeal_handling.rule appeals.withdraw",
}
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


# --- the people -------------------------------------------------------------------------------------------------------

everybody = st.sampled_from([*PERSONAS, None])
OFTEN = {
    "moves": 6,
    "works": 5,
    "knocks": 5,
    "searches": 2,
    "opens_mail": 2,
    "switches": 1,
    "signs_in": 1,
    "signs_out": 1,
}
doings = st.sampled_from([what for what, times in OFTEN.items() for _ in range(times)])
FOR_PERSONS = {"signs_in", "signs_out", "works", "moves"}  # a visitor has nothing to do there


class Story(RuleBasedStateMachine):
    """An evening of everybody at once, undone at its end. `world` is given by `in_world`."""

    world, seed = None, 0

    def __init__(self):
        super().__init__()
        self.point = db.atomic()
        self.point.__enter__()
        self.rights, self.links, self.codes = deepcopy(self.world.rights), dict(self.world.links), {**self.world.codes}
        self.rows = {table: dict(rows) for table, rows in self.world.rows.items()}
        self.clients = {who: FlaskClient(self.world.app, use_cookies=True) for who in (*PERSONAS, None)}
        for who, cookie in self.world.cookies.items():
            self.clients[who].set_cookie("loket", cookie)
        self.told = dict.fromkeys(self.clients, frozenset())  # what a page still has to say of what was done before
        limiter.enabled = False

    def teardown(self):
        limiter.enabled = True
        touched()
        self.point.__exit__(RuntimeError, None, None)

    # asking, and what always holds

    def ask(self, who, path, method="GET", link=None, **sent):
        """Knock, follow where it leads, and hold the answer and the register to the model; returns the first answer."""
        user, model = self.world.people.get(who), self.rights
        visible = model.sees(user) | self.by_link(link)
        typed = set(TYPED.findall(f"{path} {sent.get('data')} {sent.get('query_string')}"))  # who typed it knows it
        answer = self.clients[who].open(path, method=method, **sent)
        TOLD.update(steps=1, **{f"answer {answer.status_code}": 1})
        assert answer.status_code < 500, f"{answer.status_code} for {who} at {method} {path}"
        self.settle(who, touched(), link, f"{who} at {method} {path}", CODE.search(answer.data))
        heard = tags_in(answer)
        visible |= self.told[who] | typed | model.sees(user)  # what they just did may have opened more
        assert heard <= visible, f"{who} at {method} {path} reads {around(answer, heard - visible)}"
        TOLD["tags read"] += bool(heard)
        stamp = STAMP.search(answer.data)
        self.told[who] = frozenset() if stamp else frozenset(visible)
        acting = model.acting(user)
        if acting and stamp:
            number = self.world.numbers[acting.organisation]
            assert stamp[1].decode() == number, f"{who} at {path} is for another organisation"
        return answer

    def by_link(self, link):
        """What a mailed link shows of its sender, whoever opens it."""
        if not link:
            return set()
        owner, thing = link
        things = {thing} if thing else {name for name, one in self.rights.things.items() if one.owner == owner}
        return {f"O{owner}{what}" for what in ("name", "people", "own")} | things

    def settle(self, who, rows, link, story, code=None):
        """Hold every row that was touched to the model, then let the model learn what became of it."""
        user, model = self.world.people.get(who), self.rights
        sides = {model.side(user), LINK if link else None}
        for op, table, number, owner, thing, was, now in rows:
            if op == "INSERT" and table in KINDS:
                assert model.may_begin(user, KINDS[table], owner), f"{story} begins a {table} of {owner}"
                model.things[thing] = thing_of(KINDS[table], number)
            by_link = link and owner == link[0]
            assert by_link or model.may_touch(user, table, owner, thing), f"{story} touches {table} {number} of {owner}"
            if was and now and was != now:
                allowed = STATES[KINDS[table]].get((was, now), set())
                assert sides & allowed, f"{story}: {table} {number} goes from {was} to {now}"
                assert model.things[thing].state in (was, now), f"{story}: {thing} was {model.things[thing].state}"
                TOLD[f"{table}: {was} > {now}"] += 1
            TOLD["rows touched"] += 1
        self.learn(rows, code)

    def learn(self, rows, code):
        model = self.rights
        for op, table, number, owner, thing, *_states in rows:
            if op == "DELETE":
                self.rows[table].pop(number, None)
            else:
                self.rows[table][number] = owner
            if thing in model.things or table in KINDS:
                fresh = thing_of(thing[0], int(thing[1:]))
                model.things.pop(thing, None) if fresh is None else model.things.update({thing: fresh})
        tables = {row[1] for row in rows}
        if "membership" in tables:
            model.seats = {(one.user_id, one.organisation_id): seat_of(one) for one in Membership.select()}
        if "mandate" in tables:
            model.mandates = {one.id: mandate_of(one.id, self.world.on) for one in Mandate.select(Mandate.id)}
        if "organisation" in tables:
            model.names = dict(Organisation.select(Organisation.id, Organisation.name).tuples())
            model.kinds |= dict(Organisation.select(Organisation.id, Organisation.kind).tuples())
            self.world.numbers |= dict(Organisation.select(Organisation.id, Organisation.number).tuples())
            model.partnerships |= dict(Organisation.select(Organisation.id, Organisation.partnership).tuples())
        if "workplace" in tables:
            model.shown |= shown()
        self.open_mail(rows, code)

    def open_mail(self, rows, code):
        """Whoever is around gets hold of every link that is mailed, and of the code that was shown with it."""
        sent = next((row for row in rows if row[0] == "INSERT" and row[1] in LINKED), None)
        for op, table, number, *_ in rows if sent else ():
            if op == "INSERT" and table == "message":
                for path in MAILED.findall(Message.get_by_id(number).text):
                    self.links[path] = sent[3], sent[4]
                    self.codes |= {path: code[1].decode()} if code else {}

    # what they do

    @rule(what=doings, who=everybody, seed=st.integers(0, 2**24))
    def does(self, what, who, seed):
        if who or what not in FOR_PERSONS:
            getattr(self, what)(who, Random(seed + self.seed * 2**25))

    def signs_in(self, who, _chance):
        user = self.world.people[who]
        is_again = user in self.rights.signed_in
        self.rights.signed_in = self.rights.signed_in | {user}
        mine, wish = self.rights.seats_of(user), self.rights.wishes.get(user) if is_again else None
        self.rights.wishes[user] = wish if wish in mine else next(iter(mine), None)
        self.ask(who, "/aanmelden/demo", "POST", data={"persona": who})

    def signs_out(self, who, _chance):
        user = self.world.people[who]
        self.ask(who, "/afmelden", "POST")
        self.rights.signed_in = self.rights.signed_in - {user}
        self.rights.wishes.pop(user, None)

    def switches(self, who, chance):
        user = self.world.people.get(who)
        place = chance.choice([*self.rights.names, *(self.rights.seats_of(user) or [1]), *self.givers_to(user)])
        model, before = self.rights, self.rights.wishes.get(user)
        model.wishes[user] = place
        acting = model.acting(user)
        is_theirs = bool(acting) and acting.organisation == place
        model.wishes[user] = before
        visible = model.sees(user)
        answer = self.clients[who].post("/organisatie/wissel", data={"organisation": self.world.numbers[place]})
        went = answer.status_code == 303 and not answer.headers["Location"].startswith("/aanmelden")
        assert went == is_theirs, f"{who} switches to {place}: {answer.status_code}"
        assert tags_in(answer) <= visible, f"{who} reads {tags_in(answer) - visible} while switching"
        touched()
        self.told[who] |= visible
        if went:
            model.wishes[user] = place
            TOLD["switched"] += 1
        self.ask(who, "/")

    def givers_to(self, user):
        return [one.giver for one in self.rights.mandates.values() if one.holder in self.rights.seats_of(user)]

    def knocks(self, who, chance):
        """At any door, with anybody's ids."""
        self.go_through(who, chance, chance.choice(self.world.doors), own=0.5)

    def works(self, who, chance):
        """Fills in a form of their own, as it should be."""
        self.go_through(who, chance, chance.choice(self.forms_of(who)), own=0.98)

    def moves(self, who, chance):
        """Takes one of their files a step further, with the form that belongs there."""
        mine, forms = self.rights.reached(self.world.people[who]), self.forms_of(who)
        if not mine:
            return self.knocks(who, chance)
        name = chance.choice(mine)
        steps = MOVES.get(f"{name[0]} {self.rights.things[name].state}", "").split()
        doors = [one for one in forms if one.endpoint in steps]
        return self.go_through(who, chance, chance.choice(doors or forms), 1, int(name[1:]))

    def forms_of(self, who):
        """The doors with a form that are meant for who acts as they do."""
        acting = self.rights.acting(self.world.people[who])
        kind = acting and self.rights.kinds[acting.organisation]
        wanted = {"employer": ("employer", "member"), "partnership": ("handler", "committee")}.get(kind, ("member",))
        return [one for one in self.world.posts if access_of(one.endpoint) in wanted]

    def go_through(self, who, chance, door, own, number=None):
        user = self.world.people.get(who)
        acting, filled = self.rights.acting(user), self.ids_for(user, door, chance, own)
        if number:
            filled |= {name: number for name in filled if POOLS.get(name) in KINDS}
        method, path = method_of(door), self.adapter.build(door.endpoint, filled, method_of(door))
        headers = PART if chance.random() < 0.8 else {}
        forged = self.forged(chance) if chance.random() > own else {}
        if method == "GET":
            answer = self.ask(who, path, query_string=forged, headers=headers)
        else:
            stamp = chance.choice([*self.world.numbers.values()])
            if acting and chance.random() < 0.9:
                stamp = self.world.numbers[acting.organisation]
            data = self.form(door, filled, user) | forged | {"organisation": stamp}
            answer = self.ask(who, path, method, data=data, headers=headers)
        opened = answer.status_code == 200 and "HX-Redirect" not in answer.headers
        if self.is_closed(user, door, filled):
            assert not opened, f"{who} opens {method} {path}"
            TOLD["closed doors"] += 1
        else:
            TOLD["doors that opened"] += opened or answer.status_code == 303

    @property
    def adapter(self):
        return self.world.app.url_map.bind("localhost")

    def ids_for(self, user, door, chance, own):
        """Ids for an address: mostly of what they reach, and of one file; else anybody's."""
        reached, acting, filled, owner = self.rights.reached(user), self.rights.acting(user), {}, None
        for name in sorted(door.arguments, key=lambda one: POOLS.get(one) not in KINDS):
            rows = self.rows.get(POOLS.get(name, ""), {})
            if name not in POOLS:
                filled[name] = chance.choice(OTHERS.get(name, ["onbekend"]))
                continue
            pool = list(rows)
            if chance.random() < own:
                kind = KINDS.get(POOLS[name])
                mine = [int(one[1:]) for one in reached if one[0] == kind] if kind else []
                wanted = owner or (acting and acting.organisation)
                mine = mine or [number for number, whose in rows.items() if whose == wanted]
                pool = mine or pool
            filled[name] = chance.choice(pool or [1])
            owner = owner or rows.get(filled[name])
        return filled

    def form(self, door, filled, user):
        """What the form of a door asks, with words that say whose they are."""
        row = ROUTES[door.endpoint]
        data = row[2] if len(row) > 2 else {}
        data = dict(data(self.world.found) if callable(data) else data)
        acting = self.rights.acting(user)
        name = next((f"{KINDS[POOLS[one]]}{number}" for one, number in filled.items() if POOLS.get(one) in KINDS), None)
        name = name if name in self.rights.things else f"O{acting.organisation}own" if acting else None
        if proposal := "proposal_id" in filled and Proposal.get_or_none(id=filled["proposal_id"]):
            name = f"D{proposal.mandate_id}"  # why it was refused is read on both sides of the mandate
        words = {one for one in data if one.startswith(FREE)}
        return data | (dict.fromkeys(words, tag(name)) if name else {})

    def forged(self, chance):
        pools = [list(rows) for rows in self.rows.values() if rows]
        values = [*self.world.numbers.values(), *(str(chance.choice(chance.choice(pools))) for _ in range(6))]
        values += [tag(chance.choice([*self.rights.things]))[1:] for _ in range(3)]
        return {chance.choice(self.world.fields): chance.choice(values) for _ in range(chance.randint(1, 8))}

    def is_closed(self, user, door, filled):
        """True when the model says that nothing there is for them to see."""
        if access_of(door.endpoint) == "public":
            return False
        acting = self.rights.acting(user)
        if acting is None:
            return access_of(door.endpoint) not in ("signed_in", "frame")
        is_employer = self.rights.kinds[acting.organisation] == "employer"
        for name, number in filled.items():
            table = POOLS.get(name)
            if table in KINDS:
                if not self.rights.reaches(user, f"{KINDS[table]}{number}"):
                    return True
            elif (
                table
                and table not in OPEN_TO_MORE
                and is_employer
                and self.rows[table].get(number) != acting.organisation
            ):
                return True
        return False

    def searches(self, who, chance):
        """For words of anybody, wherever there is a search, a list or an export."""
        wanted = tag(chance.choice([*self.rights.things, *(f"O{one}name" for one in self.rights.names)]))[1:]
        fields = ("zoek", "mentor", "opleiding", "vestiging", "leerling", "school")
        query = dict.fromkeys(fields[: chance.randint(0, 6)], wanted)
        self.ask(who, chance.choice(SEARCHES), query_string=query, headers=PART if chance.random() < 0.8 else {})

    def opens_mail(self, who, chance):
        """Follows a link that somebody got, as whoever they are."""
        user = self.world.people.get(who)
        path = chance.choice([*(self.links if chance.random() < 0.5 else self.codes)])
        link = self.links[path]
        if chance.random() < 0.5:
            self.ask(who, path, link=link)
            return
        acting = self.rights.acting(user)
        stamp = self.world.numbers[acting.organisation] if acting else "0417390703"
        code = self.codes.get(path, "000000") if chance.random() < 0.8 else "000000"
        data = {"organisation": stamp, "has_read": "y", "code": code, "name": "Naam", "version": "1"}
        signatures = self.count_of(link[1])
        answer = self.ask(who, path, "POST", link=link, data=data)
        if answer.status_code == 303 and path.startswith("/uitnodiging") and user in self.rights.signed_in:
            self.rights.wishes[user] = link[0]
        TOLD[f"took up {path.split('/')[1]}"] += answer.status_code == 303
        TOLD["signed by link"] += self.count_of(link[1]) - signatures

    def count_of(self, thing):
        """How many signatures there are under an agreement and its addenda."""
        if not thing or thing[0] != "A":
            return 0
        of_addenda = AddendumSignature.select().join(Addendum).where(Addendum.agreement == int(thing[1:]))
        return Signature.select().where(Signature.agreement == int(thing[1:])).count() + of_addenda.count()


def around(answer, names):
    """Where in an answer those words stand."""
    found = {name: answer.data.find(tag(name).encode()) for name in sorted(names)}
    return {name: answer.data[max(0, at - 160) : at + 40].decode(errors="replace") for name, at in found.items()}


def in_world(world, seed=0):
    """Stories of that world; another seed makes others of the same examples."""
    return type("Story", (Story,), {"world": world, "seed": seed})
