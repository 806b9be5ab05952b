"""axe-core: what it finds wrong with what a notebook shows, for whoever hears it, sees little, or uses keys alone."""

from axe_playwright_python.sync_playwright import Axe

OUTPUTS = ".jp-OutputArea-output"
WORST = ("serious", "critical")
# What is left out: rule, elements, the reason.
NOT_OURS = {
    # ipywidgets gives the handle of a slider no name and takes none; the box beside it, which has one, sets the same.
    "aria-input-field-name": ".noUi-handle",
}
# JupyterLab's body has no height and hides what overflows, so axe would take everything in it for hidden.
BODY = "document.body.style.height = '100vh'"


def faults(page, within=OUTPUTS):
    """What axe finds serious or critical in a notebook: the rule, the element, and what is wrong with it, for each."""
    with page.in_full():  # it takes what is not in sight for hidden, too
        page.tab.evaluate(BODY)
        return faults_of(page.tab, within)


def faults_of(tab, within="body"):
    """The same of any page that a browser shows."""
    found = Axe().run(tab, {"include": [[within]]}, {"resultTypes": ["violations"]})
    worst = [violation for violation in found.response["violations"] if violation["impact"] in WORST]
    return [fault for violation in worst for fault in _nodes(tab, violation)]


def _nodes(tab, violation):
    left_out = NOT_OURS.get(violation["id"])
    for node in violation["nodes"]:
        target = tab.locator(node["target"][-1]).first
        if not (left_out and target.evaluate("(element, selector) => element.matches(selector)", left_out)):
            yield violation["id"], node["html"][:200], node["failureSummary"]
