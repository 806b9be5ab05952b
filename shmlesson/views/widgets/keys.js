// Keys that are pressed in a widget are the widget's. To JupyterLab and Notebook 7 they are commands: x cuts the cell, an
// arrow leaves it.

function render({ el }) {
  const onKey = (event) => {
    const box = el.closest(".shmlesson-controls");
    if (box?.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !isCommand(event));
  };
  window.addEventListener("keydown", onKey, true); // before Notebook 7, which asks the focused element before anybody else
  return () => window.removeEventListener("keydown", onKey, true);
}

/** What is held down with a key stays a command; Shift+Enter runs the cell, and Escape leads back to it. */
function isCommand(event) {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  return held || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
}

export default { render };
