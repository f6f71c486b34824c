// The page of a reading aloud: asks how far it is, shows the card, and to staff everybody's answers with their moment.

import { fallen, hearers, ReadingCard } from "./reading.js";
import { element, explain, get, make } from "./room-http.js";

/**
 * @typedef {{signer: string, label: string, answer: string, answer_name: string, words: string, at: string, by: string,
 *   place: string, offset_ms: number | null, ended: string}} Answer
 * @typedef {import("./reading.js").Text & {state_name: string, answers: Answer[],
 *   changes: import("./reading.js").Change[]}} Told
 */

const EVERY_MS = 2000;
const root = element("reading-page", HTMLElement);
const idle = element("reading-idle", HTMLElement);
const voided = element("reading-voided", HTMLElement);
const leads = "leads" in root.dataset;
const address = root.dataset.address || "";
const name = root.dataset.name || "";
const card = new ReadingCard(element("reading", HTMLElement), refresh, { at: () => address, name });
let asked = 0;

async function refresh() {
  asked += 1;
  const mine = asked;
  try {
    const told = /** @type {Told} */ (await get(`${address}.json`));
    if (mine === asked) draw(told);
  } catch (error) {
    // The draft is written anew: who sits at the table sees it again when it is read.
    if (mine === asked) {
      card.root.hidden = true;
      idle.hidden = false;
      idle.textContent = explain(error);
    }
  }
}

/** @param {Told} told */
function draw(told) {
  const last = told.changes[told.changes.length - 1];
  const open = ["draft", "reading", "signing", "wet_print"].includes(told.state);
  voided.hidden = !(last && open);
  const fell = last && open ? fallen(last) : "";
  if (voided.textContent !== fell) voided.textContent = fell;
  card.draw(told, leads);
  idle.hidden = !card.root.hidden;
  const words =
    told.heard && told.state !== "sealed" && told.state !== "done"
      ? "该听的人都已逐段确认，可以开始签名。"
      : `${name}现在是“${told.state_name}”，没有正在宣读的段落。`;
  if (idle.textContent !== words) idle.textContent = words;
  if (leads) table(told);
}

/** @param {Told} told */
function table(told) {
  const people = hearers(told);
  const head = [make("th", "", "段落"), ...people.map((one) => make("th", "", one.name))];
  for (const cell of head) cell.setAttribute("scope", "col");
  element("answers-head", HTMLElement).replaceChildren(...head);
  const rows = told.paragraphs.map((paragraph) => {
    const row = document.createElement("tr");
    if (paragraph.id === told.current) row.setAttribute("aria-current", "true");
    const name = make("th", "", paragraph.label);
    name.setAttribute("scope", "row");
    row.append(name, ...people.map((one) => cell(told, paragraph, one)));
    return row;
  });
  element("answers-body", HTMLElement).replaceChildren(...rows);
  const silent = told.answers.some((one) => !one.ended && one.offset_ms === null);
  element("answers-note", HTMLElement).textContent = silent
    ? "标“无录音录像”的回答，作出时没有录音录像，只记下了时间。"
    : "点时刻，从回答前 3 秒听起。";
}

/**
 * @param {Told} told @param {import("./reading.js").Paragraph} paragraph @param {import("./reading.js").Reader} person
 */
function cell(told, paragraph, person) {
  const box = document.createElement("td");
  const agreed = person.acknowledged.includes(paragraph.id);
  const asks = person.questions.includes(paragraph.id);
  const tone = agreed ? "good" : asks ? "bad" : "warn";
  box.append(make("span", `tag tag--${tone}`, agreed ? "听清，同意" : asks ? "有疑问" : "未确认"));
  const theirs = told.answers.filter((one) => one.signer === person.id && one.label === paragraph.label && !one.ended);
  const said = theirs[theirs.length - 1];
  if (!said) return box;
  box.append(document.createElement("br"));
  const time = new Date(said.at).toLocaleTimeString("zh-CN", { hour12: false });
  if (said.offset_ms === null || !root.dataset.hearing) {
    box.append(make("span", "muted", `${time} 无录音录像`));
  } else {
    const link = make("a", "", `${time}（录像 ${said.place}）`);
    link.href = `/hearings/${root.dataset.hearing}/playback#at-${said.offset_ms}`;
    box.append(link);
  }
  if (said.words) box.append(make("p", "", `“${said.words}”`));
  return box;
}

void refresh();
window.setInterval(() => {
  if (!document.hidden) void refresh();
}, EVERY_MS);
