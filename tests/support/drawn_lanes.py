"""A run's picture read back from its HTML: its lanes, and what is drawn and said in each cell."""

import re
from html import unescape

CELL = re.compile(r"<t[dh]([^>]*)>(.*?)</t[dh]>", re.DOTALL)
ROW = re.compile(r'<tr([^>]* data-step="(\d+)"[^>]*)>(.*?)</tr>', re.DOTALL)
PIECE = re.compile(r"<i class=\"([^\"]*)\"[^>]*>")
MARKS = {"dot", "ring", "square"}
STYLE = re.compile("<style>.*?</style>", re.DOTALL)


class DrawnLanes:
    """``lanes`` are the titles between the steps' numbers and their words; steps count from 1, as in the picture."""

    def __init__(self, html):
        self.html = STYLE.sub("", html)
        titles = [words(title) for _, title in CELL.findall(self.html.partition("</thead>")[0])]
        self.has_lines = "line" in titles[:2]
        self.lanes = titles[1 + self.has_lines : -2]
        self._rows = {int(step): CELL.findall(cells) for _, step, cells in ROW.findall(self.html)}
        self._facts = {int(step): facts for facts, step, _ in ROW.findall(self.html)}

    @property
    def steps(self):
        return [*self._rows]

    def row(self, step):
        """The row's attributes."""
        return self._facts[step]

    def said(self, step):
        """The process, and what it did."""
        return tuple(words(content) for _, content in self._rows[step][-2:])

    def line(self, step):
        return words(self._rows[step][1][1])

    def words(self, step, lane):
        """What stands in the cell."""
        return words(self._cell(step, lane)[1])

    def looks(self, step, lane):
        """The classes of the cell."""
        return classes(self._cell(step, lane)[0])

    def pieces(self, step, lane):
        """The classes of each mark, head and way in the cell."""
        return [classes(piece) for piece in PIECE.findall(self._cell(step, lane)[1])]

    def arrows(self, look):
        """Each arrow of this look: its step, and the lanes from which and to which it goes."""
        return [
            (step, self._start(step, goal, *(heading & {"east", "west"})), goal)
            for step in self.steps
            for goal in self.lanes
            for heading in self.pieces(step, goal)
            if {"head", look} <= heading
        ]

    def ways(self, look):
        """Each way of this look that runs down a lane, as lane, first and last step."""
        found = []
        for lane in self.lanes:
            parts = [
                (step, piece) for step in self.steps for piece in self.pieces(step, lane) if {"way", look} <= piece
            ]
            begun = [step for step, piece in parts if "begins" in piece]
            found += zip([lane] * len(begun), begun, [step for step, piece in parts if "ends" in piece], strict=True)
        return found

    def marks(self, lane):
        """The mark of each step that has one on this lane."""
        pairs = ((step, piece) for step in self.steps for piece in self.pieces(step, lane))
        return {step: mark for step, piece in pairs for mark in piece & MARKS}

    def _start(self, step, goal, heading):
        """The lane from which an arrow comes: the first one behind those that it runs across."""
        behind = (
            self.lanes[: self.lanes.index(goal)][::-1]
            if heading == "east"
            else self.lanes[self.lanes.index(goal) + 1 :]
        )
        return next(lane for lane in behind if "across" not in self.looks(step, lane))

    def _cell(self, step, lane):
        return self._rows[step][1 + self.has_lines + self.lanes.index(lane)]


def words(html):
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def classes(attributes):
    return set(re.findall(r"shmlesson-([\w-]+)", attributes))
