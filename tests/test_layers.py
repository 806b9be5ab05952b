"""The layers stay apart, the names are there, and what must start fast stays light."""

import ast
import functools
import graphlib
import importlib
import inspect
import pkgutil
import sys

import pytest

import shmlesson
from kernels import ROOT, answer

PACKAGE = ROOT / "shmlesson"
FILES = sorted(PACKAGE.rglob("*.py"))
# From the ground up: each may import what is below it, and what is on the same floor.
FLOORS = (
    "memory",
    "wire",
    "trace",
    "analysis.order",
    "analysis.verdicts",
    "analysis.run",
    "analysis",
    "errors",
    "client",
    "api",
    "guard",
    "machine",
    "cluster",
    "views.text",
    "views.html",
    "views.widgets",
    "views",
    "course",
    "magics",
    "command",
    "__main__",
)
# Those of the clean process, which stands on the ground beside the others.
SERVER_FLOORS = (
    "forkserver",
    "forkserver.tracer",
    "forkserver.explorer",
    "forkserver.experiments",
    "forkserver.worker",
    "forkserver.conductor",
    "forkserver.__main__",
)
GROUND = ("memory", "wire", "forkserver")
# Folders of tests that have no like in the package: what helps tests, and tests of what lies beside the package.
OTHER_TESTS = {"browser", "classroom", "notebooks", "programs", "support", "tools"}
# Of these it is said module by module what they may know.
MAY_IMPORT = {
    "errors": {"analysis.run", "wire.errors"},
    "guard": {"errors"},
    "machine": {"errors", "memory.available"},
    "memory.available": {"memory.sizes"},
    "memory.block": {"memory.contents", "memory.libc"},
    "memory.contents": set(),
    "memory.libc": set(),
    "memory.sizes": set(),
    "wire.belongings": set(),
    "wire.descriptors": set(),
    "wire.errors": set(),
    "wire.messages": {"wire.errors"},
    "wire.kinds": set(),
    "wire.request": {"wire.errors"},
    "wire.report": {"memory.contents", "wire.errors", "wire.kinds", "wire.roles"},
    "wire.roles": set(),
    "trace.event": {"wire.kinds"},
    "trace.process": {"memory.contents"},
    "trace.trace": {"trace.event", "trace.process"},
    "analysis.run": {
        *("trace.event", "trace.trace", "analysis.order.linearize", "wire.kinds"),
        *("analysis.verdicts.judge", "analysis.verdicts.unsaid", "analysis.verdicts.verdict"),
    },
    "analysis.verdicts.verdict": set(),
    "client.interrupts": set(),
    "client.log": {
        *("memory.contents", "wire.report", "trace.event", "trace.process", "wire.roles", "wire.kinds"),
        "analysis.run",
    },
    "client.settings": {"memory.available", "memory.block", "memory.sizes"},
    "client.server": {
        *("wire.belongings", "wire.messages", "wire.report", "wire.request", "errors", "trace.event", "trace.process"),
        *("analysis.run", "client.interrupts", "client.log", "client.survivors"),
    },
    "client.survivors": {"wire.belongings"},
    "api.exploration": {
        *("memory.contents", "analysis.run", "analysis.verdicts.verdict", "trace.process"),
    },
}
ACTS = ("shmlesson.client", "shmlesson.forkserver", "subprocess", "os", "mmap", "multiprocessing", "signal")
VALUES = ("shmlesson.client.settings",)  # which is asked for nothing but what can be asked for

VIEWS = [
    path
    for path in FILES
    if "views" in path.relative_to(PACKAGE).parts[:-1] and path != PACKAGE / "views" / "__init__.py"
]
SERVER_SIDE = [path for path in FILES if path.is_relative_to(PACKAGE / "forkserver")]


def name_of(path):
    """``shmlesson.views.html.block`` for ``shmlesson/views/html/block.py``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imports(path, everywhere=True, typed=False):
    """The modules that a file imports, in functions too or at its top only; ``typed``: for the type checker, too."""
    tree = tree_of(path)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            tree.body += node.body if typed else []
            node.body = []
    nodes = ast.walk(tree) if everywhere else tree.body
    return {name for node in nodes for name in _imported(node, path)}


def _imported(node, path):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = path.relative_to(ROOT).parts[:-1]
    start = [*base[: len(base) - node.level + 1]] if node.level else []
    module = ".".join([*start, *filter(None, [node.module])])
    inner = [f"{module}.{alias.name}" for alias in node.names]
    return [name if _is_module(name) else module for name in inner]


def _is_module(name):
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def is_or_is_in(name, modules):
    return any(name == module or name.startswith(module + ".") for module in modules)


def faults(paths, of_file):
    """What ``of_file`` finds wrong with each of these files, by the file's name; those without a fault are left out."""
    assert paths
    found = {str(path.relative_to(PACKAGE)): of_file(path) for path in paths}
    return {name: fault for name, fault in found.items() if fault}


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def ours(path, **which):
    """What a file imports of ours, without ``shmlesson.`` in front."""
    names = imports(path, **which)
    return {name.removeprefix("shmlesson.") for name in names if name.startswith("shmlesson.")}


def floor_of(name, floors):
    """The number of the floor that a module is on: that of the longest name that it begins with."""
    there = [floor for floor in floors if is_or_is_in(name, [floor])]
    return floors.index(max(there, key=len)) if there else None


def upward(path, floors):
    """What a file imports from above its floor, or from no floor of these."""
    here = name_of(path).removeprefix("shmlesson.")
    number = floor_of(here, floors)
    return {name for name in ours(path, typed=True) if (floor := floor_of(name, floors)) is None or floor > number}


def test_this_file_reads_imports_right():
    assert imports(PACKAGE / "views" / "html" / "block.py") >= {"shmlesson.memory.contents", "html"}
    assert imports(PACKAGE / "forkserver" / "reporter.py") >= {
        "shmlesson.memory.block",
        "shmlesson.wire.messages",
        "os",
    }
    assert "shmlesson.magics" in imports(PACKAGE / "__init__.py")
    assert "shmlesson.magics" not in imports(PACKAGE / "__init__.py", everywhere=False)
    assert "shmlesson.guard" not in imports(PACKAGE / "__init__.py")
    assert "shmlesson.guard" in imports(PACKAGE / "__init__.py", typed=True)


def test_no_arrow_leads_upward():
    above = [path for path in FILES if path.parent != PACKAGE or path.stem in FLOORS]

    assert faults([path for path in above if path not in SERVER_SIDE], lambda path: upward(path, FLOORS)) == {}


def test_in_the_fork_server_no_arrow_leads_upward():
    assert faults(SERVER_SIDE, lambda path: upward(path, ("memory", "wire", *SERVER_FLOORS))) == {}


@pytest.mark.parametrize(("module", "may"), MAY_IMPORT.items())
def test_a_lower_module_knows_only_those_below_it(module, may):
    assert ours(PACKAGE.joinpath(*module.split(".")).with_suffix(".py")) <= may


def test_every_module_is_on_a_floor():
    names = [name_of(path).removeprefix("shmlesson.") for path in FILES if path != PACKAGE / "__init__.py"]

    assert [name for name in names if floor_of(name, FLOORS + SERVER_FLOORS) is None] == []


@pytest.mark.parametrize("what", ["import shmlesson", "from shmlesson import share, program, look, check_machine"])
def test_the_package_loads_nothing_heavy(what):
    loaded = answer(f"{what}\nimport sys\nprint(*sys.modules)").split()

    assert set(loaded) & {"ipywidgets", "IPython", "multiprocessing", "numpy", "matplotlib"} == set()


def test_a_view_draws_and_never_acts():
    def acts(path):
        return [name for name in imports(path) if is_or_is_in(name, ACTS) and name not in VALUES]

    assert faults(VIEWS, acts) == {}


def test_the_server_side_needs_the_standard_library_only():
    def foreign(path):
        names = {name for name in imports(path) if name.split(".")[0] not in sys.stdlib_module_names}
        return [name for name in names if not is_or_is_in(name, [f"shmlesson.{floor}" for floor in GROUND])]

    assert faults(SERVER_SIDE, foreign) == {}


def test_no_module_imports_itself_in_a_circle():
    def arrows(path):
        return imports(path, everywhere=False, typed=True) - {"shmlesson"}

    order = list(graphlib.TopologicalSorter({name_of(path): arrows(path) for path in FILES}).static_order())

    assert order.index("shmlesson.memory.contents") < order.index("shmlesson.views")


def test_no_pickle_and_no_widget_where_none_belongs():
    def misplaced(path):
        widgets = set() if path.is_relative_to(PACKAGE / "views") else {"ipywidgets"}
        return {name.split(".")[0] for name in imports(path)} & ({"pickle", "marshal", "shelve"} | widgets)

    assert faults(FILES, misplaced) == {}


def test_a_file_begins_with_one_sentence_about_what_it_is():
    def no_sentence(path):
        first, *_ = (ast.get_docstring(tree_of(path)) or "nothing").splitlines()
        return None if first.endswith((".", ":")) else first

    assert faults(FILES, no_sentence) == {}


@pytest.mark.parametrize("module", ["shmlesson", "shmlesson.views"])
def test_every_exported_name_is_there_and_says_what_it_does(module):
    exported = importlib.import_module(module)

    assert [name for name in exported.__all__ if not inspect.getdoc(getattr(exported, name))] == []


def test_every_public_function_and_class_says_what_it_does():
    def silent(path):
        nodes = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return [node.name for node in nodes if node.name[0] != "_" and not ast.get_docstring(node)]

    assert faults(FILES, silent) == {}


def test_every_module_can_be_imported():
    modules = [info.name for info in pkgutil.walk_packages(shmlesson.__path__, "shmlesson.")]

    assert sorted([*modules, "shmlesson"]) == sorted(map(name_of, FILES))
    assert [name for name in modules if not importlib.import_module(name)] == []


def test_a_name_that_is_not_there_is_an_attribute_error_as_in_any_module():
    with pytest.raises(AttributeError, match=r"^module 'shmlesson' has no attribute 'shar'$"):
        shmlesson.shar  # noqa: B018


def test_the_version_is_that_of_the_project():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'version = "{shmlesson.__version__}"' in text


def test_the_folders_of_the_tests_are_those_of_the_package():
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}

    mirrored = {folder for folder in folders if not OTHER_TESTS & {*folder.parts[:1]}}
    assert {"forkserver/tracer", "views/html"} < {*map(str, mirrored)}
    assert [folder for folder in mirrored if not (PACKAGE / folder / "__init__.py").exists()] == []


def test_no_two_files_of_tests_have_the_same_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted({*names})  # pytest takes the second one for the first
