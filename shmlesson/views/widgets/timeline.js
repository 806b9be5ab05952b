// A run, step by step. All that there is to show has come at once: from here on no key needs the kernel.

const PAUSE = 1000; // ms between two announcements
const WAYS = [
  // what a button says, which key does the same, and where it leads from a step
  ["First", "Home", () => 1],
  ["Back", "ArrowLeft", (step) => step - 1],
  ["Forward", "ArrowRight", (step) => step + 1],
  ["Last", "End", (step, last) => last],
];
const HOW_TO = "the program: up and down lead to its lines, Enter to the steps of one";
const ROOM = 4; // pixels left free around what is brought into sight

function render({ model, el }) {
  const stepper = new Stepper(model);
  const update = () => stepper.update();
  const focus = (message) => message.focus && stepper.slider.focus();
  const keepKeys = (event) => stepper.element.contains(event.target) && keepFromFrontEnd(event);
  const observer = new ResizeObserver(() => stepper.bringIntoSight());
  el.append(stepper.element);
  observer.observe(stepper.element);
  window.addEventListener("keydown", keepKeys, true);
  model.on("change", update);
  model.on("msg:custom", focus);
  update();
  return () => {
    observer.disconnect();
    window.removeEventListener("keydown", keepKeys, true);
    model.off("change", update);
    model.off("msg:custom", focus);
  };
}

/**
 * JupyterLab and Notebook 7 would take letters for commands of their own: x cuts the cell. They leave alone what is
 * pressed on an element with this attribute. As in keys.js, what is held down with a key stays theirs, and so
 * do Escape, and Shift+Enter, which runs the cell.
 */
function keepFromFrontEnd(event) {
  event.target.toggleAttribute("data-lm-suppress-shortcuts", !isCommand(event));
}

function isCommand(event) {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  return held || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
}

/** Controls, then the program beside the lanes, then how everything stood after the step. */
class Stepper {
  constructor(model) {
    this.model = model;
    this.element = element("div", "shmlesson-stepper mathjax_ignore");
    this.said = element("p", "shmlesson-said");
    this.said.setAttribute("aria-hidden", "true"); // the announcer says the same, not as often
    this.announcer = element("div", "shmlesson-announcer");
    setAttributes(this.announcer, { role: "status", "aria-live": "polite" });
    this.announce = throttled(() => setText(this.announcer, this.sentence()));
    this.program = new Program((line) => this.point(line), (line) => this.goToLine(line));
    this.lanes = new Lanes((line) => this.point(line), (step) => this.go(step));
    this.states = element("div", "shmlesson-states");
    this.rest = element("div");
    this.times = element("details");
    this.times.addEventListener("toggle", () => this.drawTimes());
    this.columns = element("div", "shmlesson-columns");
    this.columns.append(this.program.element, this.lanes.element);
    this.element.append(this.makeControls(), this.said, this.announcer);
    this.element.append(this.columns, this.states, this.rest, this.times);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  get step() {
    return this.model.get("step");
  }

  get steps() {
    return this.moments.steps ?? [];
  }

  makeControls() {
    const controls = element("div", "shmlesson-controls-row");
    setAttributes(controls, { role: "group", "aria-label": "step through the run" });
    this.buttons = WAYS.map(([name, key, lead]) => this.makeButton(name, key, lead));
    this.slider = element("input");
    this.slider.type = "range";
    this.slider.min = 0;
    this.slider.setAttribute("aria-label", "step");
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    controls.append(...this.buttons, this.slider);
    return controls;
  }

  makeButton(name, key, lead) {
    const button = element("button");
    button.type = "button";
    button.textContent = name;
    button.title = `${name} (${key.replace("Arrow", "arrow ").toLowerCase()})`;
    button.addEventListener("click", () => this.go(lead(this.step, this.steps.length)));
    return button;
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const way = WAYS.find(([, key]) => key === event.key);
    if (!way) return;
    this.go(way[2](this.step, this.steps.length));
    event.preventDefault();
    event.stopPropagation();
  }

  go(step) {
    const there = Math.max(0, Math.min(step, this.steps.length));
    if (there === this.step) return;
    this.model.set("step", there); // which draws it
    try {
      this.model.save_changes();
    } catch {
      // The kernel has gone: there is nobody to tell, and nothing that it is needed for.
    }
  }

  /** The next step that this line led to, or the first one behind the last. */
  goToLine(line) {
    const steps = this.steps.flatMap((step, place) => (step.line === line ? [place + 1] : []));
    if (steps.length) this.go(steps.find((step) => step > this.step) ?? steps[0]);
  }

  /** Mark a line of the program and the steps that it led to; 0 for none. */
  point(line) {
    this.program.point(line);
    this.lanes.point(line);
  }

  update() {
    if (this.model.get("moments") !== this.moments) this.make();
    this.draw();
  }

  /** Another run. */
  make() {
    this.moments = this.model.get("moments");
    this.element.hidden = !this.moments.steps;
    this.program.make(this.model.get("source"), this.moments.processes ?? []);
    this.lanes.make(this.model.get("drawing"));
    this.columns.classList.toggle("shmlesson-no-program", !this.model.get("source"));
    this.rest.innerHTML = this.model.get("rest");
    this.slider.max = this.steps.length;
    this.tables = tablesOf(this.moments);
    this.states.replaceChildren(...this.tables.map((table) => table.element));
    this.times.replaceChildren(textual("summary", "the steps with their times"));
    this.drawTimes();
  }

  draw() {
    if (!this.moments.steps) return;
    const [step, last] = [this.step, this.steps.length];
    const acting = this.steps[step - 1];
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", `${step} of ${last}`);
    WAYS.forEach(([, , lead], place) => {
      const there = Math.max(0, Math.min(lead(step, last), last));
      // Not disabled: that would take the focus away from who has just come to the end.
      this.buttons[place].setAttribute("aria-disabled", String(there === step));
    });
    setText(this.said, this.sentence(true));
    this.program.draw(this.moments.processes, step, acting);
    this.lanes.draw(step);
    this.tables.forEach((table) => table.draw(step));
    this.bringIntoSight();
    this.announce();
  }

  bringIntoSight() {
    this.program.bringIntoSight();
    this.lanes.bringIntoSight();
  }

  sentence(timed = false) {
    const last = this.steps.length;
    const step = this.steps[this.step - 1];
    if (!step) return `Before the first of ${last} steps.`;
    const line = step.line ? ` (line ${step.line})` : "";
    const time = timed ? `, ${step.ms} ms after the start` : "";
    return `Step ${this.step} of ${last}: ${step.process} ${step.did}${line}${time}`;
  }

  /** Made when somebody wants to see it. */
  drawTimes() {
    if (!this.times.open || this.times.querySelector("table")) return;
    const titles = ["step", "ms since the start", "process", "what it did"];
    const rows = this.steps.map((step, place) => [`${place + 1}`, step.ms, step.process, step.did]);
    this.times.append(makeTable(titles, rows));
  }
}

/** The text of the program: a list with one tab stop, each line with the names of the processes that stand there. */
class Program {
  constructor(point, go) {
    this.point_ = point;
    this.go = go;
    this.lines = [];
    this.current = 0;
    this.element = element("ol", "shmlesson-program");
    setAttributes(this.element, { role: "listbox", "aria-label": HOW_TO });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    const pointed = (event) => this.point_(this.lineOf(event.target));
    this.element.addEventListener("mouseover", pointed);
    this.element.addEventListener("focusin", pointed);
    for (const leave of ["mouseleave", "focusout"]) {
      this.element.addEventListener(leave, () => this.point_(this.lineOf(document.activeElement)));
    }
    this.element.addEventListener("click", (event) => this.stand(this.lineOf(event.target) - 1));
    this.element.addEventListener("dblclick", (event) => this.go(this.lineOf(event.target)));
  }

  lineOf(node) {
    return this.lines.findIndex((line) => line.contains(node)) + 1;
  }

  make(source, processes) {
    this.here = undefined;
    const longest = Math.max(0, ...processes.map((process) => process.name.length));
    this.element.style.setProperty("--names", `${0.55 * longest + 1}em`); // so that the lines stand still
    const texts = source ? source.replace(/\n$/, "").split("\n") : [];
    this.element.hidden = !texts.length;
    this.tags = texts.map(() => element("span", "shmlesson-tags"));
    this.lines = texts.map((text, place) => {
      const line = element("li");
      setAttributes(line, { role: "option", "aria-selected": "false" });
      line.append(this.tags[place], textual("span", String(place + 1), "shmlesson-number"), textual("code", text));
      return line;
    });
    this.element.replaceChildren(...this.lines);
    this.stand(0, false);
  }

  /** Make this line the one that Tab leads to. */
  stand(place, focus = true) {
    if (place < 0) return;
    this.current = Math.max(0, Math.min(place, this.lines.length - 1));
    this.lines.forEach((line, number) => (line.tabIndex = number === this.current ? 0 : -1));
    if (focus) this.lines[this.current].focus();
  }

  onKey(event) {
    if (isCommand(event)) return;
    if (event.key === "ArrowUp") this.stand(Math.max(0, this.current - 1));
    else if (event.key === "ArrowDown") this.stand(this.current + 1);
    else if (event.key === "Enter" || event.key === " ") this.go(this.current + 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  point(line) {
    this.lines.forEach((node, place) => {
      node.classList.toggle("shmlesson-pointed", place + 1 === line);
      node.setAttribute("aria-selected", String(place + 1 === line));
    });
  }

  draw(processes, step, acting) {
    if (!this.lines.length) return;
    const standing = processes.map((process) => [process.name, at(process.lines, step, 0)]);
    this.lines.forEach((line, place) => {
      const names = standing.filter(([, where]) => where === place + 1).map(([name]) => name);
      const key = names.join();
      line.classList.toggle("shmlesson-here", acting?.line === place + 1);
      if (line.dataset.names === key) return;
      line.dataset.names = key;
      this.tags[place].replaceChildren(...names.map(tag));
    });
    this.here = this.lines[(acting?.line ?? 0) - 1];
  }

  bringIntoSight() {
    if (this.here) bringIntoSight(this.here, this.element);
  }
}

/** The table of the steps, as it came: the row of the step is marked, and those of a line that is pointed at. */
class Lanes {
  constructor(point, go) {
    this.rows = [];
    this.element = element("div", "shmlesson-drawing");
    this.element.addEventListener("mouseover", (event) => point(Number(rowOf(event)?.dataset.line) || 0));
    this.element.addEventListener("mouseleave", () => point(0));
    this.element.addEventListener("click", (event) => rowOf(event) && go(Number(rowOf(event).dataset.step)));
  }

  make(html) {
    this.element.innerHTML = html;
    this.rows = [...this.element.querySelectorAll("tr[data-step]")];
    this.here = undefined;
    const box = this.element.querySelector(".shmlesson-lanes");
    if (box) setAttributes(box, { tabindex: "0", role: "region", "aria-label": "lanes, to be scrolled" });
  }

  point(line) {
    for (const row of this.rows) {
      row.classList.toggle("shmlesson-pointed", Boolean(line) && row.dataset.line === String(line));
    }
  }

  draw(step) {
    for (const row of this.rows) {
      const now = row.dataset.step === String(step);
      row.classList.toggle("shmlesson-now", now);
      if (now) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    }
    this.here = this.rows.find((row) => row.dataset.step === String(Math.max(1, step)));
  }

  bringIntoSight() {
    if (this.here) bringIntoSight(this.here, this.element);
  }
}

/** How everything was: a row for each process or thing, with cells that are written anew for each step. */
class States {
  constructor(titles, names, say) {
    this.say = say;
    this.cells = names.map((name) => titles.slice(1).map((title) => makeState(`${name}: ${title}`)));
    this.element = makeTable(titles, []);
    const rows = names.map((name, place) => {
      const row = element("tr");
      row.append(heading("row", name), ...this.cells[place].map(inCell));
      return row;
    });
    this.element.tBodies[0].append(...rows);
  }

  draw(step) {
    this.cells.forEach((cells, place) => {
      this.say(place, step).forEach((words, number) => setState(cells[number], words));
    });
  }
}

function makeState(label) {
  const box = element("div", "shmlesson-state");
  setAttributes(box, { role: "group", "aria-label": label });
  return box;
}

function inCell(box) {
  const cell = element("td");
  cell.append(box);
  return cell;
}

/** Of a text that is longer than its box the end is shown; Tab leads there, so that the rest can be scrolled to. */
function setState(box, words) {
  if (box.textContent === words) return;
  box.textContent = words;
  box.scrollTop = box.scrollHeight;
  if (box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

function tablesOf({ steps, processes, blocks, things }) {
  if (!steps) return [];
  const tables = [processTable(processes)];
  if (blocks.length) tables.push(thingTable("block", "holds", blocks));
  if (things.length) tables.push(thingTable("lock, pipe and the like", "now", things));
  return tables;
}

function processTable(processes) {
  const names = processes.map((process) => process.name);
  return new States(["process", "now", "has printed"], names, (place, step) => {
    const process = processes[place];
    const line = at(process.lines, step, 0);
    const state = at(process.state, step, "");
    return [line ? `${state}, line ${line}` : state, upTo(process.printed, step) + errors(process, step)];
  });
}

function errors(process, step) {
  const text = upTo(process.stderr, step);
  return text && `stderr: ${text}`;
}

function thingTable(title, what, things) {
  const names = things.map((thing) => thing.name);
  return new States([title, what], names, (place, step) => [at(things[place].state, step, "") || "not known"]);
}

/** What the last change up to this step says; `before` if there is none. */
function at(changes, step, before) {
  let said = before;
  for (const [since, now] of changes) {
    if (since > step) break;
    said = now;
  }
  return said;
}

function upTo(pieces, step) {
  return pieces
    .filter(([since]) => since <= step)
    .map(([, text]) => text)
    .join("");
}

function rowOf(event) {
  return event.target.closest("tr[data-step]");
}

/** Scroll `box`, and nothing around it, until all of `node` can be seen below the box's head. */
function bringIntoSight(node, box) {
  const scrolled = scrollerOf(node, box);
  const [inner, outer] = [node.getBoundingClientRect(), scrolled.getBoundingClientRect()];
  const head = scrolled.querySelector("thead")?.getBoundingClientRect().height ?? 0;
  const above = inner.top - outer.top - head - ROOM;
  const below = inner.bottom - outer.bottom + ROOM;
  if (above < 0) scrolled.scrollTop += above;
  else if (below > 0) scrolled.scrollTop += below;
}

/** The nearest around `node` that can be scrolled, `box` at the farthest. */
function scrollerOf(node, box) {
  let scrolled = node.parentElement;
  while (scrolled !== box && !/auto|scroll/.test(getComputedStyle(scrolled).overflowY)) scrolled = scrolled.parentElement;
  return scrolled;
}

function tag(name) {
  return textual("span", name, `shmlesson-tag shmlesson-tag-${name === "parent" ? "parent" : "child"}`);
}

function makeTable(titles, rows) {
  const table = element("table");
  const head = element("tr");
  head.append(...titles.map((title) => heading("col", title)));
  const body = rows.map((texts) => {
    const row = element("tr");
    row.append(...texts.map((text) => textual("td", text)));
    return row;
  });
  table.append(section("thead", [head]), section("tbody", body));
  return table;
}

/** Calls `act` at once, and then at most once in a pause, the last time after the last call. */
function throttled(act) {
  let waiting = false;
  let again = false;
  return function call() {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    act();
    setTimeout(() => {
      waiting = false;
      if (again) {
        again = false;
        call();
      }
    }, PAUSE);
  };
}

function element(tag, className = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}

function textual(tag, text, className = "") {
  const made = element(tag, className);
  made.textContent = text;
  return made;
}

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function section(tag, rows) {
  const made = element(tag);
  made.append(...rows);
  return made;
}

function heading(scope, text) {
  const made = textual("th", text);
  made.scope = scope;
  return made;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export default { render };
