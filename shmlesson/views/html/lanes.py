"""A run as lanes: one column for each process, the block between them, time downwards as order."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import pairwise

from ...analysis.run import Run
from ...trace.event import Event
from ...trace.process import how_it_ended
from ..text.scene import Scene, scene_of
from ..text.sentences import account_of, endings, in_part, sentence
from .colour import paint
from .plan import WIDTH, Plan, plan, too_many_blocks, y_of
from .roles import DASHES, colour_of
from .steps import steps_as_table
from .verdicts import listed

_MOST_LANES = 12
_MOST_ROWS = 30  # more than fit a screen are scrolled, the names of the lanes in sight
_HELD, _LEAST_HELD = 16, 12  # letters of what a block holds: no more have room beside it, fewer begin nothing
_LETTER, _SMALL_LETTER = 6.9, 6.2  # the width of one, more or less
_INK, _PAPER = "var(--jp-ui-font-color1,#111)", "var(--jp-layout-color0,#fff)"
_GREY = "var(--jp-ui-font-color2,#555)"
_LINE_X, _LINE = 76, f"text-anchor:end;font-size:11px;fill:{_GREY}"
_FONT = "font:13px var(--jp-ui-font-family,sans-serif);"
_SCROLLS = "overflow:auto;max-height:36em;border:1px solid #777"
_CODE = "font-family:var(--jp-code-font-family,monospace)"
_HALO = f"stroke:{_PAPER};stroke-width:5px;paint-order:stroke;stroke-linejoin:round"
# Nothing is scrolled on paper: a box is as high as what is in it, and a drawing as wide as the page.
_PRINT = (
    "<style>@media print{.shmlesson-lanes{max-height:none!important;overflow:visible!important}"
    ".shmlesson-lanes>[role=img]{min-width:0!important}}</style>"
)
# Viewers that take drawings out leave their words behind. They also take out the properties that they do not know,
# which are the last here: without these the words of the drawing are out of sight, and the table is in sight.
_IF_DRAWN = "max-height:0;overflow:hidden;max-block-size:none"
_IF_NOT_DRAWN = "overflow:hidden;max-block-size:1px"

Tip = Callable[[Event], str]


def picture(run: Run) -> str:
    """HTML: a drawing, and the same as a table for those who cannot see it; a run of 12 processes or more is a list."""
    return picture_of(scene_of(run))


def picture_of(scene: Scene) -> str:
    """The same of a scene."""
    drawn = drawing(scene, lambda event: sentence(event, scene.names))
    table = f'<div style="{_IF_NOT_DRAWN}">{steps_as_table(scene)}</div>' if fits(scene.run) else ""
    # What a program has printed is no formula, whatever dollars and backslashes there are in it.
    return f'<div class="mathjax_ignore">{drawn}{table}{rest(scene)}</div>'


def drawing(scene: Scene, tip: Tip) -> str:
    """HTML: the drawing alone, with what ``tip`` says of a step where the mouse rests; a list if it does not fit."""
    run = scene.run
    if not fits(run):
        return f"<pre>{escape(account_of(scene))}</pre>"
    places = plan(scene)
    label = escape(f"{run.call}: {len(run.processes)} processes in lanes, {len(places.steps)} steps. A table follows.")
    head, body = _svg(_names(run, places), 62), _svg(_body(run, places, tip), places.height)
    sticky = f'<div style="position:sticky;top:0;background:{_PAPER}">{head}</div>'
    drawn = f'<div role="img" aria-label="{label}" style="width:100%;min-width:640px">{sticky}{body}</div>'
    return f'<div style="{_IF_DRAWN}">{_scrolled(drawn, len(places.steps))}</div>'


def fits(run: Run) -> bool:
    """Whether the run has few enough lanes for a drawing."""
    return len(run.processes) < _MOST_LANES


def rest(scene: Scene) -> str:
    """HTML: what stands below the drawing: how it ended, and the verdicts; a list says the former itself."""
    run = scene.run
    said = [*endings(scene), *_blocks_without_lanes(scene)] if fits(run) else []
    lines = "".join(f"<div>{escape(line)}</div>" for line in said)
    return lines + listed(run.verdicts, run.source) + "".join(f"<div>{line}</div>" for line in in_part(run))


def _blocks_without_lanes(scene: Scene) -> list[str]:
    hidden = too_many_blocks(scene)
    return [f"Its {hidden} blocks are not drawn: there is no room for so many."] if hidden else []


def _scrolled(drawn: str, rows: int) -> str:
    if rows <= _MOST_ROWS:
        return f'{_PRINT}<div class="shmlesson-lanes" style="overflow-x:auto">{drawn}</div>'
    reached = 'tabindex="0" role="region" aria-label="lanes, to be scrolled"'
    return f'{_PRINT}<div class="shmlesson-lanes" {reached} style="{_SCROLLS}">{drawn}</div>'


def _svg(parts: list[str], height: float) -> str:
    style = f"display:block;width:100%;max-width:{WIDTH}px;height:auto;background:{_PAPER};fill:{_INK};{_FONT}"
    inner = "\n".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" style="{style}">{inner}</svg>'


def _names(run: Run, places: Plan) -> list[str]:
    """What was run, and the names above the lanes."""
    call = f'<text x="4" y="16" style="{_CODE}">{escape(run.call[:110])}</text>'
    rule = f'<path d="M0 61H{WIDTH}" style="stroke:{_INK}"/>'
    return [call, *(_name(lane, x) for lane, x in places.lanes.items()), rule]


def _name(lane: str, x: float) -> str:
    return (
        f'<text x="{x}" y="50" style="font-weight:bold;text-anchor:middle"><title>{escape(lane)}</title>'
        f"{escape(lane)}</text>"
    )


def _body(run: Run, places: Plan, tip: Tip) -> list[str]:
    lanes = [_block(lane, places) if places.is_block(lane) else _process(lane, places) for lane in places.lanes]
    flows = [_through_the_block(write, read, places) for read, write in places.seen.items()]
    messages = [_message(source, goal, places) for goal, source in places.messages.items()]
    steps = [_step(row, event, places, tip) for row, event in enumerate(places.steps)]
    return [*lanes, *messages, *flows, *steps, *_cut_off(run, places)]


def _process(lane: str, places: Plan) -> str:
    """A line from birth to end: the parent's is solid, a child's is dashed."""
    top, bottom = _from_to(lane, places)
    dashes = "" if lane == "parent" else f";{DASHES}"
    look = f"stroke:{colour_of(lane)};stroke-width:3{dashes}"
    return f'<path d="M{places.lanes[lane]} {top:g}V{bottom:g}" style="{look}"/>'


def _block(lane: str, places: Plan) -> str:
    """A band from where the block is mapped; what it holds, as far as is known, in words and as a colour."""
    top, bottom = _from_to(lane, places)
    held = [(max(top, y_of(row)), words, contents) for row, words, contents in places.held[lane]]
    tops = [top, *(y for y, *_ in held[1:]), bottom]
    fills = [paint(contents) if contents else "none" for *_, contents in held] or ["none"]
    x, most = places.lanes[lane], min(_HELD, int(places.room_after(lane) / _SMALL_LETTER))
    bands = "".join(_band(x, y, below, fill) for (y, below), fill in zip(pairwise(tops), fills, strict=True))
    return bands + "".join(_holds(x, y, words, most) for y, (_, words, _) in zip(tops, held, strict=False))


def _band(x: float, top: float, bottom: float, fill: str) -> str:
    size = f'width="16" height="{bottom - top:g}"'
    return f'<rect x="{x - 8:g}" y="{top:g}" {size} fill="{fill}" stroke="#777"/>'


def _holds(x: float, y: float, words: str, most: int) -> str:
    """The words beside the band, or their beginning; nothing where that would say nothing."""
    if not words or len(words) > most < _LEAST_HELD:
        return ""
    shown = words if len(words) <= most else f"{words[: most - 1]}…"
    place = f'x="{x + 13:g}" y="{y + 17:g}"'
    return f'<text {place} style="font-size:11px;{_HALO}"><title>{escape(words)}</title>{escape(shown)}</text>'


def _from_to(lane: str, places: Plan) -> tuple[float, float]:
    bottom = min(places.height - 9, y_of(places.ends[lane]))
    return (y_of(places.begins[lane]) if lane in places.begins else 0), bottom


def _through_the_block(write: int, read: int, places: Plan) -> str:
    """From where a write comes in, down the block, to where a read that saw it goes out."""
    x = _band_x(write, places)
    sides = [8 if places.lanes[places.steps[row].process] > x else -8 for row in (write, read)]
    way = f"M{x + sides[0]:g} {y_of(write):g}H{x:g}V{y_of(read):g}H{x + sides[1]:g}"
    return f'<path d="{way}" style="fill:none;stroke:#111;stroke-width:2.5"/>'


def _band_x(row: int, places: Plan) -> float:
    """Where the block stands that this step reads or writes and others have too; 0 if there is none."""
    band = places.shared_band(places.steps[row])
    return places.lanes[band.name] if band else 0


def _message(source: int, goal: int, places: Plan) -> str:
    """A thin line from the sender, down beside its lane, and across to the receiver."""
    (x, y), (tip, below) = ((places.lanes[places.steps[row].process], y_of(row)) for row in (source, goal))
    side = 7 if tip > x else -7
    head = f'<path d="M{tip - side:g} {below:g}l{-side:g} -4v8z" style="fill:{_INK}"/>'
    return f'<path d="M{x:g} {y:g}h{side}V{below:g}H{tip - 2 * side:g}" style="{_THIN}"/>{head}'


_THIN = f"fill:none;stroke:{_INK};stroke-width:1;stroke-dasharray:2 2"


def _step(row: int, event: Event, places: Plan, tip: Tip) -> str:
    arrow = _arrow(row, event, places)
    x, y = places.lanes[event.process], y_of(row)
    number = f'<text x="22" y="{y + 4:g}" style="text-anchor:end;font-size:11px">{row + 1}</text>'
    words = _text(x + 9, y - 5 if arrow or row in places.messages else y + 4, sentence(event, places.names))
    left = number + _line_label(places.lines[row], y)
    return f"<g><title>{escape(tip(event))}</title>{left}{arrow}{_mark(event, x, y)}{words}</g>"


def _line_label(line: str, y: float) -> str:
    """Which line of the program led to the step."""
    return f'<text x="{_LINE_X}" y="{y + 4:g}" style="{_LINE}">{line}</text>' if line else ""


def _text(x: float, y: float, words: str) -> str:
    room = int((WIDTH - x - 4) / _LETTER)
    shown = words if len(words) <= room else f"{words[: room - 1]}…"
    return f'<text x="{x:g}" y="{y:g}" style="{_HALO}">{escape(shown)}</text>'


def _mark(event: Event, x: float, y: float) -> str:
    """On the lane: a dot; a ring where the process waits, a square where it ends."""
    colour = colour_of(event.process)
    if event.kind == "ends":
        return f'<rect x="{x - 6:g}" y="{y - 6:g}" width="12" height="12" style="fill:{colour}"/>'
    fill = _PAPER if event.kind in ("waits", "sleeps") else colour
    return f'<circle cx="{x:g}" cy="{y:g}" r="4.5" style="fill:{fill};stroke:{colour};stroke-width:2"/>'


def _arrow(row: int, event: Event, places: Plan) -> str:
    """To the block for a write, from it for a read that saw a write, to the child for a fork."""
    x, y, block = places.lanes[event.process], y_of(row), _band_x(row, places)
    if event.kind == "forks" and event.detail["child"] in places.lanes:
        return _line(x, places.lanes[event.detail["child"]], y, "stroke-width:1.5;stroke-dasharray:3 3")
    if event.kind == "writes" and block:
        return _line(x, block, y, "stroke-width:2.5")
    if row in places.seen:
        return _line(block, x, y, "stroke-width:2.5")
    return ""


def _line(start: float, end: float, y: float, look: str) -> str:
    """A horizontal arrow between the edges of two lanes."""
    right = 1 if end > start else -1
    start, tip = start + 8 * right, end - 8 * right
    head = f'<path d="M{tip:g} {y:g}l{-10 * right} -5v10z" style="fill:{_INK}"/>'
    return f'<path d="M{start:g} {y:g}H{tip - 8 * right:g}" style="stroke:{_INK};{look}"/>{head}'


def _cut_off(run: Run, places: Plan) -> list[str]:
    """A cross at the end of each process that did not end by itself."""
    said = {event.process for event in places.steps if event.kind == "ends"}
    return [
        _cross(places.lanes[process.name], _from_to(process.name, places)[1], f"{process.name} {how_it_ended(process)}")
        for process in run.processes
        if process.name not in said
    ]


def _cross(x: float, y: float, words: str) -> str:
    look = f"stroke:{_INK};stroke-width:3"
    return f'<path d="M{x - 6:g} {y - 6:g}l12 12m0 -12l-12 12" style="{look}"><title>{escape(words)}</title></path>'
