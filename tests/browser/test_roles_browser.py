"""The colours of parent and child can be read on the grounds of both themes."""

import pytest

from contrast import CONTRASTS, LEAST
from shmlesson.views.html.roles import named
from shmlesson.views.html.verdicts import badge

pytestmark = pytest.mark.browser

# The ground of an output, that of a cell, and the text on both, as JupyterLab 4 has them.
THEMES = {
    "light": ("#fff", "rgba(0,0,0,.87)"),
    "light, in a cell": ("#f5f5f5", "rgba(0,0,0,.87)"),
    "dark": ("#111", "#fff"),
    "dark, in a cell": ("#212121", "#fff"),
}
PAGE = '<body style="background:{ground};--jp-ui-font-color1:{ink};color:{ink}"><div id="here">{shown}</div>'


@pytest.mark.parametrize(("ground", "ink"), THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("shown", [named("parent"), named("child 1"), badge("sleep")], ids=["parent", "child", "badge"])
def test_a_name_in_its_colour_can_be_read_in_both_themes(shown, ground, ink, browser):
    tab = browser.new_page()
    tab.set_content(PAGE.format(ground=ground, ink=ink, shown=shown))

    found = tab.evaluate(CONTRASTS, "#here")
    tab.close()

    assert found
    assert all(contrast >= LEAST for contrast, _, _ in found), found
