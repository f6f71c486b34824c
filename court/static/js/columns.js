// Lists of the drawing form as rows of labelled fields. The text area stays what is sent: one item a line, columns by "｜".

/** @typedef {{label: string, type: string, required: boolean, long: boolean, choices: string[]}} Column */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Cell */

const BETWEEN = "｜";

/** The cells of one line; what stands beyond the last column belongs to it. @param {string} line @param {number} most */
function split(line, most) {
  let cells = line.split(/\s*[｜|]\s*/);
  if (cells.length === 1 && most === 2) cells = line.trim().split(/\s+(.*)/, 2);
  return cells.length > most ? [...cells.slice(0, most - 1), cells.slice(most - 1).join("，")] : cells;
}

/** What a cell says, on one line and without the divider. @param {Cell} cell */
function said(cell) {
  if (cell instanceof HTMLInputElement && cell.type === "checkbox") return cell.checked ? "是" : "";
  return cell.value.replace(/[｜|]/g, "，").replace(/\s*\n\s*/g, " ").trim();
}

/** @param {Column} column @param {string} value @returns {Cell} */
function cellFor(column, value) {
  if (column.choices.length) {
    const select = document.createElement("select");
    select.className = "input select";
    for (const choice of ["", ...column.choices]) select.append(new Option(choice || "请选择", choice, false, choice === value));
    return select;
  }
  if (column.type === "text") {
    const area = document.createElement("textarea");
    area.className = "input textarea item-rows__text";
    area.rows = 1;
    area.value = value;
    return area;
  }
  const input = document.createElement("input");
  const kinds = /** @type {Record<string, string>} */ ({ flag: "checkbox", date: "date", moment: "datetime-local" });
  input.type = kinds[column.type] ?? "text";
  if (column.type === "flag") input.checked = ["是", "有", "√", "☑", "yes"].includes(value);
  else {
    input.className = "input";
    input.value = value;
    if (column.type === "number") input.inputMode = "numeric";
  }
  return input;
}

/** Rows in place of a text area. @param {HTMLTextAreaElement} area */
function enhance(area) {
  const columns = /** @type {Column[]} */ (JSON.parse(area.dataset.columns ?? "[]"));
  const name = document.querySelector(`label[for="${area.id}"]`)?.firstChild?.textContent?.trim() ?? "";
  const box = document.createElement("div");
  const list = document.createElement("ol");
  const note = document.createElement("p");
  const add = button("加一行", "button--secondary");
  box.className = "item-rows";
  list.className = "item-rows__rows";
  note.className = "item-rows__note";
  note.setAttribute("role", "status");
  add.setAttribute("aria-label", `${name}：加一行`);
  box.append(list, note, add);

  const send = () => {
    area.value = [...list.children]
      .map((row) => [.../** @type {NodeListOf<Cell>} */ (row.querySelectorAll("input, textarea, select"))].map(said))
      .filter((cells) => cells.some(Boolean))
      .map((cells) => cells.join(BETWEEN))
      .join("\n");
  };

  /** @param {string[]} values */
  const rowOf = (values) => {
    const row = document.createElement("li");
    row.className = "item-rows__row";
    for (const [at, column] of columns.entries()) {
      const label = document.createElement("label");
      const words = document.createElement("span");
      words.textContent = column.label + (column.required || column.type === "flag" ? "" : "（可不填）");
      const cell = cellFor(column, values[at] ?? "");
      label.className = "item-rows__cell";
      label.classList.toggle("item-rows__cell--flag", column.type === "flag");
      label.classList.toggle("item-rows__cell--long", column.long);
      label.append(words, cell);
      row.append(label);
    }
    const drop = button("删除", "button--quiet");
    drop.addEventListener("click", () => remove(row));
    row.append(drop);
    return row;
  };

  /** Takes a row out and offers it back. @param {HTMLLIElement} row */
  const remove = (row) => {
    const next = row.nextElementSibling;
    row.remove();
    if (!list.children.length) list.append(rowOf([]));
    send();
    const back = button("撤销", "button--quiet");
    back.addEventListener("click", () => {
      list.insertBefore(row, next?.isConnected ? next : null);
      note.replaceChildren();
      send();
      cellIn(row)?.focus();
    });
    note.replaceChildren("已删除一行。", back);
    back.focus();
  };

  /** @param {Element} row */
  const cellIn = (row) => /** @type {HTMLElement | null} */ (row.querySelector("input, textarea, select"));

  add.addEventListener("click", () => {
    const row = rowOf([]);
    list.append(row);
    note.replaceChildren();
    cellIn(row)?.focus();
  });
  list.addEventListener("input", send);
  list.addEventListener("change", send);
  const lines = area.value.split("\n").filter((line) => line.trim());
  list.append(...(lines.length ? lines : [""]).map((line) => rowOf(split(line, columns.length))));
  list.setAttribute("aria-label", name);
  takePlace(area, box, cellIn(list));
}

/** The first cell answers to the name of the text area: links of the error summary lead to it.
 * @param {HTMLTextAreaElement} area @param {HTMLElement} box @param {HTMLElement | null} first */
function takePlace(area, box, first) {
  const hint = document.getElementById(`h-${area.name}`);
  if (hint) hint.hidden = true;
  const label = document.querySelector(`label[for="${area.id}"]`);
  const described = area.getAttribute("aria-describedby");
  area.after(box);
  area.hidden = true;
  area.required = false;
  if (!first) return;
  first.id = area.id;
  area.id = `${area.id}-sent`;
  if (described) first.setAttribute("aria-describedby", described);
  if (label) {
    const heading = document.createElement("p");
    heading.className = label.className;
    heading.append(...label.childNodes);
    label.replaceWith(heading);
  }
}

/** @param {string} words @param {string} kind */
function button(words, kind) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${kind}`;
  made.textContent = words;
  return made;
}

for (const area of /** @type {NodeListOf<HTMLTextAreaElement>} */ (document.querySelectorAll("textarea[data-columns]"))) enhance(area);
