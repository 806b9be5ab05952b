"""A run as lanes: a table with a row for each step, a column for each process and block, time downwards as order.

It is a drawing and its own words: where styles are taken out, a plain table is left, with what each step did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from ...analysis.run import Run
from ...trace.event import Event
from ...trace.process import how_it_ended
from ..text.scene import Scene, scene_of
from ..text.sentences import account_of, endings, in_part
from .fillings import NOTHING, Fillings, fillings, in_parts
from .lane_style import style
from .plan import Plan, plan, too_many_blocks, too_many_things
from .steps import did
from .strokes import Strokes, names_of
from .verdicts import listed

_MOST_LANES = 12
_MOST_ROWS = 30  # more than fit a screen are scrolled, the names of the lanes in sight

Tip = Callable[[Event], str]


def picture(run: Run, *, fork_returns: bool = True) -> str:
    """HTML: the lanes, how the run ended, and the verdicts; a run of 12 processes or more is a list.

    ``fork_returns`` is whether it says what a fork returned.
    """
    return picture_of(scene_of(run, fork_returns=fork_returns))


def picture_of(scene: Scene) -> str:
    """The same of a scene."""
    # What a program has printed is no formula, whatever dollars and backslashes there are in it.
    return f'<div class="mathjax_ignore">{drawing(scene)}{rest(scene)}</div>'


def drawing(scene: Scene, tip: Tip | None = None) -> str:
    """HTML: the lanes alone, with what ``tip`` says of a step where the mouse rests; a list if they do not fit."""
    if not fits(scene.run):
        return f"<pre>{escape(account_of(scene))}</pre>"
    places = plan(scene)
    name, sheet = style(map(places.sort, places.lanes))
    table = (
        f'<table class="shmlesson-run {name}"><caption>{escape(scene.call)}</caption>'
        f"{_columns(scene, places)}<tbody>{''.join(_rows(scene, places, tip))}</tbody></table>"
    )
    return sheet + _scrolled(table, len(scene.steps))


def fits(run: Run) -> bool:
    """Whether the run has few enough lanes for a drawing."""
    return len(run.processes) < _MOST_LANES


def rest(scene: Scene) -> str:
    """HTML: what stands below the drawing: how it ended, and the verdicts; a list says the former itself."""
    run = scene.run
    said = [*endings(scene), *_without_lanes(scene)] if fits(run) else []
    lines = "".join(f"<div>{escape(line)}</div>" for line in said)
    verdicts = listed(run.verdicts, run.source, scene.verdict_steps if fits(run) else ())
    return lines + verdicts + "".join(f"<div>{line}</div>" for line in in_part(run))


def _without_lanes(scene: Scene) -> list[str]:
    blocks, things = too_many_blocks(scene), too_many_things(scene)
    said = [f"Its {blocks} blocks are not drawn: there is no room for so many."] if blocks else []
    if things:
        said.append(f"Not drawn, for lack of room: {', '.join(things)}.")
    return said


def _scrolled(table: str, rows: int) -> str:
    if rows <= _MOST_ROWS:
        return f'<div class="shmlesson-lanes">{table}</div>'
    reached = 'tabindex="0" role="region" aria-label="lanes, to be scrolled"'
    return f'<div class="shmlesson-lanes shmlesson-tall" {reached}>{table}</div>'


def _columns(scene: Scene, places: Plan) -> str:
    """How wide each column is, and its title."""
    kinds = ["step", *_lines(["line"], scene), *map(places.sort, places.lanes), "who", "did"]
    widths = "".join(f'<col class="{names_of(kind)}"/>' for kind in kinds)
    titles = "".join(_title(title) for title in ["step", *_lines(["line"], scene), *places.lanes])
    ends = "".join(_title(title, "text") for title in ("process", "what it did"))
    return f"<colgroup>{widths}</colgroup><thead><tr>{titles}{ends}</tr></thead>"


def _lines(column: Iterable[str], scene: Scene) -> Iterable[str]:
    """This column, if the steps have lines of a program."""
    return column if any(scene.lines) else ()


def _title(title: str, look: str = "") -> str:
    if look:
        return f'<th scope="col" class="{names_of(look)}">{title}</th>'
    return f'<th scope="col"><span>{escape(title)}</span></th>'


def _rows(scene: Scene, places: Plan, tip: Tip | None) -> Iterator[str]:
    ended = {name: escape(words) for name, words in _cut_off(scene, places).items()}
    strokes = Strokes(places, ended)
    filled = fillings(places, strokes.crossed)
    for row, (event, what) in enumerate(zip(scene.steps, did(scene), strict=True)):
        cells = "".join(_cell(strokes, filled, row, lane) for lane in range(len(places.lanes)))
        numbers = _number(str(row + 1)) + "".join(_lines([_number(_line(scene.lines[row]))], scene))
        verdicts = scene.marked.get(row, ())
        said = _said(event.process, what, verdicts)
        yield f"<tr{_marked(verdicts)}{_facts(row, event, tip)}>{numbers}{cells}{said}</tr>"


def _marked(verdicts: Sequence[str]) -> str:
    return f' class="{names_of("marked")}"' if verdicts else ""


def _facts(row: int, event: Event, tip: Tip | None) -> str:
    """What a script can find a row by, and what the mouse finds there."""
    line = f' data-line="{event.detail["line"]}"' if isinstance(event.detail.get("line"), int) else ""
    said = f' title="{escape(tip(event))}"' if tip else ""
    return f' data-step="{row + 1}" data-process="{escape(event.process)}"{line}{said}'


def _number(number: str) -> str:
    return f"<td>{number}</td>"


def _line(label: str) -> str:
    """``line 9``, of which the word can be left out."""
    word, _, number = label.rpartition(" ")
    return f'<span class="{names_of("word")}">{word} </span>{number}' if label else ""


def _said(process: str, what: str, verdicts: Sequence[str]) -> str:
    """Who did what, and the kinds of the verdicts that are about it, as below the picture."""
    look = names_of("by-parent" if process == "parent" else "by-child")
    kinds = "".join(f' <b class="{names_of("kind")}">! {escape(kind)}</b>' for kind in verdicts)
    did = f"<td>{escape(what)}{kinds}</td>"
    return f'<th scope="row" class="{look}">{escape(process)}</th>{did}'


def _cell(strokes: Strokes, filled: Fillings, row: int, lane: int) -> str:
    filling, classes = filled.get((row, lane), NOTHING), strokes.classes(row, lane)
    if not classes:
        return "<td></td>"
    below = ["below"] * bool(filling.words and strokes.crossed(row, lane))
    fill = f' style="--fill:{filling.fill}"' if filling.fill else ""
    look = names_of(*classes, *filling.classes, *below)
    return f'<td class="{look}"{fill}>{in_parts(filling.words)}{strokes.inner(row, lane)}</td>'


def _cut_off(scene: Scene, places: Plan) -> dict[str, str]:
    """The processes that did not end by themselves, with how each ended, as far as the steps that are drawn show it."""
    said = {event.process for event in places.steps if event.kind == "ends"}
    if scene.hidden:  # whoever is there after the last step goes on, and may end by itself
        said |= {process.name for process in scene.run.processes if places.ends[process.name] == len(places.steps)}
    return {
        process.name: f"{process.name} {how_it_ended(process)}"
        for process in scene.run.processes
        if process.name not in said
    }
