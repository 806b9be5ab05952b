// A program with blanks: its text, and a field in each blank, as wide as what is in it.

const NARROWEST = 12; // characters

function render({ model, el }) {
  const program = document.createElement("pre");
  program.className = "shmlesson-program mathjax_ignore";
  const fields = model.get("texts").map((text, number) => {
    const field = document.createElement("input");
    field.type = "text";
    field.spellcheck = false;
    field.autocapitalize = "off";
    field.setAttribute("aria-label", model.get("label").replace("{number}", number + 1));
    field.addEventListener("input", () => {
      model.set("texts", fields.map((each) => each.value));
      model.save_changes();
      fit();
    });
    return field;
  });
  const fit = () => fields.forEach((field) => (field.size = Math.max(NARROWEST, field.value.length + 1)));
  const draw = () => {
    model.get("texts").forEach((text, number) => {
      if (fields[number].value !== text) fields[number].value = text; // else the caret would jump
    });
    fit();
  };
  model.get("pieces").forEach((piece, number) => program.append(piece, ...(fields[number] ? [fields[number]] : [])));
  model.on("change:texts", draw);
  el.append(program);
  draw();
  return () => model.off("change:texts", draw);
}

export default { render };
