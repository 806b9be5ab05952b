// Two grids of bytes, one for each process. What is pressed or typed goes to the kernel, and nothing is drawn here
// before the processes themselves have said that they see it. (What keeps the keys here is keys.js.)

const ROLES = ["parent", "child"];
const MANY = 16; // bytes in a row,
const FEW = 8; // or so many where the page is narrow:
const NARROW = 31; // less than so many times the size of a letter
const PAUSE = 1000; // ms between two announcements
const RESTARTED = "The kernel was restarted: run this cell again.";
const ENDED = "The kernel has ended: run this cell again, which starts another.";
// By the kernel's status; "starting" alone is all that is told of a restart that somebody else has asked for.
const GONE = {
  restarting: RESTARTED,
  autorestarting: RESTARTED,
  starting: RESTARTED,
  terminating: ENDED,
  dead: ENDED,
};

function render({ model, el }) {
  const root = element("div", "shmlesson-panes");
  const hint = element("p", "shmlesson-hint");
  hint.id = newId();
  const said = element("p", "shmlesson-said");
  said.setAttribute("aria-hidden", "true"); // the announcer says the same, not as often
  const announcer = element("div", "shmlesson-announcer");
  announcer.setAttribute("role", "status");
  announcer.setAttribute("aria-live", "polite");
  const row = element("div", "shmlesson-row");
  const panes = ROLES.map((role) => new Pane(role, model, hint.id));
  row.append(...panes.map((pane) => pane.element));
  root.append(hint, row, said, announcer);
  el.append(root);

  let gone = ""; // why there is no kernel any more, and what to do
  const sentence = () => gone || model.get("said");
  const announce = throttled(() => (announcer.textContent = sentence()));
  const changed = () => {
    const alive = !gone && model.get("alive");
    root.classList.toggle("shmlesson-ended", !alive);
    setText(hint, alive ? model.get("hint") : "");
    setText(said, sentence());
    panes.forEach((pane) => pane.draw(alive));
    if (!alive) keepFocus(root);
    announce();
  };
  const end = (how) => {
    if (gone) return;
    gone = how;
    for (const control of controlsAround(root)) control.disabled = true;
    changed();
  };
  panes.forEach((pane) => (pane.onDeaf = () => end(RESTARTED)));
  const stopWatching = watchKernel(model, el, end);
  const fit = () => {
    const letter = parseFloat(getComputedStyle(root).fontSize);
    const columns = root.clientWidth && root.clientWidth < NARROW * letter ? FEW : MANY;
    panes.forEach((pane) => pane.fit(columns));
  };
  const observer = new ResizeObserver(fit);
  observer.observe(root);
  model.on("change", changed);
  changed();
  return () => {
    observer.disconnect();
    model.off("change", changed);
    stopWatching();
  };
}

/**
 * Call `end` with a sentence once the kernel has gone; gives back what stops that. JupyterLab and Notebook 7 say so in
 * two ways: a widget's channel is closed at a restart that was asked for, and the kernel's status tells the rest.
 */
function watchKernel(model, el, end) {
  const onChannel = () => el.classList.contains("jupyter-widgets-disconnected") && end(RESTARTED);
  model.on("comm_live_update", onChannel);
  const kernel = model.widget_manager?.kernel;
  const onStatus = (_, status) => GONE[status] && end(GONE[status]);
  const onDisposed = () => end(ENDED);
  kernel?.statusChanged?.connect(onStatus);
  kernel?.disposed?.connect(onDisposed);
  return () => {
    model.off("comm_live_update", onChannel);
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.disposed?.disconnect(onDisposed);
  };
}

/** The controls of the LiveBlock in which these panes are. */
function controlsAround(root) {
  return root.closest(".shmlesson-live")?.querySelectorAll("button, input, select") ?? [];
}

/** A control that goes off loses the focus, and the next key would go to the notebook: Restart takes it. */
function keepFocus(root) {
  const box = root.closest(".shmlesson-live");
  const focused = document.activeElement;
  const onControl = box?.contains(focused) && !root.contains(focused);
  if (onControl) box.querySelector(".shmlesson-restart:enabled")?.focus();
}

/** What one process sees: a grid with one tab stop, through which arrow keys lead. */
class Pane {
  constructor(role, model, hint) {
    this.role = role;
    this.model = model;
    this.columns = MANY;
    this.current = 0;
    this.alive = true;
    this.onDeaf = () => {}; // called if what is pressed cannot be sent
    this.cells = [];
    this.element = element("section", `shmlesson-pane shmlesson-${role}`);
    this.title = element("div", "shmlesson-title");
    this.title.id = newId();
    this.table = element("table", "shmlesson-grid");
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-labelledby", this.title.id);
    this.table.setAttribute("aria-describedby", hint);
    this.table.addEventListener("keydown", (event) => this.onKey(event));
    this.table.addEventListener("click", (event) => this.onClick(event));
    this.table.addEventListener("focusin", (event) => this.onFocus(event)); // by the mouse, or by a screen reader
    this.element.append(this.title, this.table);
  }

  get bytes() {
    const view = this.model.get(this.role);
    return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
  }

  fit(columns) {
    if (columns !== this.columns) {
      this.columns = columns;
      this.cells = []; // to be made anew
      this.draw(this.alive);
    }
  }

  draw(alive) {
    this.alive = alive;
    const bytes = this.bytes;
    if (bytes.length !== this.cells.length) this.make(bytes.length);
    const changed = new Set(this.model.get("changed")[this.role]);
    this.table.setAttribute("aria-disabled", String(!alive));
    setText(this.title, `The ${this.role} ${alive ? "sees" : "saw last"}`);
    const colours = this.model.get("colours");
    bytes.forEach((byte, offset) => drawCell(this.cells[offset], offset, byte, changed.has(offset), colours[byte]));
  }

  make(size) {
    const focused = this.table.contains(document.activeElement);
    const head = element("tr");
    const columns = Math.min(this.columns, size);
    head.append(heading("col", "offset"), ...range(columns).map((column) => heading("col", `+${column}`)));
    this.cells = range(size).map(() => element("td"));
    const rows = range(Math.ceil(size / this.columns)).map((row) => this.makeRow(row * this.columns));
    this.table.replaceChildren(section("thead", [head]), section("tbody", rows));
    this.stand(Math.min(this.current, size - 1), focused);
  }

  makeRow(start) {
    const row = element("tr");
    row.append(heading("row", String(start)), ...this.cells.slice(start, start + this.columns));
    return row;
  }

  /** Make this offset the one that Tab leads to. */
  stand(offset, focus = true) {
    this.current = Math.max(0, Math.min(offset, this.cells.length - 1));
    this.cells.forEach((cell, place) => (cell.tabIndex = place === this.current ? 0 : -1));
    if (focus && this.cells.length) this.cells[this.current].focus();
  }

  onClick(event) {
    const offset = this.cells.indexOf(event.target.closest("td"));
    if (offset >= 0) {
      this.stand(offset);
      this.press({});
    }
  }

  onFocus(event) {
    const offset = this.cells.indexOf(event.target);
    if (offset >= 0) this.stand(offset, false);
  }

  onKey(event) {
    if (event.altKey || event.metaKey) return;
    const to = destination(event, this.current, this.columns, this.cells.length);
    const plain = !event.ctrlKey;
    if (to !== undefined) this.stand(to);
    else if (plain && (event.key === "Enter" || event.key === " ")) this.press({});
    else if (plain && event.key.length === 1) this.type(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  type(character) {
    this.press({ typed: character });
    this.stand(this.current + 1);
  }

  press(more) {
    if (!this.alive) return;
    try {
      this.model.send({ who: this.role, offset: this.current, ...more });
    } catch {
      this.onDeaf(); // the channel is closed, and nobody has said so
    }
  }
}

/** Where a key leads from offset `from`; undefined for a key that leads nowhere. */
function destination(event, from, columns, size) {
  const start = from - (from % columns);
  const ways = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from >= columns ? from - columns : from,
    ArrowDown: from + columns < size ? from + columns : from,
    Home: event.ctrlKey ? 0 : start,
    End: event.ctrlKey ? size - 1 : start + columns - 1,
  };
  return ways[event.key];
}

function drawCell(cell, offset, byte, changed, colour) {
  const look = `${byte} ${changed}`;
  if (cell.dataset.look === look) return;
  cell.dataset.look = look;
  const hex = byte.toString(16).padStart(2, "0");
  const shown = byte >= 0x20 && byte <= 0x7e;
  const character = shown ? String.fromCharCode(byte) : "";
  cell.className = changed ? "shmlesson-changed" : "";
  cell.style.backgroundColor = colour; // it only repeats what the hex digits say
  const said = [`offset ${offset}: ${hex}`, named(character), changed ? "changed" : ""].filter(Boolean);
  cell.setAttribute("aria-label", said.join(", "));
  cell.replaceChildren(line("shmlesson-hex", hex), line("shmlesson-character", shown ? character : "."));
}

function named(character) {
  return character === " " ? "space" : character;
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

function section(tag, rows) {
  const made = element(tag);
  made.append(...rows);
  return made;
}

function heading(scope, text) {
  const made = element("th");
  made.scope = scope;
  made.textContent = text;
  return made;
}

function line(className, text) {
  const made = element("span", className);
  made.textContent = text;
  return made;
}

function newId() {
  return `shmlesson-${Math.random().toString(36).slice(2)}`;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function range(count) {
  return Array.from({ length: count }, (_, number) => number);
}

export default { render };
