"""A question with its options as buttons: it shows what was picked, and says nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import ipywidgets
import traitlets

from ..html.prose import code_block, inline, prose
from .accessibility import own_style, style_for
from .announcements import status
from .controls import row
from .static_face import StaticFace

Pick = Callable[[str, bool | None], None]

NO_IDEA = ""  # the name of the option that is always there
_TICK = "\N{CHECK MARK} "
_CLASS = "shmlesson-option"
# Stock buttons have one line, cut at the end, and options can be long.
_STYLE = f"""
.{_CLASS}.{_CLASS} {{white-space: normal; height: auto; min-height: var(--jp-widgets-inline-height, 28px);
max-width: min(100%, 880px); width: auto; padding: 4px 12px; text-align: left; line-height: 1.4;
overflow-wrap: anywhere}}
.{_CLASS}-picked.{_CLASS}-picked {{font-weight: 700; outline: 2px solid var(--jp-ui-font-color1, #111)}}
"""


class Question(StaticFace, ipywidgets.VBox):
    """Shows ``text``, a program if there is ``code``, a button for each of ``options`` (texts by name), *no idea*, and
    *sure* or *guess*.

    Calls ``on_pick(name, sure)`` whenever that changes. ``words`` are the texts around it. Traits: ``picked`` (the
    name; empty for *no idea*, None for nothing) and ``sure`` (None: not said).
    """

    picked = traitlets.Unicode(None, allow_none=True)
    sure = traitlets.Bool(None, allow_none=True)

    def __init__(
        self,
        text: str,
        options: Mapping[str, str],
        words: Mapping[str, str],
        on_pick: Pick,
        picked: str | None = None,
        sure: bool | None = None,
        *,
        code: str = "",
    ) -> None:
        self._asked = f"{prose(text)}{code_block(code) if code else ''}"
        self._text = "\n\n".join(filter(None, [text, code]))
        self._words, self._on_pick, self._note = words, on_pick, ""
        self._options = {**options, NO_IDEA: words["no_idea"]}
        self._buttons = {name: self._button(partial(self.pick, name)) for name in self._options}
        self._sureness = {value: self._button(partial(self.say_sure, value)) for value in (True, False)}
        self._said = ipywidgets.HTML()
        super().__init__(picked=picked, sure=sure)
        sureness = row(ipywidgets.Label(words["how_sure"]), *self._sureness.values())
        listed = ipywidgets.VBox([*self._buttons.values()])
        asked, own = ipywidgets.HTML(self._asked), own_style(_STYLE)
        self.children = [asked, listed, sureness, self._said, own, style_for(self)]
        self._show()

    def pick(self, name: str) -> None:
        """Pick the option of this name; ``LookupError`` if there is none."""
        if name not in self._options:
            raise LookupError(f"no option {name!r}; there are {', '.join(map(repr, self._options))}")
        self.picked = name
        self.sure = None if name == NO_IDEA else self.sure
        self._take()

    def say_sure(self, sure: bool) -> None:
        """Say how sure one is of what was picked; of nothing, and of no idea, one cannot be."""
        self.sure = sure if self.picked else None
        if self.picked:
            self._take()

    def note(self, sentence: str) -> None:
        """Show this below what was picked, until something else is; may be called from a thread."""
        self._note = sentence
        self._say()

    def _take(self) -> None:
        self._note = ""
        self._show()
        self._on_pick(self.picked or NO_IDEA, self.sure)

    def _button(self, act: Callable[[], None]) -> ipywidgets.Button:
        button = ipywidgets.Button(layout={"width": "auto"})
        button.add_class(_CLASS)
        button.on_click(lambda button: act())
        return button

    def _show(self) -> None:
        for name, button in self._buttons.items():
            _mark(button, _plain(self._options[name]), name == self.picked)
        for value, button in self._sureness.items():
            _mark(button, self._words["sure" if value else "guess"], value == self.sure)
            button.disabled = not self.picked
        self._say()

    def _say(self) -> None:
        self._said.value = status("<br>".join(map(escape, filter(None, [self._in_words(), self._note]))))

    def _in_words(self) -> str:
        if self.picked is None:
            return self._words["nothing_picked_yet"]
        which = {None: "picked", True: "picked_sure", False: "picked_guess"}[self.sure]
        return self._words[which].format(option=_plain(self._options[self.picked]))

    def face_html(self) -> str:
        listed = "".join(f'<li style="list-style:none">{inline(text)}</li>' for text in self._shown)
        return f'{self._asked}<ul style="margin:0;padding-left:1em">{listed}</ul>'

    def face_text(self) -> str:
        return "\n".join([self._text, *(f"  {text}" for text in self._shown)])

    @property
    def _shown(self) -> list[str]:
        """The options as they stand on paper, where nobody says that they have no idea."""
        return [text for name, text in self._options.items() if name != NO_IDEA]


def _mark(button: ipywidgets.Button, text: str, picked: bool) -> None:
    """With a tick, and in bold, if it is the one that was picked."""
    button.description = f"{_TICK if picked else ''}{text}"
    (button.add_class if picked else button.remove_class)(f"{_CLASS}-picked")


def _plain(text: str) -> str:
    """For a button, which shows neither code nor stress: without their signs."""
    return text.replace("`", "").replace("*", "")
