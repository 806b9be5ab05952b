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
ACTS = {
    "shmlesson.run",
    "shmlesson.server",
    "shmlesson.forkserver",
    "subprocess",
    "os",
    "mmap",
    "multiprocessing",
    "signal",
}
SERVER_MAY_IMPORT = {
    "shmlesson.belongings",
    "shmlesson.contents",
    "shmlesson.block",
    "shmlesson.library",
    "shmlesson.pipe",
    "shmlesson.errors",
    "shmlesson.forkserver",
}

VIEWS = [path for path in FILES if path.parent.name == "views" and path.stem != "__init__"]
SERVER_SIDE = [path for path in FILES if path.parent.name == "forkserver"]


def name_of(path):
    """``shmlesson.views.block`` for ``shmlesson/views/block.py``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imports(path, everywhere=True):
    """The modules that a file imports, in functions too or at its top only; not those for the type checker."""
    tree = tree_of(path)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
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


def test_this_file_reads_imports_right():
    assert imports(PACKAGE / "views" / "block.py") >= {"shmlesson.contents", "html"}
    assert imports(PACKAGE / "forkserver" / "child.py") >= {"shmlesson.block", "shmlesson.pipe", "os"}
    assert "shmlesson.magics" in imports(PACKAGE / "__init__.py")
    assert "shmlesson.magics" not in imports(PACKAGE / "__init__.py", everywhere=False)


@pytest.mark.parametrize("what", ["import shmlesson", "from shmlesson import share, program, look, check_machine"])
def test_the_package_loads_nothing_heavy(what):
    loaded = answer(f"{what}\nimport sys\nprint(*sys.modules)").split()

    assert set(loaded) & {"ipywidgets", "IPython", "multiprocessing", "numpy", "matplotlib"} == set()


def test_a_view_draws_and_never_acts():
    assert faults(VIEWS, lambda path: [name for name in imports(path) if is_or_is_in(name, ACTS)]) == {}


def test_the_server_side_needs_the_standard_library_only():
    def foreign(path):
        names = {name for name in imports(path) if name.split(".")[0] not in sys.stdlib_module_names}
        return [name for name in names if not is_or_is_in(name, SERVER_MAY_IMPORT)]

    assert faults(SERVER_SIDE, foreign) == {}


@pytest.mark.parametrize(
    ("module", "may"),
    [
        ("errors", set()),
        ("contents", set()),
        ("sizes", set()),
        ("report", {"shmlesson.contents", "shmlesson.errors"}),
        ("verdicts", set()),
        ("quotes", set()),
        ("explanation", {"shmlesson.verdicts"}),
        (
            "records",
            {
                f"shmlesson.{name}"
                for name in ("contents", "report", "verdicts", "judging.judge", "judging.phrases", "judging.retelling")
            },
        ),
        (
            "explored",
            {f"shmlesson.{name}" for name in ("contents", "explanation", "quotes", "records", "verdicts")},
        ),
        ("block", {"shmlesson.contents", "shmlesson.library"}),
        ("library", set()),
        ("pipe", {"shmlesson.errors"}),
        ("machine", {"shmlesson.sizes"}),
        ("guard", {"shmlesson.errors"}),
        ("interrupts", set()),
        ("notice", set()),
        ("orders", {"shmlesson.settings", "shmlesson.sizes"}),
        ("belongings", set()),
        ("survivors", {"shmlesson.belongings"}),
        (
            "server",
            {
                f"shmlesson.{name}"
                for name in ("belongings", "errors", "interrupts", "pipe", "records", "report", "survivors")
            },
        ),
    ],
)
def test_a_lower_module_knows_only_those_below_it(module, may):
    ours = {name for name in imports(PACKAGE / f"{module}.py") if name.startswith("shmlesson")}

    assert ours <= may


def test_no_module_imports_itself_in_a_circle():
    graph = {name_of(path): imports(path, everywhere=False) - {"shmlesson"} for path in FILES}

    order = list(graphlib.TopologicalSorter(graph).static_order())

    assert order.index("shmlesson.contents") < order.index("shmlesson.views")


def test_no_pickle_and_no_widget_where_none_belongs():
    def misplaced(path):
        widgets = set() if path.parent.name == "views" else {"ipywidgets"}
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
