// 背对背: the call to a private talk, the line that says where one is, and the mediator's rooms. The server decides each.

import { clock, during, element, explain, make, post } from "./room-http.js";
import { complain } from "./room-status.js";

/**
 * @typedef {{seat: string, caption: string, state: string, state_name: string, until: string | null,
 *   stays: string[]}} Guest
 * @typedef {{id: string, number: number, locked: boolean, state_name: string, host_inside: boolean,
 *   guests: Guest[]}} PrivateRoom
 * @typedef {{seat: string, caption: string, ready: boolean, persons: {seat: string, caption: string}[]}} Candidate
 * @typedef {{may_host: boolean, talking: boolean, here: {caucus: string, alone: boolean, stays: string[]} | null,
 *   call: {caucus: string, host: string, until: string, stays: string[]} | null,
 *   rooms: PrivateRoom[], seats: Candidate[]}} Facts
 */

/** One's own part of the private talks of a session. */
export class Caucus {
  /** @param {{hearing: string, root: HTMLElement, say: (words: string) => void, now: () => number}} page
   * `now`: the court's clock, milliseconds since 1970 */
  constructor({ hearing, root, say, now }) {
    this.hearing = hearing;
    this.root = root;
    this.say = say;
    this.now = now;
    /** @type {Facts | null} */
    this.facts = null;
    this.call = element("caucus-call", HTMLElement);
    this.left = element("caucus-call-left", HTMLElement);
    this.problem = element("caucus-call-problem", HTMLElement);
    this.line = element("caucus-line", HTMLElement);
    this.words = element("caucus-words", HTMLElement);
    this.back = element("caucus-back", HTMLButtonElement);
    this.panel = document.getElementById("panel-caucus") ? new Rooms(this) : null;
    element("caucus-yes", HTMLButtonElement).addEventListener("click", (event) => this.answer(event, true));
    element("caucus-no", HTMLButtonElement).addEventListener("click", (event) => this.answer(event, false));
    this.back.addEventListener("click", () => void during(this.back, () => this.order("leave", {}), complain));
  }

  /** @param {Facts | null} facts what the server says of this seat */
  update(facts) {
    this.facts = facts;
    const called = facts ? facts.call : null;
    if (called && this.call.hidden) this.ring(called);
    this.call.hidden = !called;
    if (facts && facts.here) this.root.dataset.private = "yes";
    else delete this.root.dataset.private;
    const words = facts ? lineWords(facts) : "";
    if (this.words.textContent !== words) this.words.textContent = words;
    this.line.hidden = !words;
    this.back.hidden = !(facts && facts.here);
    if (this.panel) this.panel.update(facts);
    this.second();
  }

  /** @param {{host: string, stays: string[]}} called */
  ring(called) {
    this.problem.textContent = "";
    element("caucus-call-title", HTMLElement).textContent = `${called.host}请您单独谈话`;
    const stays = element("caucus-call-stays", HTMLElement);
    stays.textContent = `留在车上的是：${called.stays.join("、")}。其他人请先下车。`;
    stays.hidden = !called.stays.length;
    this.call.hidden = false;
    this.call.scrollIntoView({ block: "nearest" });
    element("caucus-call-title", HTMLElement).focus();
    this.say("调解员请您单独谈话，请选择同意或者不去");
  }

  /** Called once a second: the seconds that are left to answer. */
  second() {
    const called = this.facts && this.facts.call;
    if (!called) return;
    const left = Math.max(0, Math.ceil((Date.parse(called.until) - this.now()) / 1000));
    this.left.textContent = String(left);
    if (!left) this.call.hidden = true;
  }

  /** @param {Event} event @param {boolean} accept */
  answer(event, accept) {
    const called = this.facts && this.facts.call;
    if (!called || !(event.currentTarget instanceof HTMLButtonElement)) return;
    const act = () => this.order("answer", { caucus: called.caucus, accept });
    void during(event.currentTarget, act, (words) => (this.problem.textContent = words));
  }

  /** @param {string} verb @param {Record<string, unknown>} body */
  async order(verb, body) {
    this.update(await post(`/room/${this.hearing}/caucus/${verb}`, body));
  }

  /** @param {string} topic @param {any} body @returns {boolean} whether everything has to be read again */
  noticed(topic, body) {
    if (topic === "caucus_alarm") {
      complain(`背对背房间 ${body.number} 的核对数据异常，请停止单独谈话并联系技术人员。`);
    }
    return topic === "caucus";
  }
}

/** @param {Facts} facts @returns {string} where one is, or that others talk; empty when neither */
function lineWords(facts) {
  if (facts.here) {
    const stays = facts.here.stays.length ? ` · 留在车上：${facts.here.stays.join("、")}` : "";
    return `背对背谈话中 · 不录音录像 · 对方听不到${facts.here.alone ? " · 对方还没进来，请稍候" : ""}${stays}`;
  }
  const waiting = facts.rooms.find((room) => !room.host_inside && room.guests.some((one) => one.state === "accepted"));
  if (waiting) return `房间 ${waiting.number} 里有人在等您，请在“背对背”里按“进入”。`;
  return facts.talking ? "调解员正在与一方单独谈话，请稍候。" : "";
}

/** The mediator's panel: rooms, whom to ask in, the door. */
class Rooms {
  /** @param {Caucus} talk */
  constructor(talk) {
    this.talk = talk;
    this.panel = element("panel-caucus", HTMLDetailsElement);
    this.body = element("caucus-rooms", HTMLElement);
    this.refusal = element("caucus-refusal", HTMLElement);
    this.begin = element("caucus-open", HTMLButtonElement);
    this.drawn = "";
    this.once = "";
    this.dialog = element("caucus-vehicle", HTMLDialogElement);
    this.asked = { room: "", seat: "" };
    this.begin.addEventListener("click", () => void during(this.begin, () => this.open(), (words) => this.refuse(words)));
    element("caucus-vehicle-no", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    element("caucus-vehicle-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.inviteVehicle();
    });
  }

  /** @param {Facts | null} facts */
  update(facts) {
    const shown = Boolean(facts && (facts.may_host || facts.rooms.length));
    this.panel.hidden = !shown;
    const signature = JSON.stringify(facts ? [facts.rooms, facts.seats, facts.may_host] : null);
    if (!facts || signature === this.drawn) return;
    this.drawn = signature;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.act : "";
    this.begin.hidden = !facts.may_host;
    const label = this.begin.querySelector("span");
    if (label) label.textContent = facts.rooms.length ? "再开一个房间" : "开始背对背";
    this.body.replaceChildren(...facts.rooms.map((room) => this.room(room, facts.seats)));
    const again = focused && this.body.querySelector(`button[data-act="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  async open() {
    this.refuse("");
    this.once ||= crypto.randomUUID(); // kept until the server has answered: sent twice, it is one room
    await this.talk.order("open", { once: this.once });
    this.once = "";
    this.panel.open = true;
  }

  /** @param {PrivateRoom} room @param {Candidate[]} seats @returns {HTMLElement} */
  room(room, seats) {
    const box = make("section", "talk-room");
    box.append(make("h3", "talk-room__title", `房间 ${room.number}（${room.state_name}）`));
    const list = make("ul", "persons");
    for (const seat of seats) list.append(this.person(room, seat));
    const buttons = make("p", "row");
    buttons.append(
      room.host_inside ? this.button(room, "回到大厅", "leave", {}) : this.button(room, "进入", "enter", { caucus: room.id }, true),
      this.button(room, room.locked ? "开锁" : "锁门", "lock", { caucus: room.id, locked: !room.locked }),
      this.button(room, "结束", "close", { caucus: room.id }),
    );
    box.append(list, buttons);
    return box;
  }

  /** @param {PrivateRoom} room @param {Candidate} seat @returns {HTMLElement} */
  person(room, seat) {
    const row = make("li", "person");
    const guest = room.guests.find((one) => one.seat === seat.seat);
    const until = guest && guest.until ? `（到 ${clock(guest.until)}）` : "";
    const stays = guest && guest.stays.length ? `：${guest.stays.join("、")}` : "";
    const words = guest ? `${guest.state_name}${until}${stays}` : !seat.ready ? "没有接通" : room.locked ? "门已锁，先开锁再邀请" : "可以邀请";
    row.append(make("span", "person__caption", seat.caption), make("span", "person__note", words));
    const named = `：${seat.caption}`;
    const who = { caucus: room.id, seat: seat.seat };
    if (guest && guest.state === "invited") row.append(this.button(room, "收回邀请", "withdraw", who, false, named));
    else if (guest && guest.state === "accepted") row.append(this.button(room, "请回大厅", "withdraw", who, false, named));
    else if (seat.ready && !room.locked) row.append(this.invitation(room, seat, who, named));
    return row;
  }

  /** @param {PrivateRoom} room @param {Candidate} seat @param {{caucus: string, seat: string}} who @param {string} named */
  invitation(room, seat, who, named) {
    if (!seat.persons.length) return this.button(room, "邀请", "invite", who, false, named);
    const button = make("button", "button button--secondary button--small", "邀请");
    button.type = "button";
    button.setAttribute("aria-label", `邀请${named}`);
    button.addEventListener("click", () => this.choose(who, seat));
    return button;
  }

  /** Who stays in the vehicle. @param {{caucus: string, seat: string}} who @param {Candidate} seat */
  choose(who, seat) {
    this.asked = { room: who.caucus, seat: who.seat };
    element("caucus-vehicle-problem", HTMLElement).textContent = "";
    element("caucus-vehicle-cleared", HTMLInputElement).checked = false;
    const choices = seat.persons.map((one) => {
      const label = make("label", "check-row");
      const box = make("input");
      box.type = "checkbox";
      box.value = one.seat;
      box.checked = seat.persons.length === 1;
      label.append(box, ` ${one.caption}`);
      return label;
    });
    element("caucus-vehicle-persons", HTMLElement).replaceChildren(...choices);
    this.dialog.showModal();
  }

  async inviteVehicle() {
    const boxes = element("caucus-vehicle-persons", HTMLElement).querySelectorAll("input");
    const stays = [...boxes].filter((box) => box.checked).map((box) => box.value);
    const cleared = element("caucus-vehicle-cleared", HTMLInputElement).checked;
    try {
      await this.talk.order("invite", { caucus: this.asked.room, seat: this.asked.seat, stays, cleared });
      this.dialog.close();
    } catch (error) {
      element("caucus-vehicle-problem", HTMLElement).textContent = explain(error);
    }
  }

  /**
   * @param {PrivateRoom} room @param {string} words @param {string} verb @param {Record<string, unknown>} body
   * @param {boolean} [first] the one thing to do now @param {string} [named] whom it concerns
   */
  button(room, words, verb, body, first, named) {
    const button = make("button", `button button--small ${first ? "button--primary" : "button--secondary"}`, words);
    button.type = "button";
    button.dataset.act = `${room.id}-${verb}-${String(body.seat ?? "")}`;
    button.setAttribute("aria-label", `${words}${named ?? `：房间 ${room.number}`}`);
    button.addEventListener("click", () => {
      this.refuse("");
      void during(button, () => this.talk.order(verb, body), (refusal) => this.refuse(refusal));
    });
    return button;
  }

  /** @param {string} words */
  refuse(words) {
    this.refusal.textContent = words;
  }
}
