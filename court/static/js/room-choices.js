// The orders for one person's door, picture and voice, as words and choices for the list of people.

import { make } from "./room-http.js";

/** @typedef {import("./room-stage.js").SeatView} SeatView */
/** @typedef {import("./room-people.js").Choice} Choice */
/** @typedef {(verb: string, body: Record<string, unknown>) => void} Give */

const MINUTES = [1, 3, 5];
/** @type {Record<string, string>} */
const PICTURES = { camera: "画面", room: "全景", document: "实物展台" };

/** @param {import("./room-people.js").Door} door @param {string} action @returns {string} */
export function doorWord(door, action) {
  if (action === "admit") return door.witness ? "传证人" : "准许进入";
  if (action === "dismiss") return "请回候庭";
  if (action === "excuse") return door.witness ? "证人退席" : "准许离席";
  return action === "remove" ? "移出…" : "恢复席位";
}

/** Where a person stands. @param {import("./room-people.js").Door} door */
export function standingTag(door) {
  const kinds = { waiting: "warn", admitted: "good", excused: "info", removed: "bad" };
  const kind = kinds[/** @type {keyof typeof kinds} */ (door.admission)];
  const here = door.link === "joined" || door.link === "lost" || !door.own_line;
  if (door.admission === "admitted" && !here) return make("span", "tag", "来了可以直接进入");
  const pledged = !door.pledge || ["given", "exempt"].includes(door.pledge.state);
  const inside = door.witness && door.admission === "admitted";
  return make("span", `tag tag--${kind}`, !inside ? door.admission_name : pledged ? "作证中" : "已传到庭");
}

/** Each picture of a seat may be the large one of every page.
 * @param {SeatView} view @param {string} lit the large one now, as "seat source" @param {Give} give @returns {Choice[]} */
export function pictureChoices(view, lit, give) {
  if (view.area !== "main" || view.state !== "joined") return [];
  return view.sources
    .filter((one) => one.live && PICTURES[one.source])
    .map(({ source }) => {
      const now = lit === `${view.seat} ${source}`;
      const text = `${now ? "取消" : "设为"}主画面：${PICTURES[source]}`;
      return { text, act: () => give("spotlight", { seat: now ? null : view.seat, source }) };
    });
}

/** @param {SeatView} view @param {Give} give @returns {Choice[]} */
export function voiceChoices(view, give) {
  const { seat } = view;
  const mute = (/** @type {boolean} */ muted, /** @type {boolean} */ locked) => () => give("mute", { seat, muted, locked });
  const word = (/** @type {number | null} */ seconds) => () => give("floor", { seat, allowed: true, seconds });
  /** @type {Choice[]} */
  const found = [];
  if (!view.muted) found.push({ text: "静音", act: mute(true, false) });
  if (!view.locked) found.push({ text: "静音并锁定", act: mute(true, true) });
  if (view.muted) found.push({ text: "解除静音", act: mute(false, false) });
  if (!view.floor) found.push({ text: "准许发言", act: word(null) });
  for (const minutes of MINUTES) found.push({ text: `发言 ${minutes} 分钟`, act: word(minutes * 60) });
  return found;
}
