// The parts of the page that have to do with order, wired together: door, stages, lines, private words. Each decides nothing.

import { Admonish } from "./room-admonish.js";
import { Asides } from "./room-asides.js";
import { Crew } from "./room-crew.js";
import { Health } from "./room-health.js";
import { get } from "./room-http.js";
import { NextStep } from "./room-next.js";
import { Observers } from "./room-observers.js";
import { OrderBar, OrderWords } from "./room-order.js";
import { People } from "./room-people.js";
import { PledgeDesk } from "./room-pledge.js";
import { Seating } from "./room-seating.js";
import { complain } from "./room-status.js";
import { Turns } from "./room-turns.js";
import { WaitingRoom } from "./room-waiting.js";

/** @typedef {import("./room-stage.js").SeatView} SeatView */
/** @typedef {import("./room-order.js").Order} Order */

export class Hall {
  /**
   * @param {{hearing: string, me: string, moderates: boolean, staff: boolean, say: (words: string) => void,
   *   editor: import("./room-turns.js").Writer | null, refresh: () => void}} page
   */
  constructor({ hearing, me, moderates, staff, say, editor, refresh }) {
    this.hearing = hearing;
    this.me = me;
    this.staff = staff;
    this.say = say;
    this.refresh = refresh;
    this.waiting = new WaitingRoom(say);
    this.words = new OrderWords(say);
    /** @type {Order | null} */
    this.order = null;
    this.state = "";
    this.area = "";
    this.waits = false;
    this.reading = false;
    this.again = false;
    /** @type {SeatView[]} */
    this.views = [];
    const changed = (/** @type {Order} */ order) => this.take(order);
    const dialogs = moderates ? new Admonish(hearing, changed) : { ask: () => undefined };
    this.crew = document.getElementById("crew-dialog") ? new Crew(hearing, complain) : null;
    const { crew } = this;
    const seating = staff ? new Seating(hearing, complain) : null;
    const pledge = staff ? new PledgeDesk(hearing, changed) : null;
    const hooks = { refuse: complain, changed, dialogs };
    const sits = crew && seating && pledge;
    this.people = sits ? new People(hearing, me, moderates, { ...hooks, crew, seating, pledge }) : null;
    this.bar = moderates ? new OrderBar(hearing, changed, complain) : null;
    this.next = moderates ? new NextStep() : null;
    this.obstacles = 0;
    this.observers = staff ? new Observers(hearing, changed, complain) : null;
    this.health = staff ? new Health(hearing, () => this.drawPeople()) : null;
    this.asides = staff ? new Asides(hearing, say) : null;
    this.turns = editor ? new Turns(editor) : null;
    if (this.asides) void this.asides.refresh();
  }

  /** The server's whole state. @param {any} state @returns {boolean} whether the person waits before the door */
  apply(state) {
    this.state = state.hearing.state;
    this.obstacles = state.obstacles.length;
    if (this.crew) this.crew.update(state.crew);
    if (state.order) this.take(state.order);
    this.waits = this.waiting.update(state.waiting);
    return this.waits;
  }

  /** @param {Order} order */
  take(order) {
    this.order = order;
    this.words.know(order.stages);
    if (this.bar) this.bar.update(order, this.state);
    if (this.observers) this.observers.update(order.observers);
    if (this.turns) this.turns.update(order.turns, order.stages);
    this.drawPeople();
  }

  /** The room's own word: areas, stage, countdown. @param {import("./link.js").RoomView} room */
  room(room) {
    this.words.take(room.stage, room.opens_at);
    const mine = room.seats.find((one) => one.seat === this.me);
    const area = mine ? mine.area : "";
    // Through the door, in or out: what may be known is another. The state may be older than the link, too.
    const stale = !this.area && (area === "lobby") !== this.waits;
    if (area && area !== this.area && (this.area || stale)) this.refresh();
    if (area) this.area = area;
    if (this.bar) this.bar.voices(room.seats);
  }

  /** @param {SeatView[]} views every seat of the hearing */
  show(views) {
    this.views = views;
    this.drawPeople();
  }

  drawPeople() {
    const { state, obstacles, order, views } = this;
    const witnesses = this.crew?.facts?.witnesses ?? [];
    if (this.next) this.next.show({ state, obstacles, order, views, witnesses });
    if (!this.people) return;
    const lines = this.health ? this.health.lines : new Map();
    this.people.know(this.order?.spotlight ?? [], this.order?.interpreters ?? []);
    this.people.update(this.views, this.order ? this.order.doors : [], lines);
  }

  /** @param {string} topic @param {any} body @returns {void} */
  noticed(topic, body) {
    if (this.staff && ["order", "seat", "observers"].includes(topic)) void this.reread();
    if (topic === "aside" && this.asides) void this.asides.refresh();
    if (topic === "turn" && this.turns) this.turn(body);
    if (topic === "admonition") {
      const to = this.staff ? `已对${body.caption}${body.name}` : `法庭${body.name}您`;
      const words = `${to}：${body.cause}。${body.note}`;
      if (this.staff) this.say(words);
      else complain(words);
    }
  }

  /** @param {{seat: string, from: number, to: number}} body seconds since 1970 */
  turn(body) {
    const door = this.order ? this.order.doors.find((one) => one.seat === body.seat) : null;
    const view = this.views.find((one) => one.seat === body.seat);
    const caption = door ? door.caption : view ? view.caption : "";
    if (!this.turns || !caption) return;
    const at = (/** @type {number} */ seconds) => new Date(seconds * 1000).toISOString();
    this.turns.add({ id: `${body.seat} ${body.from}`, caption, from_at: at(body.from), to_at: at(body.to) });
  }

  /** One answer at a time, so that no older one comes last; what happened meanwhile is read once more. */
  async reread() {
    this.again = this.reading;
    if (this.reading) return;
    this.reading = true;
    try {
      this.take(await get(`/room/${this.hearing}/order`));
    } catch (_) {
      // The next order, or the link's return, reads it again.
    }
    this.reading = false;
    if (this.again) void this.reread();
  }

  /** @param {number} now milliseconds of the court's clock */
  second(now) {
    this.waiting.second(now);
    this.words.second(now);
    if (this.health) this.health.second(performance.now());
  }
}
