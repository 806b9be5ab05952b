// Keys that are pressed in a widget are the widget's. To JupyterLab and Notebook 7 they are commands: x cuts the cell, an
// arrow leaves it. And once the kernel has gone, the widget says so, and what nobody answers any more is off.

const AGAIN = "The kernel that answered here has ended: run this cell again.";
const ENDS = ["restarting", "autorestarting", "starting", "terminating", "dead"]; // statuses of a kernel

function render({ model, el }) {
  const boxOf = () => el.closest(".shmlesson-controls");
  const onKey = (event) => {
    if (boxOf()?.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !isCommand(event));
  };
  window.addEventListener("keydown", onKey, true); // before Notebook 7, which asks the focused element before anybody else
  const stopWatching = watchKernel(model, el, () => switchOff(boxOf()));
  return () => {
    window.removeEventListener("keydown", onKey, true);
    stopWatching();
  };
}

/** What is held down with a key stays a command; Shift+Enter runs the cell, and Escape leads back to it. */
function isCommand(event) {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  return held || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
}

/** Call `end` once the kernel has gone; gives back what stops that. What tells of it is as in panes.js. */
function watchKernel(model, el, end) {
  const kernel = model.widget_manager?.kernel;
  const onChannel = () => el.classList.contains("jupyter-widgets-disconnected") && end();
  const onStatus = (_, status) => ENDS.includes(status) && end();
  model.on("comm_live_update", onChannel);
  kernel?.statusChanged?.connect(onStatus);
  kernel?.disposed?.connect(end);
  return () => {
    model.off("comm_live_update", onChannel);
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.disposed?.disconnect(end);
  };
}

/** LiveBlock says it itself; a bar without controls has nothing to be off. */
function switchOff(box) {
  if (!box || box.closest(".shmlesson-live") || box.querySelector(".shmlesson-gone")) return;
  const controls = box.querySelectorAll("button, input, select");
  if (!controls.length) return;
  for (const control of controls) control.disabled = true;
  const said = document.createElement("p");
  said.className = "shmlesson-gone";
  said.setAttribute("role", "status");
  said.style.cssText = "font-weight: bold; margin: 4px 0; flex: 1 0 100%";
  said.textContent = AGAIN;
  box.prepend(said);
}

export default { render };
