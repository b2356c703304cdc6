"""Hands off the mouse: what the journeys click, type and choose goes by Tab, Enter, Space and arrows alone.

It takes the place of Playwright's own verbs, so that every journey there is, or will be, is walked by keyboard too.
"""

from datetime import date

from playwright.sync_api import Locator, Page, TimeoutError

FOCUSABLE = "xpath=ancestor-or-self::*[self::a or self::button or self::summary or self::input][1]"
FAR = 400  # stops; nobody tabs further
TRIES, SOON = 3, 4000  # milliseconds
IS_AT = "tag => document.activeElement === tag"
IS_BEFORE = """tag => {
    const here = document.activeElement;
    return here !== document.body && !!(here.compareDocumentPosition(tag) & Node.DOCUMENT_POSITION_PRECEDING);
}"""
SHOWS = """tag => {
    const {outlineStyle, outlineWidth} = getComputedStyle(tag);
    // A date shows which of its parts has the focus.
    return tag.type === "date"
        || (tag.matches(":focus-visible") && outlineStyle !== "none" && outlineWidth !== "0px");
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
    locator.wait_for(state="visible" if locator.get_attribute("type") != "file" else "attached")
    keyboard = locator.page.keyboard
    key = "Shift+Tab" if locator.evaluate(IS_BEFORE) else "Tab"
    for _ in range(FAR):
        if locator.evaluate(IS_AT):  # asked anew each time: leaving a field may bring a new list
            break
        keyboard.press(key)
    assert locator.evaluate(IS_AT), f"{locator} is not reached by {key}"
    assert locator.evaluate(SHOWS), f"the focus does not show on {locator}"
    return keyboard


def click(locator):
    if locator.get_attribute("type") in ("checkbox", "radio"):
        return check(locator)
    return reach(locator.locator(FOCUSABLE)).press("Enter")


def check(locator):
    """A box by Space; a radio button by the arrows of its group, which has one stop for all."""
    if locator.is_checked():
        return
    if locator.get_attribute("type") != "radio":
        reach(locator).press("Space")
        return
    checked, wanted, length = locator.evaluate(GROUP)
    group = locator.page.locator(f"input[type=radio][name='{locator.get_attribute('name')}']")
    keyboard = reach(group.nth(max(checked, 0)))
    if checked < 0:
        keyboard.press("Space")
    for _ in range((wanted - max(checked, 0)) % length):
        keyboard.press("ArrowDown")


def fill(locator, text):
    keyboard = reach(locator)
    if locator.get_attribute("type") == "date":
        while locator.evaluate(IS_AT):  # who came from below is in its last part
            keyboard.press("Shift+Tab")
        keyboard.press("Tab")
        day = date.fromisoformat(text)
        keyboard.type(f"{day:%m%d%Y}")  # as this browser asks for it
    else:
        keyboard.press("Control+A")
        keyboard.press("Delete")
        keyboard.insert_text(text)
    assert locator.input_value() == text, f"{locator} holds {locator.input_value()}"


def select_option(locator, value=None, index=None):
    """By arrows, one at a time: each is a choice of its own, and may bring a new list."""
    values = locator.evaluate("tag => [...tag.options].map(option => option.value)")
    wanted = values.index(value) if index is None else index
    for _ in values:
        at = locator.evaluate("tag => tag.selectedIndex")
        if at == wanted:
            break
        reach(locator).press("ArrowDown" if wanted > at else "ArrowUp")
        locator.page.wait_for_load_state("networkidle")
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
