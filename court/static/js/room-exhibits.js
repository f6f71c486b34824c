// Exhibits in the room: one state from the server, shown by the view and the list; every act is the server's to decide.

import { Dialogs } from "./room-exhibits-dialogs.js";
import { ExhibitList } from "./room-exhibits-list.js";
import { Still } from "./room-exhibits-still.js";
import { ShowingView } from "./room-exhibits-view.js";
import { Unreachable, element, explain, get, post } from "./room-http.js";
import { IdentifyDesk, WitnessView } from "./room-identify.js";

/**
 * @typedef {{party: string, caption: string, side: string}} Person
 * @typedef {{party: string, name: string, words: string}} Opinion
 * @typedef {{id: string, label: string, title: string, purpose: string, pages: number, origin: string, sha256: string,
 *   state: string, state_name: string, by: string, at: string, opinions: Opinion[], silent: string[],
 *   identified: string[], original: {name: string, note: string, by: string} | null, original_needed: boolean, grounds: string[],
 *   asked: Person[], may: string[]}} Exhibit
 * @typedef {{id: string, kind: string, points: [number, number][], seat: string, by: string}} Mark
 * @typedef {{exhibit: string, label: string, title: string, page: number, pages: number, camera: string, by: string,
 *   marks: Mark[]}} Showing
 * @typedef {{showing: Showing | null, exhibits: Exhibit[], submit: Person[], shows: boolean, marks: boolean,
 *   clears: boolean, records: boolean, cameras: Person[], capture: {id: string, title: string} | null,
 *   capture_for: Person[], materials: {id: string, label: string}[],
 *   lines: {id: string, speaker: string, text: string, at: string}[], witnesses: Person[],
 *   identifying: import("./room-identify.js").Identifying | null}} ExhibitsState
 */

const AGAIN_MS = 3000;
const BENCH = ["judge", "mediator", "petition_official"];

export class Exhibits {
  /**
   * @param {{hearing: string, me: string, say: (words: string) => void,
   *   camera: (open: boolean) => Promise<void>}} room `camera` opens or closes this seat's own document camera
   */
  constructor(room) {
    this.room = room;
    this.path = `/room/${room.hearing}/exhibits`;
    /** @type {ExhibitsState | null} */
    this.state = null;
    this.reading = false;
    this.again = false;
    this.told = "";
    this.problem = element("exhibits-problem", HTMLElement);
    const act = (/** @type {string} */ path, /** @type {unknown} */ body) => this.act(path, body);
    this.dialogs = new Dialogs(this.path, (state) => this.update(state));
    this.view = new ShowingView({ path: this.path, me: room.me, act });
    this.list = new ExhibitList({ path: this.path, act, dialogs: this.dialogs });
    this.desk = document.getElementById("identifying") ? new IdentifyDesk(room.hearing, (state) => this.update(state)) : null;
    this.witness = document.getElementById("identify") ? new WitnessView(room.hearing, room.say) : null;
    this.still = document.getElementById("still") ? new Still(this.path, (state) => this.update(state)) : null;
  }

  /** An order to the server; its answer is the new state, its refusal is shown. @param {string} path @param {unknown} body */
  async act(path, body) {
    this.problem.hidden = true;
    try {
      const answer = await post(`${this.path}${path}`, body);
      if (answer && Array.isArray(answer.exhibits)) this.update(answer);
      return answer;
    } catch (error) {
      this.problem.textContent = explain(error);
      this.problem.hidden = false;
      throw error;
    }
  }

  /**
   * @param {ExhibitsState | null} state what the server says now; null for a seat that sees no evidence
   * @param {{seat: string, role: string}[]} [seats] who sits where, when the whole room was read
   */
  update(state, seats) {
    if (seats) this.view.marks.bench = seats.filter((one) => BENCH.includes(one.role)).map((one) => one.seat);
    const panel = document.getElementById("panel-exhibits");
    if (panel) panel.hidden = !state;
    this.state = state;
    if (this.desk) this.desk.update(state && state.identifying);
    if (!state) {
      this.view.show(null, false, false);
      return;
    }
    this.view.show(state.showing, state.shows, state.marks);
    this.list.draw(state);
    this.dialogs.know(state);
    if (this.still) this.still.asked(state.capture);
    this.tell(state.showing);
    void this.room.camera(Boolean(state.showing && state.showing.camera === this.room.me)).catch(() => undefined);
  }

  /** Spoken once per change. @param {Showing | null} showing */
  tell(showing) {
    const words = showing ? `正在出示${showing.label}${showing.title && `，${showing.title}`}` : "";
    if (words !== this.told) this.room.say(words || "证据已收起");
    this.told = words;
  }

  /** Reads everything again; asked while reading, it reads once more after. */
  async refresh() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      this.update(await get(this.path));
    } catch (error) {
      if (error instanceof Unreachable) setTimeout(() => void this.refresh(), AGAIN_MS);
    } finally {
      this.reading = false;
      if (this.again) {
        this.again = false;
        void this.refresh();
      }
    }
  }

  /** @param {string} topic @param {any} body @returns {boolean} whether the notice was about exhibits */
  noticed(topic, body) {
    if (topic === "exhibits") void this.refresh();
    else if (topic === "pointer") this.view.pointed(body);
    else if (topic === "mark") this.view.marked(body);
    else return false;
    return true;
  }

  /** @param {{seat: string, source: string, track: MediaStreamTrack}[]} tracks the incoming tracks */
  carry(tracks) {
    this.view.carry(tracks.filter((one) => one.source === "document"));
  }

  /** @param {MediaStream} own this seat's own devices: the document camera's picture is shown here as well */
  own(own) {
    this.view.own(own);
  }
}
