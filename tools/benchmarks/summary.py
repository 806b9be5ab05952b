"""The table of all results of a run, for the terminal and as Markdown."""

from itertools import groupby

HEAD = ("measure", "beside", "ratio (quartiles)", "aim", "")
WIDTHS = (52, 36, 24, 6, 0)  # characters
NOTE = (
    "Ratios below 1: the measure took less than what it is beside. They are taken round by round; "
    "what stands there is their median, and in brackets their quartiles."
)


def plain(results):
    """Rows of fixed width, and how many aims were met."""
    rows = [HEAD, *rows_of(results)]
    lines = ["".join(f"{cell:<{width}}" for cell, width in zip(row, WIDTHS, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", tally(results)])


def markdown(results, machine):
    """The same for a page: missed aims in bold, and the machine in the last line."""
    rows = [HEAD, ["---"] * len(HEAD), *map(marked, rows_of(results))]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{table}\n\n{tally(results)} {NOTE}\n\nMeasured on: {machine}.\n"


def rows_of(results):
    """Every result in words; its measure stands in the first row of several that are about the same."""
    for measure, group in groupby(results, key=lambda result: result.measure):
        for number, result in enumerate(group):
            aim = "" if result.aim is None else f"{result.aim:.3g}"
            yield ["" if number else measure, result.beside, str(result.ratio), aim, result.judgement]


def marked(row):
    """The row with a missed aim in bold."""
    *front, judgement = row
    return [*front, f"**{judgement}**" if judgement.startswith("missed") else judgement]


def tally(results):
    """How many of the aims were met."""
    aimed = [result for result in results if result.aim is not None]
    met = sum(result.judgement == "met" for result in aimed)
    return f"{met} of {len(aimed)} aims were met."
