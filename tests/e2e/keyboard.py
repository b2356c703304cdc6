"""Hands off the mouse: what the journeys click, type and choose goes by Tab, Enter, Space and arrows alone.

It takes the place of Playwright's own verbs, so that every journey there is, or will be, is walked by keyboard too.
"""

from datetime import date

from playwright.sync_api import Locator, Page, TimeoutError, expect

FOCUSABLE = "xpath=ancestor-or-self::*[self::a or self::button or self::summary or self::input][1]"
FAR = 400  # stops; nobody tabs further
TRIES, SOON = 3, 4000  # milliseconds
IS_AT = "tag => document.activeElement === tag"

# How far it is: about so many stops, forwards or back. A Tab that is still on its way when the focus has arrived
# changes nothing: so a few go at once, as from somebody who holds the key, and none goes past.
WAY = """tag => {
    if (!("wanted" in window)) addEventListener("keydown", event => {
        if (event.key === "Tab" && document.activeElement === window.wanted) event.preventDefault();
    }, true);
    const here = document.activeElement;
    if (here === tag) {
        window.wanted = null;
        const {outlineStyle, outlineWidth} = getComputedStyle(tag);
        // A date shows which of its parts has the focus.
        const shows = tag.type === "date"
            || (tag.matches(":focus-visible") && outlineStyle !== "none" && outlineWidth !== "0px");
        return {stops: 0, shows};
    }
    window.wanted = tag;
    const PASSED = Node.DOCUMENT_POSITION_FOLLOWING;
    const isBack = here !== document.body && !!(tag.compareDocumentPosition(here) & PASSED);
    const between = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(stop =>
        !stop.disabled && stop.type !== "hidden" && stop.checkVisibility()
        && (isBack || here === document.body || here.compareDocumentPosition(stop) & PASSED)
        && (!isBack || stop.compareDocumentPosition(here) & PASSED)
        && stop.compareDocumentPosition(tag) & (isBack ? Node.DOCUMENT_POSITION_PRECEDING : PASSED));
    return {stops: between.length + 1, key: isBack ? "Shift+Tab" : "Tab", seen: tag.checkVisibility()};
}"""
GROUP = """tag => {
    const group = [...document.querySelectorAll("input[type=radio]")].filter(
        other => other.name === tag.name && other.form === tag.form && !other.disabled);
    return [group.indexOf(group.find(other => other.checked)), group.indexOf(tag), group.length];
}"""


def without_mouse(monkeypatch):
    """From now on, until the monkeypatch is undone, everything goes by keyboard."""
    for name, verb in {
        "click": click,
        "check": check,
        "fill": fill,
        "select_option": select_option,
        "set_input_files": set_input_files,
    }.items():
        monkeypatch.setattr(Locator, name, verb)
        monkeypatch.setattr(Page, name, lambda page, selector, *given, _verb=verb, **more: _verb(
            page.locator(selector), *given, **more))  # fmt: skip


def reach(locator):
    """Tab to it, forwards or back, and see that the focus shows; the keyboard it is then under."""
    keyboard, pressed = locator.page.keyboard, 0
    while (way := locator.evaluate(WAY))["stops"]:  # asked anew each time: leaving a field may bring a new list
        if not way["seen"] and locator.get_attribute("type") != "file":
            locator.wait_for()
        assert pressed < FAR, f"{locator} is not reached by {way['key']}"
        pressed += way["stops"]
        *held, key = way["key"].split("+")
        for name in held:
            keyboard.down(name)
        for _ in range(way["stops"]):
            keyboard.down(key)
        for name in (key, *held):
            keyboard.up(name)
    assert way["shows"], f"the focus does not show on {locator}"
    return keyboard


def click(locator):
    if locator.get_attribute("type") in ("checkbox", "radio"):
        return check(locator)
    return reach(locator.locator(FOCUSABLE)).press("Enter")


def check(locator):
    """A box by Space; a radio button by the arrows of its group, which has one stop for all."""
    for _ in range(TRIES):  # a swap may take the focus along before the key comes
        if locator.is_checked():
            return
        if locator.get_attribute("type") == "radio":
            choose(locator)
        else:
            reach(locator).press("Space")
    assert locator.is_checked(), f"{locator} is not checked"


def choose(locator):
    checked, wanted, length = locator.evaluate(GROUP)
    group = locator.page.locator(f"input[type=radio][name='{locator.get_attribute('name')}']")
    keyboard = reach(group.nth(max(checked, 0)))
    if checked < 0:
        keyboard.press("Space")
    for _ in range((wanted - max(checked, 0)) % length):
        keyboard.press("ArrowDown")


def fill(locator, text):
    for _ in range(TRIES):  # as above
        if locator.get_attribute("type") == "date":
            type_date(locator, date.fromisoformat(text))
        else:
            keyboard = reach(locator)
            keyboard.press("Control+A")
            keyboard.press("Delete")
            keyboard.insert_text(text)
        if locator.input_value() == text:
            return
    raise AssertionError(f"{locator} holds {locator.input_value()}")


def type_date(locator, day):
    keyboard = reach(locator)
    while locator.evaluate(IS_AT):  # who came from below is in its last part
        keyboard.press("Shift+Tab")
    keyboard.press("Tab")
    keyboard.type(f"{day:%m%d%Y}")  # as this browser asks for it


def select_option(locator, value=None, index=None):
    """By arrows, one at a time: each is a choice of its own, and may bring a new list."""
    values = locator.evaluate("tag => [...tag.options].map(option => option.value)")
    wanted = values.index(value) if index is None else index
    for _ in values:
        at = locator.evaluate("tag => tag.selectedIndex")
        if at == wanted:
            break
        reach(locator).press("ArrowDown" if wanted > at else "ArrowUp")
        expect(locator.page.locator(".htmx-request")).to_have_count(0)
    assert locator.evaluate("tag => tag.selectedIndex") == wanted


def set_input_files(locator, files):
    """By Enter. The answer to something before may come between the last Tab and Enter, with a swap that takes the
    focus along: then no window opens. Who sits there looks where the focus is, and presses once more."""
    for tries_left in reversed(range(TRIES)):
        keyboard = reach(locator)
        try:
            with locator.page.expect_file_chooser(timeout=SOON) as chooser:
                keyboard.press("Enter")
        except TimeoutError:
            if not tries_left:
                raise
        else:
            return chooser.value.set_files(files)
