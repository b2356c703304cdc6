"""Looks at every page the counter has, a few of each kind, and remembers what is wrong with it."""

import re
from collections import Counter, defaultdict
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException

from tests.e2e.conftest import PATIENCE, PHONE, ROOT
from views.access import PERSONAS

AXE = ROOT / ".venv/node/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NO_PAGE = {  # files, calendars, numbers and scripts; downloads make themselves known
    *("health.show", "static", "embed.script", "counting.count", "calendars.fetch"),
    *("signing.annex", "signing.download", "service.as_csv", "access.leave", "access.come_back"),
}
ENOUGH = 2  # pages of one kind that showed nothing new; after that, one for each person

LINKS = """() => [...document.querySelectorAll("a[href], [hx-get], form[action]:not([method=post])")]
    .map(tag => new URL(tag.getAttribute("href") || tag.getAttribute("hx-get") || tag.getAttribute("action"), location))
    .filter(url => url.origin === location.origin).map(url => url.pathname + url.search)"""

# How else people see a page than on a phone: what changes, and the page at that moment is judged again.
VIEWS = {
    "a tablet": {"viewport": {"width": 768, "height": 1024}},
    "a desktop in forced colours, without motion": {
        "viewport": {"width": 1280, "height": 900},
        "media": {"forced_colors": "active", "reduced_motion": "reduce"},
    },
    "a desktop with text of 200 %": {"viewport": {"width": 1280, "height": 900}, "text": "200%"},
}

# The same in the words of the statement on accessibility.
WAYS = [
    "op een telefoon van 320 pixels breed, een tablet van 768 en een scherm van 1280",
    "met letters van 200 %",
    "met kleuren die de gebruiker kiest, en zonder beweging",
    "met het toetsenbord alleen",
]

# Everything that asks for a part, once of each kind; what it is called, and how it is set off.
ASKING = """() => [...document.querySelectorAll("main [hx-get]")].filter(tag => tag.checkVisibility()).map(tag => {
    return {
        place: tag.getAttribute("hx-get"),
        kind: `${tag.tagName} ${tag.getAttribute("hx-target")}`,
        index: [...document.querySelectorAll("main [hx-get]")].indexOf(tag),
    };
})"""

SET_OFF = """index => new Promise((done, fail) => {
    const tag = document.querySelectorAll("main [hx-get]")[index];
    document.getElementById("status").textContent = "";
    document.addEventListener("htmx:after:swap", () => setTimeout(done, 100), {once: true});
    setTimeout(() => fail(new Error(`nothing was swapped by ${tag.outerHTML.slice(0, 120)}`)), 30000);
    const search = tag.elements && tag.querySelector("#zoek, [type=search]");
    if (search) search.value = "me";
    (tag.elements ? tag.elements[0] : tag).focus();
    if (tag.matches("a, button")) tag.click();
    else if (tag.matches("form")) tag.requestSubmit();
    else {
        if (tag.matches("input[type=search], input[type=text], input:not([type])")) tag.value = "me";
        tag.dispatchEvent(new Event("input", {bubbles: true}));
        tag.dispatchEvent(new Event("change", {bubbles: true}));
    }
})"""

AFTER_SWAP = """() => [
    ...(document.getElementById("status").textContent.trim() ? [] : ["nothing is announced after the swap"]),
    ...(document.activeElement && document.activeElement !== document.body ? [] : ["focus is lost by the swap"]),
]"""

# What a page is made of, unfolded: a page of which every part was judged on its own kind of page has no new faults.
SHAPE = """() => {
    document.querySelectorAll("details").forEach(details => { details.open = true; });
    const parts = [...document.querySelectorAll("*")].map(tag => `${tag.tagName}#${tag.id}.${tag.className}`);
    const kinds = new Set(parts.map(part => part.replace(/[0-9]+/g, "")));
    return [[...kinds], document.documentElement.scrollWidth];
}"""

# Colours are judged once: they do not depend on the width, and in forced colours they are the reader's own.
JUDGE = """async ([tags, colours]) => {
    const rules = {"color-contrast": {enabled: colours}};
    const found = await axe.run({runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"]});
    return found.violations.flatMap(fault => fault.nodes.map(node => `${fault.id}: ${fault.help}, at ${node.target}`));
}"""

FORMS = """() => [...document.querySelectorAll("form[method=post]")].map(form => ({
    action: new URL(form.action).pathname,
    is_htmx: form.hasAttribute("hx-post"),
    fields: [...form.elements]
        .filter(field => ["text", "textarea", "email", "tel", "file", "checkbox"].includes(field.type))
        .map(field => `${field.type} ${field.name}`.replace(/[0-9]+/g, "")).join(" "),
}))"""

# What nobody types: far too long. What cannot be too long stays as it is.
MISTAKE = """([index, plain]) => {
    const form = document.querySelectorAll("form[method=post]")[index];
    for (const field of form.elements) {
        if (["text", "tel"].includes(field.type)) field.value = "x".repeat(1100);
        if (field.type === "textarea") field.value = "x".repeat(5000);
        if (field.type === "email") field.value = "x".repeat(1100) + "@voorbeeld.be";
    }
    plain ? form.submit() : form.requestSubmit();
}"""

LISTEN = """() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const reachable = [...document.querySelectorAll(all)].filter(tag => tag.checkVisibility() && tag.type !== "radio");
    const walk = window.walk = {reachable, stops: []};
    document.addEventListener("focusin", ({target}) => {
        const {outlineStyle, outlineWidth} = getComputedStyle(target);
        walk.stops.push({target, shows: outlineStyle !== "none" && outlineWidth !== "0px"});
    });
    const inside = document.querySelectorAll("input[type=date]").length;  // day, month, year and a button
    return reachable.length + 4 * inside + document.querySelectorAll("input[type=radio]").length + 1
        + 40 * document.querySelectorAll("iframe").length;  // what is inside has stops of its own
}"""

WALKED = """() => {
    const {reachable, stops} = window.walk, words = tag => tag.outerHTML.slice(0, 90);
    const reached = new Set(stops.map(stop => stop.target));
    const first = [...reached];  // each where it was reached first; after the last stop a browser begins anew
    const back = first.filter((tag, index) =>
        index && first[index - 1].compareDocumentPosition(tag) & Node.DOCUMENT_POSITION_PRECEDING);
    return [
        ...(!document.querySelector("header") || (stops.length && stops[0].target.matches(".skip"))
            ? [] : ["the first stop is no skip link"]),
        ...reachable.filter(tag => !reached.has(tag)).map(tag => `never reached: ${words(tag)}`),
        ...back.map(tag => `focus goes back to: ${words(tag)}`),
        ...stops.filter(stop => !stop.shows).map(stop => `focus does not show: ${words(stop.target)}`),
    ];
}"""


class Sight(NamedTuple):
    """A page as somebody saw it, and what is wrong with it."""

    endpoint: str
    where: str
    faults: list  # against WCAG
    width: int
    stumbles: list  # on a walk by keyboard


class Inspector:
    def __init__(self, chromium, url, routes):
        self.chromium, self.url, self.routes = chromium, url, routes
        self.axe = AXE.read_text()
        self.sights, self.dull = [], Counter()
        self.judged, self.mistakes, self.swapped = defaultdict(set), set(), set()
        self.who, self.page = "", None

    def become(self, who, **options):
        """A fresh browser of a persona, or of a visitor of any other name."""
        self.leave()
        context = self.chromium.new_context(base_url=self.url, viewport=PHONE, **options)
        context.set_default_timeout(PATIENCE)
        self.who, self.page = who, context.new_page()
        if who in PERSONAS:
            self.post("/aanmelden/demo", persona=who)
        return self.page

    def leave(self):
        if self.page:
            self.page.context.close()

    def post(self, path, **form):
        """As if in another tab; where it leads."""
        return urlsplit(self.page.request.post(path, form=form).url).path

    def endpoint(self, path, method="GET"):
        try:
            return self.routes.match(urlsplit(path).path, method=method)[0]
        except HTTPException:
            return None

    def go(self, path, status=None):
        """Open an address; whether there is a page to look at."""
        try:
            answer = self.page.goto(path, wait_until="domcontentloaded")
        except Error as refusal:
            if "Download is starting" not in refusal.message:
                raise
            self.sights.append(Sight(self.endpoint(path), f"{path} (a download)", [], 0, []))
            return False
        assert status in (None, answer.status), f"{answer.status} at {path}"
        if answer.status >= 500:
            self.sights.append(Sight(self.endpoint(path), f"{path} ({self.who})", [str(answer.status)], 0, []))
        return answer.status < 500

    def crawl(self, start="/"):
        """Every page there is a way to, of each kind until nothing new shows, and every form with mistakes."""
        waiting, met, seen = [start], set(), set()
        while waiting:
            path = waiting.pop(0)
            endpoint = self.endpoint(path)
            kind = (endpoint, *sorted(set(re.findall(r"[?&](\w+)=[^&]", path))))
            if endpoint is None or endpoint in NO_PAGE or path in met or (kind in seen and self.dull[kind] >= ENOUGH):
                continue
            met.add(path)
            is_page = self.go(path)
            if not (is_page and self.look()):
                seen.add(kind)
                self.dull[kind] += 1
            if is_page:
                waiting += self.page.evaluate(LINKS)
                asking = self.page.evaluate(ASKING)
                self.make_mistakes(path)
                self.swap_parts(path, asking)

    def make_mistakes(self, path):
        for index, form in enumerate(self.page.evaluate(FORMS)):
            known = (self.endpoint(form["action"], "POST"), form["fields"])
            if form["fields"] and known not in self.mistakes:
                self.mistakes.add(known)
                self.make_mistake(path, index, plain=True)
                if form["is_htmx"]:
                    self.make_mistake(path, index, plain=False)

    def make_mistake(self, path, index, plain):
        self.go(path)
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            if plain:
                with self.page.expect_navigation():
                    self.page.evaluate(MISTAKE, [index, True])
            else:
                self.page.evaluate(MISTAKE, [index, False])
        answer = sent.value
        assert answer.status == 422, f"a form that takes anything: {answer.status} of {answer.url} on {path}"
        self.page.wait_for_selector("main .problems, main [aria-invalid=true]")
        self.look("with mistakes" if plain else "with mistakes, over htmx")

    def look(self, how=""):
        """Note the page in front of us, and judge it if there is anything new to it; whether there is."""
        self.page.wait_for_load_state("domcontentloaded")  # of a page just come to there may be nothing yet
        address = self.page.url.removeprefix(self.url)
        endpoint = self.endpoint(address)
        parts, width = self.page.evaluate(SHAPE)
        judged, faults, stumbles = self.judged[endpoint or self.endpoint(address, "POST")], [], []
        is_new = not judged.issuperset(parts)
        if is_new:
            judged.update(parts)
            is_first = not how and all(sight.endpoint != endpoint for sight in self.sights)
            if is_first:
                stumbles = self.walk()
            faults = self.judge()
            if is_first:
                faults += self.judge_otherwise()
        self.sights.append(Sight(endpoint, f"{address} {how} ({self.who})", faults, width, stumbles))
        return is_new

    def judge(self):
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self.axe)
        return self.page.evaluate(JUDGE, [TAGS, True])

    def judge_otherwise(self):
        """The same page as others see it: wider, in their own colours, with larger letters."""
        faults = []
        for name, view in VIEWS.items():
            self.page.set_viewport_size(view["viewport"])
            self.page.emulate_media(**view.get("media", {"forced_colors": "none", "reduced_motion": "no-preference"}))
            self.page.evaluate("size => { document.documentElement.style.fontSize = size }", view.get("text", ""))
            width = self.page.evaluate("document.documentElement.scrollWidth")
            if width > view["viewport"]["width"]:
                faults.append(f"on {name} it is {width} pixels wide")
            faults += [f"on {name}: {fault}" for fault in self.page.evaluate(JUDGE, [TAGS, False])]
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        self.page.set_viewport_size(PHONE)
        return faults

    def swap_parts(self, path, found):
        """Set off everything on a page that asks for a part, once of each kind, and look at what is left."""
        for asking in found:
            kind = (self.endpoint(path), self.endpoint(asking["place"]), asking["kind"])
            if kind in self.swapped:
                continue
            self.swapped.add(kind)
            self.go(path)
            self.page.evaluate(SET_OFF, asking["index"])
            faults = self.page.evaluate(AFTER_SWAP)
            if faults:
                where = f"{path} by {asking['kind']} ({self.who})"
                self.sights.append(Sight(self.endpoint(path), where, faults, 0, []))
            self.look("after a swap")

    def walk(self):
        for _ in range(self.page.evaluate(LISTEN)):
            self.page.keyboard.press("Tab")
        return self.page.evaluate(WALKED)
