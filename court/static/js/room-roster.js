// Every seat of the hearing with what the room says of it; a seat that never came is shown, not left out. Draws nothing.

import { apart, seatNote } from "./room-stage.js";

/**
 * @typedef {import("./room-stage.js").SeatView} SeatView
 * @typedef {{seat: string, name: string, caption: string, role: string, persons: string[], tested: string,
 *   since: string | null}} SeatFacts
 */

export class Roster {
  /** @param {string} me own seat @param {(words: string) => void} say */
  constructor(me, say) {
    this.me = me;
    this.say = say;
    /** @type {Map<string, string>} the state of each seat as it was spoken last */
    this.told = new Map();
    /** @type {Map<string, number>} since when each seat is as it is, where this page saw it change */
    this.seen = new Map();
  }

  /** @param {SeatFacts[]} seats of the hearing, in order @param {SeatView[]} views as the room told them @returns {SeatView[]} */
  draw(seats, views) {
    const known = new Map(views.map((view) => [view.seat, view]));
    const area = known.get(this.me)?.area ?? "main";
    const all = seats.map((seat) => {
      const caption = seat.persons.length ? `${seat.caption}：${seat.persons.join("、")}` : seat.caption;
      const view = known.get(seat.seat);
      return view
        ? { ...view, caption, role: seat.role, tested: seat.tested, apart: apart(view.area, area), since: this.since(seat) }
        : { ...seat, since: null, caption, state: "empty", area: "", floor: true, floor_until: null, muted: false,
            locked: false, sources: [], hand: null };
    });
    for (const view of all) this.tell(view);
    return all;
  }

  /** @param {SeatFacts} seat @returns {number | null} milliseconds since 1970 */
  since(seat) {
    return this.seen.get(seat.seat) ?? (seat.since ? Date.parse(seat.since) : null);
  }

  /** @param {SeatView} view spoken once per change of the link */
  tell(view) {
    const before = this.told.get(view.seat);
    this.told.set(view.seat, view.state);
    if (!before || before === view.state || view.seat === this.me) return;
    this.seen.set(view.seat, Date.now());
    view.since = this.seen.get(view.seat);
    const words = view.state === "joined" ? (before === "lost" ? "已恢复连接" : "已进入") : seatNote(view);
    this.say(`${view.caption} ${words}`);
  }
}
