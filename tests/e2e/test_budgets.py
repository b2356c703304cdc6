"""Nothing weighs more over the wire than it may: every page, form step, part and frame of the table in weigh.py."""

from tests.e2e.sites import over_https
from tests.e2e.weigh import LOADS, weigh_all


def test_nothing_weighs_more_than_it_may(playwright, demo_world, tmp_path):
    """What did not change is not sent again; what anyone may keep is not even asked."""
    with over_https(playwright, demo_world, tmp_path) as (browser, url):
        weighed = weigh_all(browser, url, demo_world)
    assert set(weighed) == set(LOADS)
    assert not [words for load in LOADS for words in weighed[load].excess(load)]


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
