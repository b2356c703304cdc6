"""Nothing weighs more over the wire than it may: every page, form step, part and frame of the table in weigh.py."""

import pytest

from tests.e2e.sites import over_https
from tests.e2e.weigh import LOADS, UNCHANGED, weigh_all


@pytest.fixture(scope="module")
def weighed(playwright, demo_world, tmp_path_factory):
    with over_https(playwright, demo_world, tmp_path_factory.mktemp("scale")) as (browser, url):
        yield weigh_all(browser, url, demo_world)


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.what)
def test_it_weighs_no_more_than_it_may(weighed, load):
    bytes_sent, requests, unchanged = weighed[load]
    assert 0 < bytes_sent <= load.budget
    assert 0 < requests <= load.requests
    if load.kind != "first":
        assert unchanged <= UNCHANGED, "what did not change is not sent again; what anyone may keep is not even asked"


def test_a_page_that_did_not_change_keeps_the_policy_it_came_with(playwright, demo_world, tmp_path):
    """A 304 carries no policy; the page it brings back still has one, and runs nothing that was put into it."""
    with over_https(playwright, demo_world, tmp_path) as (browser, url):
        page = browser.new_context(base_url=url, ignore_https_errors=True).new_page()
        statuses = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"]))
        for _ in range(2):
            page.goto("/toegankelijkheid")
            add = "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))"
            page.evaluate(add)
            assert page.evaluate("window.ran") is None
        assert 304 in statuses
