// The orders for one interpreter: for whom he renders, and who hears it. Makes choices for the list of people; draws nothing.

/** @typedef {import("./room-people.js").Door} Door */
/** @typedef {import("./room-people.js").Choice} Choice */
/** @typedef {{seat: string, of: string, of_caption: string, to_all: boolean}} Interpreter */

/** @param {Door} door the interpreter's @param {Interpreter[]} known @returns {string} for whom, in words */
export function interpretsWords(door, known) {
  const one = known.find((link) => link.seat === door.seat);
  if (!one) return "还没有指定为谁翻译";
  if (!door.own_line) return `为${one.of_caption}翻译：在车上当面口译，大家都听得到`;
  return `为${one.of_caption}翻译，${one.to_all ? "大家都听得到" : "选了翻译声道的人听得到"}`;
}

/**
 * @param {Door} door the interpreter's
 * @param {Interpreter[]} known
 * @param {Door[]} doors
 * @param {boolean} moderates only the bench lets everybody hear it
 * @param {import("./room-choices.js").Give} give
 * @returns {Choice[]}
 */
export function interpreterChoices(door, known, doors, moderates, give) {
  const now = known.find((link) => link.seat === door.seat);
  if (now && now.to_all && !moderates && door.own_line) return [];
  const persons = doors.filter((one) => ["party", "agent", "witness"].includes(one.role) && one.seat !== (now && now.of));
  const found = persons.map((one) => ({
    text: `为${one.caption}翻译`,
    act: () => give("interpret", { seat: door.seat, of: one.seat }),
  }));
  if (now && moderates && door.own_line) {
    const text = now.to_all ? "只给选了翻译声道的人听" : "让大家都听到翻译";
    found.unshift({ text, act: () => give("interpret", { seat: door.seat, of: now.of, to_all: !now.to_all }) });
  }
  if (now) found.push({ text: "停止翻译", act: () => give("interpret", { seat: door.seat, of: null }) });
  return found;
}
