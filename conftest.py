"""For whoever compares the notebooks: what a cell shows that needs what is not here is not compared."""

import re

import pytest

from shmlesson.cluster.needed import missing

_NEEDS = re.compile(r"%%needs\s+(\w+)")


def _left_out(item: pytest.Item) -> bool:
    """Whether this is a cell of a notebook (of nbval's) that says itself that it cannot be run here."""
    match = _NEEDS.match(getattr(getattr(item, "cell", None), "source", ""))
    return match is not None and bool(missing(match[1]))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in filter(_left_out, items):
        vars(item)["options"]["check"] = False  # it is run all the same, and must not fail


def pytest_report_header() -> list[str]:
    return [why.replace("This cell", "Notebook 11") for name in ("ray",) if (why := missing(name))]
