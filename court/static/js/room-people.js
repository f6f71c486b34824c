// The people of the room for bench and clerk: where each stands, how the line is, and the orders for one person.

import { doorWord, pictureChoices, standingTag, voiceChoices } from "./room-choices.js";
import { during, element, make, post } from "./room-http.js";
import { witnessWords } from "./room-crew.js";
import { interpreterChoices, interpretsWords } from "./room-interpreters.js";
import { seatNote } from "./room-stage.js";

/**
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {import("./room-health.js").LineWords} LineWords
 * @typedef {{kind: string, name: string, cause: string, at: string}} Told
 * @typedef {{offered: string, missing: string, decided: string}} Absence
 * @typedef {{seat: string, caption: string, role: string, witness: boolean, own_line: boolean, vehicle: boolean,
 *   link: string, admission: string, admission_name: string, may: string[], mutable: boolean, seating: string[],
 *   told: Told[],
 *   absence: Absence | null, pledge: import("./room-pledge.js").Pledge | null}} Door
 * @typedef {{ask: (what: "remove" | "remind" | "warn" | "absence" | "notice", door: Door) => void}} Dialogs
 * @typedef {{text: string, act: () => void, kind?: string}} Choice
 */

const STAFF = ["judge", "mediator", "petition_official", "clerk"];

/** One list; hands first in their order, then who waits before the door. */
export class People {
  /**
   * @param {string} hearing
   * @param {string} me own seat
   * @param {boolean} moderates
   * @param {{refuse: (text: string) => void, changed: (order: any) => void, dialogs: Dialogs,
   *   crew: import("./room-crew.js").Crew, seating: import("./room-seating.js").Seating,
   *   pledge: import("./room-pledge.js").PledgeDesk}} hooks
   */
  constructor(hearing, me, moderates, { refuse, changed, dialogs, crew, seating, pledge }) {
    this.hearing = hearing;
    this.me = me;
    this.moderates = moderates;
    this.refuse = refuse;
    this.changed = changed;
    this.dialogs = dialogs;
    this.crew = crew;
    this.seating = seating;
    this.pledge = pledge;
    /** @type {import("./room-choices.js").Give} */
    this.give = (verb, body) => void this.order(null, verb, body);
    this.list = element("persons", HTMLUListElement);
    this.count = element("persons-count", HTMLElement);
    this.all = element("admit-all", HTMLButtonElement);
    this.all.addEventListener("click", () => void this.order(this.all, "admit-all", {}));
    /** @type {Set<string>} seats whose further orders are unfolded */
    this.open = new Set();
    /** @type {Set<string>} hands the bench put off */
    this.later = new Set();
    this.drawn = "";
    /** @type {import("./room-interpreters.js").Interpreter[]} */
    this.interpreters = [];
    this.lit = ""; // the large picture of every page, as "seat source"
    /** @type {Map<string, {signature: string, row: HTMLLIElement}>} */
    this.rows = new Map();
    /** @type {[SeatView[], Door[], Map<string, LineWords>]} */
    this.last = [[], [], new Map()];
  }

  /** The large picture of every page, and who interprets for whom.
   * @param {string[]} spotlight seat and source, or nothing
   * @param {import("./room-interpreters.js").Interpreter[]} interpreters */
  know(spotlight, interpreters) {
    this.lit = spotlight.join(" ");
    this.interpreters = interpreters;
  }

  /** @param {SeatView[]} views @param {Door[]} doors @param {Map<string, LineWords>} lines */
  update(views, doors, lines) {
    this.last = [views, doors, lines];
    const now = [...this.later, this.seating.asked, this.lit, this.interpreters, this.crew.facts];
    const signature = JSON.stringify([views, doors, [...lines], now]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : "";
    const byDoor = new Map(doors.map((door) => [door.seat, door]));
    for (const view of views) if (view.hand === null) this.later.delete(view.seat);
    const shown = views.map((view) => ({ view, door: byDoor.get(view.seat) || null }));
    const inVehicle = doors.filter((door) => door.vehicle && (door.witness || door.role === "interpreter"));
    const waiting = doors.filter((door) => door.admission === "waiting" && door.link === "joined" && !door.witness);
    this.count.textContent = `${views.filter((view) => view.state === "joined").length}/${views.length}`;
    this.all.hidden = waiting.length < 2;
    this.all.textContent = `全部准入（${waiting.length}）`;
    shown.sort((a, b) => this.rank(a.view, a.door) - this.rank(b.view, b.door));
    const rows = [
      ...shown.map(({ view, door }) => this.kept(view.seat, view, door, lines.get(view.seat) || null)),
      ...inVehicle.map((door) => this.kept(door.seat, null, door, null)),
    ];
    // What did not change stays where it is: nothing moves under a finger.
    if (rows.some((row, n) => row !== this.list.children[n]) || rows.length !== this.list.children.length) {
      this.list.replaceChildren(...rows);
    }
    const again = focused && this.list.querySelector(`[data-key="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {SeatView} view @param {Door | null} door */
  rank(view, door) {
    if (view.hand !== null && !this.later.has(view.seat)) return view.hand;
    if (door && door.admission === "waiting" && door.link === "joined") return 100;
    return STAFF.includes(view.role) ? 300 : 200;
  }

  /** The row of a seat as it stands, made anew only when it says something else.
   * @param {string} seat @param {SeatView | null} view @param {Door | null} door @param {LineWords | null} line */
  kept(seat, view, door, line) {
    const lit = this.lit.startsWith(`${seat} `) ? this.lit : "";
    const persons = this.last[1].map((one) => [one.seat, one.caption]);
    const renders = door && door.role === "interpreter" ? [this.interpreters, persons] : [];
    const aboard = door && (door.vehicle || door.role === "vehicle") ? this.crew.facts : this.crew.facts?.checked[seat];
    const signature = JSON.stringify([view, door, line, this.later.has(seat), lit, renders, aboard, this.seating.asked]);
    const known = this.rows.get(seat);
    if (known && known.signature === signature) return known.row;
    const row = this.row(view, door, line);
    this.rows.set(seat, { signature, row });
    return row;
  }

  /** @param {SeatView | null} view @param {Door | null} door @param {LineWords | null} line */
  row(view, door, line) {
    const row = make("li", `person person--${view ? view.state : "joined"}`);
    const head = make("div", "person__head");
    const caption = view ? view.caption : door ? door.caption : "";
    head.append(make("span", "person__caption", caption));
    if (door && door.own_line && door.role !== "vehicle") head.append(standingTag(door));
    if (!view && door) head.append(standingTag(door));
    if (view && this.lit.startsWith(`${view.seat} `)) head.append(make("span", "tag tag--info", "主画面"));
    if (view && view.hand !== null) head.append(make("span", "tag tag--warn", `举手第 ${view.hand} 位`));
    for (const kind of ["提示", "警告"]) {
      const times = door ? door.told.filter((one) => one.name === kind).length : 0;
      if (times) head.append(make("span", "tag tag--bad", `${kind} ${times}`));
    }
    row.append(head);
    row.append(make("p", "person__note", view ? this.words(view, door) : this.aboard(door)));
    const speaking = door && door.role === "vehicle" ? this.crew.speaking() : null;
    if (speaking) row.append(speaking);
    const identity = door ? this.crew.identityWords(door) : "";
    if (identity) row.append(make("p", "person__tested", identity));
    if (door && door.pledge) row.append(make("p", "person__tested", `保证书：${door.pledge.state_name}`));
    if (door && door.role === "interpreter") row.append(make("p", "person__note", interpretsWords(door, this.interpreters)));
    if (view && view.tested && view.state !== "left") row.append(make("p", "person__tested", view.tested));
    if (line && line.text) row.append(make("p", `person__line person__line--${line.level}`, line.text));
    if (door && door.absence) this.absence(row, door, door.absence);
    const first = this.first(view, door);
    const more = this.more(view, door);
    if (first.length) row.append(this.buttons(first, caption, view || door));
    if (more.length) row.append(this.fold(more, caption, view || door));
    return row;
  }

  /** @param {Door | null} door somebody who sits in the vehicle */
  aboard(door) {
    const witness = door ? this.crew.of(door.seat) : undefined;
    return witness ? witnessWords(witness) : "坐在车载法庭里";
  }

  /** @param {SeatView} view @param {Door | null} door */
  words(view, door) {
    if (door && door.admission !== "admitted" && door.link === "joined") {
      return door.admission === "waiting" ? "已到门口，看不到也听不到里面" : "还连着，看不到也听不到里面";
    }
    if (door && door.admission !== "admitted" && door.link === "away") return "还没有来";
    const note = seatNote(view);
    return view.state === "joined" ? note || "在场" : note;
  }

  /** @param {HTMLElement} row @param {Door} door @param {Absence} absence */
  absence(row, door, absence) {
    if (absence.decided) row.append(make("p", "person__law", `已决定：${absence.decided}`));
    else if (absence.offered) row.append(make("p", "person__law", `${absence.offered}（由您决定）`));
    else if (door.link === "left" || door.link === "lost" || door.link === "away") {
      row.append(make("p", "person__note", absence.missing));
    }
  }

  /** What is most likely wanted now. @param {SeatView | null} view @param {Door | null} door @returns {Choice[]} */
  first(view, door) {
    /** @type {Choice[]} */
    const found = [];
    if (door) found.push(...this.crew.choices(door).filter((one) => one.kind === "primary"));
    const untold = door !== null && this.crew.of(door.seat)?.state === "untold";
    if (door && !untold && door.may.includes("admit") && (door.witness || door.link === "joined" || door.link === "lost")) {
      const asks = this.pledge.stops(door);
      const act = () => (asks ? this.pledge.ask(door, true) : void this.step(door, "admit"));
      found.push({ text: `${doorWord(door, "admit")}${asks ? "…" : ""}`, kind: "primary", act });
    }
    if (door) found.push(...this.pledge.first(door));
    if (door && door.witness && door.may.includes("excuse")) {
      found.push({ text: doorWord(door, "excuse"), act: () => void this.step(door, "excuse") });
    }
    if (view && view.hand !== null && this.moderates) {
      const seat = view.seat;
      found.push({ text: "准许发言", kind: "primary", act: () => void this.floor(seat, true, null) });
      if (!this.later.has(seat)) {
        found.push({ text: "稍后", act: () => { this.later.add(seat); this.update(...this.last); } });
      }
    }
    if (door && door.absence && door.absence.offered && !door.absence.decided) {
      found.push({ text: "决定…", kind: "danger", act: () => this.dialogs.ask("absence", door) });
    }
    return found;
  }

  /** Everything else, unfolded on demand. @param {SeatView | null} view @param {Door | null} door @returns {Choice[]} */
  more(view, door) {
    const found = this.interpreting(door);
    if (door) found.push(...this.crew.choices(door).filter((one) => one.kind !== "primary"), ...this.crew.identity(door));
    const again = () => this.update(...this.last);
    if (door) found.push(...this.seating.choices(door, again), ...this.pledge.more(door));
    if (!this.moderates) return found;
    if (view) found.push(...pictureChoices(view, this.lit, this.give));
    if (!door) return found;
    if (view && door.mutable && door.admission === "admitted") found.push(...voiceChoices(view, this.give));
    for (const action of door.may) {
      if (action === "remove") continue;
      if (action === "admit" && (door.witness || door.link === "joined" || door.link === "lost")) continue;
      if (action === "excuse" && door.witness) continue;
      found.push({ text: doorWord(door, action), act: () => void this.step(door, action) });
    }
    if (door.role !== "vehicle") {
      found.push({ text: "提示…", act: () => this.dialogs.ask("remind", door) });
      found.push({ text: "警告…", act: () => this.dialogs.ask("warn", door) });
    }
    if (door.absence && door.link !== "joined" && !door.absence.decided) {
      found.push({ text: "送达情况…", act: () => this.dialogs.ask("notice", door) });
    }
    if (door.may.includes("remove")) {
      found.push({ text: "移出…", kind: "danger", act: () => this.dialogs.ask("remove", door) });
    }
    return found;
  }

  /** @param {Door | null} door @returns {Choice[]} */
  interpreting(door) {
    if (!door || door.role !== "interpreter") return [];
    return interpreterChoices(door, this.interpreters, this.last[1], this.moderates, this.give);
  }

  /** @param {Choice[]} choices @param {string} caption @param {{seat: string} | null} of */
  buttons(choices, caption, of) {
    const bar = make("div", "person__orders");
    for (const choice of choices) {
      const kind = choice.kind || "secondary";
      const button = make("button", `button button--${kind} button--small`, choice.text);
      button.type = "button";
      button.dataset.key = `${of ? of.seat : ""} ${choice.text}`;
      button.append(make("span", "visually-hidden", `：${caption}`));
      button.addEventListener("click", choice.act);
      bar.append(button);
    }
    return bar;
  }

  /** @param {Choice[]} choices @param {string} caption @param {{seat: string} | null} of */
  fold(choices, caption, of) {
    const seat = of ? of.seat : "";
    const fold = make("details", "person__more");
    fold.open = this.open.has(seat);
    const summary = make("summary", "quiet", "更多安排");
    summary.dataset.key = `${seat} more`;
    summary.append(make("span", "visually-hidden", `：${caption}`));
    fold.append(summary, this.buttons(choices, caption, of));
    // At the click, not at the later `toggle`: in between the row may be made anew.
    summary.addEventListener("click", () => (fold.open ? this.open.delete(seat) : this.open.add(seat)));
    return fold;
  }

  /** @param {Door} door @param {string} action */
  step(door, action) {
    return this.order(null, action, { seat: door.seat });
  }

  /** @param {string} seat @param {boolean} allowed @param {number | null} seconds */
  floor(seat, allowed, seconds) {
    return this.order(null, "floor", { seat, allowed, seconds });
  }

  /** @param {HTMLButtonElement | null} button @param {string} verb @param {Record<string, unknown>} body */
  async order(button, verb, body) {
    const pressed = button || (document.activeElement instanceof HTMLButtonElement ? document.activeElement : this.all);
    this.refuse("");
    await during(pressed, async () => this.changed(await post(`/room/${this.hearing}/${verb}`, body)), this.refuse);
  }
}
