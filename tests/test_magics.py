"""``%load_ext shmlesson`` and ``%%program``, in a real IPython shell."""

import os
import signal
import threading

import pytest
from IPython.core.error import UsageError
from IPython.utils.capture import capture_output

from shmlesson import share
from shmlesson.analysis.run import Run
from shmlesson.api.compare import TOOLS, Comparison
from shmlesson.api.exploration import Exploration
from shmlesson.client.server import SERVER
from shmlesson.memory.contents import Contents
from shmlesson.views import Drawing, Lanes, Orders, Playground
from shmlesson.views.html import lanes
from shmlesson.views.text import sentences
from stories import RACE, lesson

FORKS = """\
import os, sys
if os.fork() == 0:
    print("from the child")
else:
    os.wait()
    print("from the parent")
    print("a warning", file=sys.stderr)
    print("no newline", end="")
"""


def cell(shell, line, source):
    """Run a cell whose first line is ``%%program`` and ``line``; what it shows."""
    with capture_output() as shown:
        shell.run_cell_magic("program", line, source)
    return shown


def test_each_line_is_shown_with_the_role_of_who_printed_it(shell):
    shown = cell(shell, "", FORKS)

    assert shown.stdout.splitlines() == [
        "child 1 | from the child",
        "parent  | from the parent",
        "parent  ! a warning",
        "parent  | no newline",
        "(! marks what a process wrote to stderr, where errors go)",
    ]


def test_a_line_that_is_printed_piece_by_piece_is_shown_as_one(shell):
    shown = cell(
        shell, "", "import sys\nfor word in ('one ', 'line\\n', 'two'): sys.stdout.write(word); sys.stdout.flush()"
    )

    assert shown.stdout == "parent  | one line\nparent  | two\n"


@pytest.mark.parametrize("line", ["run", "run --timeout 20", "--timeout=20 run"])
def test_the_run_is_kept_under_the_name_that_is_given(shell, line):
    cell(shell, line, FORKS)

    run = shell.user_ns["run"]
    assert isinstance(run, Run)
    assert run.child.printed == "from the child\n"


def test_without_a_name_nothing_is_kept(shell):
    before = set(shell.user_ns)

    cell(shell, "", "print(1)")

    assert set(shell.user_ns) - before <= {"_", "__", "___"}


def test_the_run_is_shown_as_a_picture_and_as_text(shell):
    shown = cell(shell, "run", FORKS)

    (output,) = shown.outputs
    assert output.data["text/html"] == lanes.picture(shell.user_ns["run"])
    assert output.data["text/plain"] == sentences.story(shell.user_ns["run"])


def test_the_same_cell_shows_the_same_every_time(shell):
    shows = [cell(shell, "", FORKS) for _ in range(10)]

    assert len({(shown.stdout, str(shown.outputs[0].data)) for shown in shows}) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--quick", r"%%program: unrecognized arguments: --quick \(%program --help lists the options\)"),
        ("one two", "%%program: unrecognized arguments: two "),
        ("--timeout soon", "%%program: argument --timeout: invalid float value: 'soon' "),
        ("one 'two", "%%program: no closing quotation "),
        ("--no-reduction", "%%program: --no-reduction says how --orders tries them"),
        ("1st", "%%program: a name for the Run must be a Python name, got '1st'"),
        ("run.x", "%%program: a name for the Run must be a Python name, got 'run.x'"),
        ("class", "%%program: a name for the Run must be a Python name, got 'class'"),
    ],
)
def test_a_wrong_line_is_a_usage_error_before_anything_starts(shell, line, message):
    with pytest.raises(UsageError, match=message):
        shell.run_cell_magic("program", line, "print(1)")

    assert SERVER.pid is None


def test_help_says_how_to_use_it_and_runs_nothing(shell):
    shown = cell(shell, "--help", "print(1)")

    assert "Run this cell as a program of its own" in shown.stdout
    assert "--timeout" in shown.stdout
    assert (SERVER.pid, shown.outputs) == (None, [])


@pytest.mark.parametrize("line", ["", "run", "run --timeout 5"])
def test_with_one_percent_sign_it_says_that_there_must_be_two(shell, line):
    with pytest.raises(UsageError, match="begin the cell with %%program, two percent signs"):
        shell.run_line_magic("program", line)

    assert SERVER.pid is None


def test_help_is_there_without_a_program(shell):
    with capture_output() as shown:
        shell.run_line_magic("program", "--help")

    assert "Run this cell as a program of its own" in shown.stdout


def test_a_syntax_error_is_shown_as_python_shows_it(shell):
    with pytest.raises(Exception, match="cannot assign to function call") as caught:
        cell(shell, "", "import os\nif os.fork() = 0:\n    pass")

    assert caught.type.__name__ == "SyntaxError"
    assert caught.value._render_traceback_()[:2] == ['  File "program.py", line 2', "    if os.fork() = 0:"]
    assert SERVER.pid is None


@pytest.mark.parametrize("options", ["--timeout 0", "--timeout nan", "--processes 0"])
def test_an_option_that_is_no_limit_is_a_usage_error_of_one_sentence(shell, options):
    with pytest.raises(UsageError, match=r"^%%program: (timeout|processes) must be a .*, got [^\n]*$"):
        cell(shell, options, "pass")

    assert SERVER.pid is None


def test_a_program_that_is_stopped_shows_what_it_had_printed_and_is_kept(shell):
    shown = cell(shell, "run --timeout 0.5", "print('begun', end='', flush=True)\nwhile True: pass")

    assert shown.stdout == "parent  | begun\n"
    assert "The run was stopped after 0.5 s, its deadline." in shown.outputs[0].data["text/plain"]
    assert shell.user_ns["run"].parent.stopped


def test_the_notebooks_variables_and_the_programs_do_not_meet(shell):
    shell.user_ns["mine"] = 1

    shown = cell(shell, "", "theirs = 2\nprint('mine' in globals())")

    assert shown.stdout == "parent  | False\n"
    assert "theirs" not in shell.user_ns


def rendered(shell, value):
    """What a notebook would keep of ``value``."""
    return shell.display_formatter.format(value)[0]


def test_a_value_at_the_end_of_a_cell_has_text_and_a_picture(shell):
    assert rendered(shell, lesson()) == {"text/plain": sentences.story(lesson()), "text/html": lanes.picture(lesson())}
    assert rendered(shell, Contents.uniform(100, 97))["text/plain"] == "100 x 61 'a'"
    assert "100 x 61" in rendered(shell, Contents.uniform(100, 97))["text/html"]


@pytest.mark.usefixtures("fonts")
def test_a_comparison_is_a_plot_twice_with_its_table_beside(shell):
    comparison = Comparison({(tool, size): 0.001 for tool in TOOLS for size in (100, 4096)}, (100, 4096))

    kept = rendered(shell, comparison)

    assert kept["text/plain"] == str(comparison)
    assert kept["image/png"]
    assert "<svg" in kept["text/html"]


def test_unloading_takes_everything_away_and_loading_again_brings_it_back(shell):
    shell.run_line_magic("unload_ext", "shmlesson")
    without = rendered(shell, lesson())
    with pytest.raises(UsageError, match="program"):
        shell.run_cell_magic("program", "", "1")

    shell.run_line_magic("load_ext", "shmlesson")

    assert list(without) == ["text/plain"]
    assert without["text/plain"] == repr(lesson())
    assert "text/html" in rendered(shell, lesson())


def test_a_run_made_by_code_has_the_same_picture(shell):
    assert rendered(shell, share())["text/html"] == lanes.picture(lesson())


# What fork returned, which a learner may still have to find out


@pytest.fixture
def drawn_again():
    yield
    Drawing.instance().fork_returns = True


@pytest.mark.usefixtures("drawn_again")
def test_what_fork_returned_is_left_out_of_pictures_and_texts_and_comes_back(shell):
    cell(shell, "found --orders 50", RACE)
    cell(shell, "run", RACE)
    values = [lesson(), *map(shell.user_ns.get, ("run", "found"))]

    shell.run_line_magic("config", "Drawing.fork_returns = False")
    without = [rendered(shell, value) for value in values]
    shell.run_line_magic("config", "Drawing.fork_returns = True")

    assert [bundle for bundle in without if "returned" in "".join(bundle.values())] == []
    assert "starts as a copy" in without[0]["text/plain"]
    assert all("fork returned" in rendered(shell, value)["text/html"] for value in values)


@pytest.mark.usefixtures("drawn_again")
@pytest.mark.parametrize("line", ["--step", "--step --orders 50"])
def test_what_is_stepped_through_leaves_it_out_too(shell, line):
    shell.run_line_magic("config", "Drawing.fork_returns = False")

    shown = cell(shell, line, RACE)

    assert "returned" not in "".join(map(str, shown.outputs[-1].data.values()))


@pytest.mark.usefixtures("drawn_again")
@pytest.mark.parametrize("returns", [True, False])
def test_a_widget_is_drawn_as_it_is_set_when_it_is_made(returns):
    Drawing.instance().fork_returns = returns

    widgets = [Lanes(lesson()), Playground()]

    assert [("fork returned" in widget.face_text(), "fork returned" in widget.face_html()) for widget in widgets] == [
        (returns, returns),
        (returns, returns),
    ]


def test_config_lists_it_with_its_help(shell):
    with capture_output() as shown:
        shell.run_line_magic("config", "Drawing")

    assert "Drawing.fork_returns=<Bool>" in shown.stdout
    assert "what a fork returned" in shown.stdout


def test_it_can_be_set_in_a_configuration_of_ipython(shell):
    shell.run_line_magic("unload_ext", "shmlesson")
    shell.config.Drawing.fork_returns = False
    try:
        shell.run_line_magic("load_ext", "shmlesson")

        assert rendered(shell, lesson())["text/html"] == lanes.picture(lesson(), fork_returns=False)
    finally:
        del shell.config["Drawing"]
        Drawing.instance().fork_returns = True


# Orders


def test_with_orders_what_differs_is_shown_and_kept(shell):
    shown = cell(shell, "found --orders 50", RACE)

    found = shell.user_ns["found"]
    assert isinstance(found, Exploration)
    assert (len(found), found.complete, found.call) == (2, True, "%%program found --orders 50")
    assert shown.outputs[-1].data["text/plain"] == str(found)


def test_an_order_that_was_shown_is_replayed(shell):
    cell(shell, "found --orders 50", RACE)

    for outcome in shell.user_ns["found"].outcomes:
        shown = cell(shell, f"run --order {outcome.order}", RACE)
        assert shown.stdout == f"parent  | {outcome.printed['parent']}"
        assert shell.user_ns["run"].call == f"%%program run --order {outcome.order}"


@pytest.mark.parametrize(
    ("line", "kind", "widget"), [("found --step", Run, Lanes), ("found --step --orders 50", Exploration, Orders)]
)
def test_with_step_a_picture_to_step_through_is_shown_and_the_value_is_kept(shell, line, kind, widget):
    shown = cell(shell, line, RACE)

    found = shell.user_ns["found"]
    assert isinstance(found, kind)
    *_, bundle = (output.data for output in shown.outputs)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == widget(found).face_text()


def test_without_reduction_there_are_more_orders(shell):
    cell(shell, "few --orders 50", RACE)
    cell(shell, "many --orders 50 --no-reduction", RACE)

    assert shell.user_ns["few"].count < shell.user_ns["many"].count


@pytest.mark.parametrize("line", ["-h", "--help"])
def test_help_says_what_orders_are_and_runs_nothing(shell, line):
    shown = cell(shell, line, RACE)

    assert all(option in shown.stdout for option in ("--orders", "--order", "--no-reduction", "--timeout", "--step"))
    assert SERVER.pid is None


@pytest.mark.parametrize(
    "line",
    ["--orders 0", "--orders 5 --order 1", "--orders many", "--order -1", "--order one", "--orders 5 --processes 0"],
)
def test_wrong_options_for_orders_are_one_sentence_before_anything_starts(shell, line):
    with pytest.raises(UsageError):
        cell(shell, line, RACE)

    assert SERVER.pid is None


def test_a_syntax_error_is_shown_as_python_shows_it_with_orders_too(shell):
    with pytest.raises(Exception, match="invalid syntax") as raised:
        cell(shell, "--orders 5", "1 +")

    assert type(raised.value).__name__ == "SyntaxError"


def test_an_interrupt_shows_and_keeps_what_was_found(shell, monkeypatch):
    source = RACE.replace("b[0] = 97", "[b.__setitem__(0, i) for i in range(9)]")
    timer = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])

    def progress(steps, label):
        for step in steps:
            yield step
            if step == 0:
                timer.start()  # something has been found

    monkeypatch.setattr("shmlesson.magics.progress", progress)

    cell(shell, "found --orders 100000 --no-reduction", source.replace("os.fork()", "os.fork() * os.fork()"))
    timer.join()

    assert shell.user_ns["found"].stopped
    assert shell.user_ns["found"].outcomes


@pytest.mark.parametrize("above", ["# a comment\n", "\n# a comment\n\n", "import os\n"])
def test_what_stands_above_the_magic_is_to_be_moved_and_no_program_is_run(shell, above):
    with capture_output() as shown:
        result = shell.run_cell(f"{above}%%program run\nprint(1)")

    assert isinstance(result.error_in_exec, UsageError)
    assert shown.stderr == f"UsageError: {result.error_in_exec}\n"
    assert str(result.error_in_exec).startswith("%%program must be on the first line of its cell")
    assert SERVER.pid is None


def test_blank_lines_above_the_magic_are_nothing(shell):
    with capture_output() as shown:
        shell.run_cell("\n\n%%program\nprint(1)")

    assert shown.stdout == "parent  | 1\n"


def test_loading_the_extension_again_says_nothing_and_changes_nothing(shell):
    before = dict(shell.magics_manager.magics["line"])

    with capture_output() as shown:
        shell.run_cell("%load_ext shmlesson")

    assert (shown.stdout, shown.stderr) == ("", "")
    assert shell.magics_manager.magics["line"] == before


def test_of_another_extension_it_is_still_said_that_it_is_there(shell):
    shell.run_line_magic("load_ext", "storemagic")

    with capture_output() as shown:
        shell.run_line_magic("load_ext", "storemagic")

    assert "already loaded" in shown.stdout


def test_unloading_the_extension_gives_back_every_magic_of_before(ipython):
    before = {kind: dict(magics) for kind, magics in ipython.magics_manager.magics.items()}

    ipython.run_line_magic("load_ext", "shmlesson")
    ipython.run_line_magic("reload_ext", "shmlesson")
    ipython.run_line_magic("unload_ext", "shmlesson")

    assert ipython.magics_manager.magics == before
