// The lines of a program to be put in order: a list of those that are taken, and one of those that are left out.
// Every line is a button. A press takes it or leaves it out; Alt or Ctrl with an arrow moves it; a mouse drags it.

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function render({ model, el }) {
  const words = model.get("words");
  const lines = model.get("lines");
  const root = make("div", "shmlesson-arrange mathjax_ignore");
  const taken = make("ol", "shmlesson-lines");
  const tray = make("ul", "shmlesson-lines");
  const said = make("div", "shmlesson-said");
  said.setAttribute("role", "status");
  taken.setAttribute("aria-label", words.program_title);
  tray.setAttribute("aria-label", words.tray_title);
  const head = make("pre", "shmlesson-program");
  head.textContent = model.get("head");
  root.append(
    make("p", "shmlesson-hint", words.arrange_hint),
    make("div", "shmlesson-title", words.program_title), head, taken,
    make("div", "shmlesson-title", words.tray_title), tray, said,
  );
  const buttons = lines.map((line, place) => {
    const button = make("button", "shmlesson-line");
    button.type = "button";
    button.draggable = true;
    button.dataset.place = place;
    const letter = make("span", "shmlesson-letter", LETTERS[place]);
    button.append(letter, make("code", "", line));
    return button;
  });
  let focused = 0; // the place of the line that Tab leads to

  const order = () => model.get("order");
  const others = () => lines.map((_, place) => place).filter((place) => !order().includes(place));
  const shown = () => [...order(), ...others()];

  function draw() {
    const hadFocus = root.contains(document.activeElement);
    taken.replaceChildren(...order().map(item));
    tray.replaceChildren(...others().map(item));
    for (const list of [taken, tray]) {
      if (!list.children.length) list.append(make("li", "shmlesson-none", words.nothing_in_it));
    }
    buttons.forEach((button, place) => (button.tabIndex = place === focused ? 0 : -1));
    if (hadFocus) buttons[focused].focus();
  }

  function item(place) {
    const li = make("li", "");
    li.append(buttons[place]);
    return li;
  }

  function focus(place) {
    focused = place;
    buttons.forEach((button, each) => (button.tabIndex = each === focused ? 0 : -1));
    buttons[place].focus();
  }

  /** Put a line before the one that is now the `at`-th of the program; null: leave it out. */
  function put(place, at) {
    const next = order().filter((each) => each !== place);
    if (at !== null) next.splice(at, 0, place);
    model.set("order", next);
    model.save_changes();
    const where = at === null ? words.left_out : words.moved_to;
    const facts = { letter: LETTERS[place], number: next.indexOf(place) + 1, count: next.length };
    said.textContent = where.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  }

  function press(event) {
    const button = event.target.closest("button.shmlesson-line");
    if (!button) return;
    const place = Number(button.dataset.place);
    const all = shown();
    const own = order().includes(place) ? order() : others();
    focused = own[own.indexOf(place) + 1] ?? own[own.indexOf(place) - 1] ?? all.find((each) => each !== place) ?? place;
    put(place, order().includes(place) ? null : order().length);
  }

  function move(place, step) {
    const at = order().indexOf(place);
    focused = place;
    if (at < 0) {
      if (step < 0) put(place, order().length);
    } else if (at + step >= order().length) put(place, null);
    else put(place, Math.max(0, at + step));
  }

  // JupyterLab, Notebook 7 and the browser have commands on these keys, so nobody else is told of them.
  function onKey(event) {
    const button = event.target.closest?.("button.shmlesson-line");
    if (!button || !root.contains(button) || event.shiftKey || event.metaKey) return;
    const place = Number(button.dataset.place);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const all = shown();
    if (step && (event.altKey || event.ctrlKey)) move(place, step);
    else if (step) focus(all[Math.min(all.length - 1, Math.max(0, all.indexOf(place) + step))]);
    else if (event.key === "Home" || event.key === "End") focus(all.at(event.key === "Home" ? 0 : -1));
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  let dragged = null;
  function dragStart(event) {
    const button = event.target.closest?.("button.shmlesson-line");
    dragged = button ? Number(button.dataset.place) : null;
    event.dataTransfer?.setData("text/plain", lines[dragged] ?? "");
  }
  function dragOver(event) {
    if (dragged === null) return;
    event.preventDefault(); // which allows a drop
    event.stopPropagation();
    mark(event);
  }
  function drop(event) {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    const place = dragged;
    focused = place;
    put(place, tray.contains(event.target) ? null : placeAt(event.clientY, place));
    dragEnd();
  }
  function dragEnd() {
    dragged = null;
    for (const li of root.querySelectorAll(".shmlesson-before")) li.classList.remove("shmlesson-before");
  }
  function mark(event) {
    for (const li of root.querySelectorAll(".shmlesson-before")) li.classList.remove("shmlesson-before");
    if (!tray.contains(event.target)) taken.children[placeAt(event.clientY, null)]?.classList.add("shmlesson-before");
  }
  /** How many lines of the program, but for this one, have their middle above that height. */
  function placeAt(y, but) {
    return order().filter((each) => each !== but && middle(buttons[each]) < y).length;
  }

  const listeners = { click: press, dragstart: dragStart, dragover: dragOver, drop, dragend: dragEnd };
  for (const [kind, listener] of Object.entries(listeners)) root.addEventListener(kind, listener);
  root.addEventListener("focusin", (event) => {
    const button = event.target.closest("button.shmlesson-line");
    if (button) focused = Number(button.dataset.place);
  });
  window.addEventListener("keydown", onKey, true);
  model.on("change:order", draw);
  el.append(root);
  draw();
  return () => {
    window.removeEventListener("keydown", onKey, true);
    model.off("change:order", draw);
  };
}

function make(tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

export default { render };
