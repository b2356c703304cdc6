"""How every view answers: a page or its part, a redirect that htmx understands, and somebody else's record as a 404.

It must not know any particular page.
"""

import peewee
from flask import Response, abort, current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException

from views.headers import shared_seconds

PAGE_LENGTH = 25
LIGHT_LENGTH = 10  # rows in the light display


def is_fragment():
    """True when htmx wants the part of a page; restoring history or a boosted link wants all of it."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type", "partial") == "partial"
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def is_light():
    """True for the light display: what somebody chose, else what the browser says about its line."""
    if shared_seconds(request.endpoint):
        return False  # kept by anyone, so the same for everybody
    chosen = request.cookies.get(current_app.config["LIGHT_COOKIE_NAME"])
    return chosen == "1" if chosen in ("0", "1") else request.headers.get("Save-Data", "").lower() == "on"


def page_length():
    """How many rows a list shows at once."""
    return LIGHT_LENGTH if is_light() else PAGE_LENGTH


def render(page, part=None, status=200, /, **context):
    """The page, or only its part where htmx asked for that."""
    wanted = part if part and is_fragment() else page
    return make_response(render_template(wanted, fragment=wanted != page, **context), status)


def go_to(place):
    """After a successful POST: 303, or the header by which htmx opens the next page."""
    if is_fragment():
        return make_response("", 200, {"HX-Redirect": place})
    return redirect(place, 303)


def attachment(content, name):
    """A PDF to keep, under that name."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name.replace("/", "-"))
    return response


def remember_list():
    """Keep how a list stood, so that leaving a record leads back to it."""
    key, place = f"list.{request.blueprint}", request.full_path.rstrip("?")
    if session.get(key) != place:  # or every look at the list sends the cookie again
        session[key] = place


def list_place(blueprint):
    """The list as it was last seen for this organisation, or plain."""
    return session.get(f"list.{blueprint}") or url_for(f"{blueprint}.index")


def load(found, record_id):
    """The one row of a finder with that id; 404 when it is not there or not yours."""
    try:
        return found.where(found.model.id == record_id).get()
    except peewee.DoesNotExist:
        abort(404)


def local_path(text, default="/"):
    """A path on this site, as typed or the default: never another host, never a control character."""
    if text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable():
        return text
    return default


def leads_to(path):
    """(endpoint, arguments) a GET of this path would reach, or (None, {})."""
    adapter = current_app.url_map.bind("localhost")
    try:
        return adapter.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None, {}


class Reckoned:
    """A whole number reckoned in SQL by which a long list is in order; `name` is what its rows call it."""

    def __init__(self, name, expression):
        self.name, self._expression = name, expression

    def __getattr__(self, way):  # asc, desc
        return getattr(self._expression, way)

    def __gt__(self, value):
        return self._expression > value

    def __lt__(self, value):
        return self._expression < value

    def __ge__(self, value):
        return self._expression >= value

    def __le__(self, value):
        return self._expression <= value

    def __eq__(self, value):
        return self._expression == value

    def db_value(self, text):
        return int(text)

    python_value = db_value


class Page:
    """One page of a long list by keyset: at most 25 rows, or 10, and the cursors of its neighbours.

    `order`: (field, "asc" or "desc") pairs, the last one unique. A cursor is the row's values joined by "_".
    `apart`: conditions that divide the rows; each is read by itself, so that an index per condition gives the order.
    `found`: a select, or a function (how many, backwards, the cursor's values) that narrows one itself and gives rows.
    """

    def __init__(self, found, order, after=None, before=None, apart=None):
        length = page_length()
        self._fields = [field for field, _ in order]
        backwards = before is not None
        cursor = self._read(before if backwards else after)
        # Written in the statement itself: PostgreSQL, when it plans without its values, thinks of a tenth of all rows.
        limit = peewee.SQL(str(length + 1))
        if callable(found):
            rows = found(length + 1, backwards, cursor or ())
        elif apart:
            found = self.narrowed(found, order, backwards, cursor)
            rows = [row for condition in apart for row in found.where(condition).limit(limit)]
            rows.sort(key=self._values, reverse=(order[0][1] == "desc") != backwards)  # all fields go the same way here
            rows = rows[: length + 1]
        else:
            rows = list(self.narrowed(found, order, backwards, cursor).limit(limit))
        more = len(rows) > length
        rows = rows[:length]
        if backwards:
            rows.reverse()
        self.rows = rows
        self.next = self._cursor(rows[-1]) if rows and (more or backwards) else None
        self.previous = self._cursor(rows[0]) if rows and (more if backwards else bool(cursor)) else None

    @staticmethod
    def narrowed(found, order, backwards, cursor):
        """The select in that order, or against it, from the cursor on."""
        flipped = [(field, ("desc" if way == "asc" else "asc") if backwards else way) for field, way in order]
        if cursor:
            found = found.where(Page.beyond(flipped, cursor))
        return found.order_by(*[field.asc() if way == "asc" else field.desc() for field, way in flipped])

    def _cursor(self, row):
        return "_".join(str(value) for value in self._values(row))

    def _values(self, row):
        names, known = [field.name for field in self._fields], row.__data__
        return [known[name] if name in known else getattr(row, name) for name in names]

    def _read(self, text):
        """The values in a cursor; a forged one is simply no cursor."""
        parts = (text or "").split("_")
        if len(parts) != len(self._fields):
            return None
        try:
            values = [field.python_value(field.db_value(part)) for field, part in zip(self._fields, parts, strict=True)]
        except (ValueError, TypeError, OverflowError):
            return None
        return values if all(_storable(value) for value in values) else None

    @staticmethod
    def beyond(order, cursor):
        """Rows after the cursor: a > x, or a = x and b > y, …; said so that an index can be entered at a = x."""
        (field, way), *rest = order
        value, *others = cursor
        further = field > value if way == "asc" else field < value
        if not rest:
            return further
        from_there = field >= value if way == "asc" else field <= value
        return from_there & (further | ((field == value) & Page.beyond(rest, others)))


def _storable(value):
    if isinstance(value, int):
        return abs(value) < 2**31
    return not isinstance(value, str)  # a date that was no date stays text


def numbered(rows, typed):
    """(rows of one page, its number from 1, how many pages) of a list that is reckoned, not read by keyset.

    `typed`: the page number as the address says it; what is no page is the nearest one.
    """
    length = page_length()
    pages = max(-(-len(rows) // length), 1)
    plain = typed.isascii() and typed.isdecimal() and len(typed) < 6
    number = min(max(int(typed), 1), pages) if plain else 1
    return rows[(number - 1) * length : number * length], number, pages
