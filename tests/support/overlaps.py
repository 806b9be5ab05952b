"""What lies over what in the pictures of runs that a page shows, measured in the browser."""

import json

# Boxes are [left, top, right, bottom]. A cell's own line and the arrow across it are pseudo-elements, which have no box
# to ask for: theirs is where their style says, within their cell. A block's band is behind its own words alone.
MEASURE = """
tables => tables.map(table => {
  const box = rect => [rect.left, rect.top, rect.right, rect.bottom];
  const apart = (one, other, least = 1) => one[2] - least < other[0] + least || other[2] - least < one[0] + least
    || one[3] - least < other[1] + least || other[3] - least < one[1] + least;
  const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
  const texts = [];
  const broken = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || !node.parentElement.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    const cell = node.parentElement.closest("td, th, caption");
    const seen = [...range.getClientRects()].filter(rect => rect.width);
    texts.push(...seen.map(rect => ({ box: box(rect), size, cell, words: node.data })));
    // What a program has printed or written may be one long word; all else breaks between words alone.
    const data = /^b['"]/.test(node.data);
    const words = data || cell.matches("td:last-child, caption") ? [] : node.data.matchAll(/[\\p{L}\\d]+/gu);
    for (const word of words) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (word[0].length < 12 && range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  const drawn = [];
  for (const cell of table.querySelectorAll("td")) {
    const frame = cell.getBoundingClientRect();
    for (const part of ["::before", "::after"]) {
      const look = getComputedStyle(cell, part);
      if (look.content === "none" || look.content === "normal") continue;
      const [left, top, width, height] = [look.left, look.top, look.width, look.height].map(parseFloat);
      const at = [frame.left + left, frame.top + top];
      const behind = part === "::before" && cell.classList.contains("shmlesson-box") ? cell : null;
      drawn.push({ box: [...at, at[0] + width, at[1] + height], behind, name: cell.className + part });
    }
  }
  for (const piece of table.querySelectorAll("i")) {
    drawn.push({ box: box(piece.getBoundingClientRect()), behind: null, name: piece.className });
  }
  const under = texts.flatMap(text => drawn.filter(line => line.behind !== text.cell && !apart(text.box, line.box, 0.5))
    .map(line => [text.words, line.name]));
  const double = texts.flatMap((one, place) => texts.slice(place + 1)
    .filter(other => !apart(one.box, other.box)).map(other => [one.words, other.words]));
  const frame = table.parentElement;
  const edge = frame.getBoundingClientRect().right + 1;
  const titles = [...table.querySelectorAll("thead th")];
  const theme = getComputedStyle(table).getPropertyValue("--jp-ui-font-size1");
  return {
    name: table.caption.textContent,
    lanes: table.querySelectorAll("col").length - 3,
    texts: texts.length,
    drawn: drawn.length,
    under,
    double,
    broken,
    small: texts.filter(text => text.size < parseFloat(theme)).map(text => text.words),
    beyond: frame.scrollWidth - frame.clientWidth,
    cut: texts.filter(text => text.cell.tagName === "TD" && (text.box[0] < text.cell.getBoundingClientRect().left - 1
      || text.box[2] > text.cell.getBoundingClientRect().right + 1)).map(text => text.words),
    unseen: titles.slice(0, -2).filter(title => title.getBoundingClientRect().right > edge).map(t => t.textContent),
    room: titles.at(-1).getBoundingClientRect().width / parseFloat(getComputedStyle(table).fontSize),
  };
})
"""


def measured(page, within="body"):
    """For each picture what lies over what (``under``, ``double``), is ``small``, ``cut``, ``broken`` or ``unseen``."""
    return page.locator(f"{within} table.shmlesson-run").evaluate_all(MEASURE)


def faults(pictures):
    """What is wrong with any of the pictures, by its name; empty if nothing is."""
    wrong = ("under", "double", "small", "cut", "broken", "unseen")
    found = {picture["name"]: {fault: picture[fault][:3] for fault in wrong if picture[fault]} for picture in pictures}
    return json.dumps({name: those for name, those in found.items() if those}, indent=1, ensure_ascii=False)
