// What a page says when its link will not come back by itself: why, and the way on. Opens no link itself.

import { element } from "./room-http.js";
import { complain, elsewhere, farewell } from "./room-status.js";

export class Away {
  /** @param {{linkWords: import("./room-status.js").LinkWords, layout: string, path: string, writes: boolean,
   *   takeOver: () => void}} page */
  constructor({ linkWords, layout, path, writes, takeOver }) {
    this.linkWords = linkWords;
    this.about = { layout, path, phone: linkWords.phone, writes };
    this.takeOver = takeOver;
    this.outside = false; // this page does not come back by itself, or not unasked
  }

  /** @param {string} connection @returns {boolean} whether the link has ended for good */
  changed(connection) {
    const end = farewell(connection, this.about);
    if (end) this.say(end);
    if (connection === "not_admitted") element("room", HTMLElement).dataset.out = "true";
    if (connection === "elsewhere") {
      this.say(
        elsewhere(() => {
          complain("");
          this.outside = false;
          this.takeOver();
        }),
      );
    }
    return Boolean(end);
  }

  /** @param {{short: string, text: string, way?: any}} words */
  say(words) {
    this.outside = true;
    this.linkWords.show({ level: "lost", text: words.short });
    complain(words.text, words.way);
  }
}
