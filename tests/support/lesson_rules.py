"""What a lesson must be like, rule by rule: each says what is wrong with one, in words; nothing where it is right."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from nbformat import NotebookNode

from shmlesson.course.ladder import all_exercises
from shmlesson.course.question import questions
from slides import ASK, CHECK, LINK, SETTLE, call_in

LONGEST_CELL, LONGEST_PROGRAM = 12, 20  # lines
MOST_WORDS, MOST_WORDS_ON_END = 120, 200  # in a cell, and from one cell of code to the next
PREDICTED = "> **Predict.**"
EXERCISES = re.compile(r"## Exercises?\b")
PROGRAM = re.compile(r"%%program\b *(?P<name>[a-zA-Z_]\w*)?.*\n?")
CALLED = re.compile(r"^(ask|settle|check)\(", re.MULTILINE)
TAKING_UP = {ASK, SETTLE, CHECK, "Arrange", "FillIn"}


@dataclass(frozen=True)
class Lesson:
    """The cells of a lesson; ``later`` are questions that it may leave open, for a lesson behind it settles them."""

    cells: list[NotebookNode]
    later: Collection[str] = ()

    def calls(self, name):
        """Of each cell that is such a call: its place, and the name that it begins with."""
        found = [(place, call_in(cell.source)) for place, cell in enumerate(self.cells) if cell.cell_type == "code"]
        return [(place, first) for place, (called, first) in found if called == name]

    @property
    def exercises(self):
        """The places of the cells from the heading of the exercises to the next heading."""
        heads = [re.match("##? ", cell.source) and cell.cell_type == "markdown" for cell in self.cells]
        start = next((place for place, cell in enumerate(self.cells) if EXERCISES.match(cell.source)), len(heads))
        return range(start, next((place for place in range(start + 1, len(heads)) if heads[place]), len(heads)))


def words(text):
    """How many words there are to be read in some Markdown."""
    unfenced = re.sub(r"```.*?```|<[^>]*>", " ", text, flags=re.DOTALL)
    return len(re.findall(r"\S*\w\S*", re.sub(r"\]\([^)]*\)", "]", unfenced)))


def no_prediction_is_only_prose(lesson):
    return [cell.source for cell in lesson.cells if PREDICTED in cell.source]


def what_asks_settles_or_checks_does_nothing_else(lesson):
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    return [source for source in code if CALLED.search(source) and call_in(source) == ("", "")]


def every_question_that_is_asked_is_there_once(lesson):
    asked = [name for _, name in lesson.calls(ASK)]
    return [name for name in asked if name not in questions() or asked.count(name) > 1]


def every_question_is_settled_below(lesson):
    settled = lesson.calls(SETTLE)
    asked = [(place, name) for place, name in lesson.calls(ASK) if name not in lesson.later]
    return [name for place, name in asked if not any(name == other and place < below for below, other in settled)]


def nothing_is_settled_that_was_not_asked(lesson):
    asked = lesson.calls(ASK)
    return [
        name
        for place, name in lesson.calls(SETTLE)
        if not any(name == other and above < place for above, other in asked)
    ]


def every_check_is_of_an_exercise(lesson):
    return [name for _, name in lesson.calls(CHECK) if name not in all_exercises()]


def every_exercise_is_checked_or_asked(lesson):
    """The text of each that is followed by nothing that takes it up; the link to the next lesson is none."""
    texts = [
        (text, code)
        for text, code in _with_what_is_below([lesson.cells[place] for place in lesson.exercises])
        if text and not LINK.match(text)
    ]
    return [text for text, code in texts if not any(_takes_up(source) for source in code)]


def _with_what_is_below(cells):
    """Each cell of Markdown, without the heading of the exercises, with the code from there to the next one."""
    found = []
    for cell in cells:
        if cell.cell_type == "markdown":
            found.append((EXERCISES.sub("", cell.source).strip(), []))
        else:
            found[-1][1].append(cell.source)
    return found


def _takes_up(source):
    """Whether its last line asks, settles or checks something, or has somebody arrange lines or fill them in."""
    return call_in(source.rstrip().rpartition("\n")[2])[0] in TAKING_UP


def every_exercise_begins_with_its_starter(lesson):
    """The name of each whose starter is in no cell above its check, word for word; nor, if that is among the exercises,
    below their heading."""
    faults = []
    for place, name in lesson.calls(CHECK):
        starter = getattr(all_exercises().get(name), "starter", "")
        start = lesson.exercises.start if place in lesson.exercises else 0
        programs = [_program(cell.source) for cell in lesson.cells[start:place]]
        if starter and starter.strip() not in programs:
            faults.append(name)
    return faults


def every_exercise_has_a_hint_and_a_solution(lesson):
    """Commented out, so that nobody gets them who has not asked."""
    faults = []
    for place, name in lesson.calls(CHECK):
        below = "\n".join(cell.source for cell in lesson.cells[place:] if cell.cell_type == "code").splitlines()
        faults += [line for line in (f'# hint("{name}")', f'# solution("{name}")') if line not in below]
    return faults


def code_is_short(lesson):
    """12 lines, and 20 of a program: the first lines of those that have more."""
    sources = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    long = [source for source in sources if not _program(source) and len(source.splitlines()) > LONGEST_CELL]
    return [source.partition("\n")[0] for source in long + [source for source in sources if _is_long(source)]]


def _is_long(source):
    return len((_program(source) or "").splitlines()) > LONGEST_PROGRAM


def _program(source):
    """The text of a program, without the magic above it; None if it is no program."""
    magic = PROGRAM.match(source)
    return source[magic.end() :].strip() if magic else None


def prose_is_short(lesson):
    """The first words of each cell that has too many, and how many."""
    texts = [cell.source for cell in lesson.cells if cell.cell_type == "markdown"]
    return [(text[:40], words(text)) for text in texts if words(text) > MOST_WORDS]


def nobody_reads_for_long_without_doing(lesson):
    """The first words of each stretch of Markdown that has too many, and how many."""
    stretches = [
        list(cells) for kind, cells in groupby(lesson.cells, lambda cell: cell.cell_type) if kind == "markdown"
    ]
    counted = [(cells[0].source[:40], sum(words(cell.source) for cell in cells)) for cells in stretches]
    return [(text, count) for text, count in counted if count > MOST_WORDS_ON_END]


RULES = (
    no_prediction_is_only_prose,
    what_asks_settles_or_checks_does_nothing_else,
    every_question_that_is_asked_is_there_once,
    every_question_is_settled_below,
    nothing_is_settled_that_was_not_asked,
    every_check_is_of_an_exercise,
    every_exercise_is_checked_or_asked,
    every_exercise_begins_with_its_starter,
    every_exercise_has_a_hint_and_a_solution,
    code_is_short,
    prose_is_short,
    nobody_reads_for_long_without_doing,
)
