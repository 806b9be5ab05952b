// The outcomes of many orders, as a table; the button in a row opens that outcome.

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "shmlesson-stepper mathjax_ignore";
  const draw = () => {
    const opened = String(model.get("opened"));
    for (const button of root.querySelectorAll("button[data-outcome]")) {
      button.setAttribute("aria-pressed", String(button.dataset.outcome === opened));
    }
  };
  const make = () => {
    root.innerHTML = model.get("table");
    draw();
  };
  const open = (event) => {
    const button = event.target.closest("button[data-outcome]");
    if (button) model.send({ open: Number(button.dataset.outcome) });
  };
  // JupyterLab and Notebook 7 would take letters for commands of theirs, and Enter to go into the cell. As in keys.js,
  // Escape stays theirs, and Shift+Enter, which runs the cell.
  const keepKeys = (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey;
    const command = held || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !command);
  };
  root.addEventListener("click", open);
  window.addEventListener("keydown", keepKeys, true);
  model.on("change:table", make);
  model.on("change:opened", draw);
  el.append(root);
  make();
  return () => {
    window.removeEventListener("keydown", keepKeys, true);
    model.off("change:table", make);
    model.off("change:opened", draw);
  };
}

export default { render };
