"""A page of these tests itself: it can be closed whatever its kernel does."""

import pytest
from test_live_browser import restart_by_menu

from lab_page import notebook_of, shown

pytestmark = pytest.mark.browser


def test_a_page_can_be_closed_while_its_kernel_restarts(browser, lab):
    with shown(notebook_of("1"), browser, lab) as page, page.tab.expect_request("**/restart?*"):
        restart_by_menu(page)

    assert lab.sessions_of(page.name) == []
