// Buttons of every seat: leaving (confirmed), raising a hand, asking for help. The server answers each.

import { during, element, post } from "./room-http.js";

/** @param {() => void} leave */
export function setUpLeave(leave) {
  const dialog = element("leave-dialog", HTMLDialogElement);
  element("leave", HTMLButtonElement).addEventListener("click", () => dialog.showModal());
  element("leave-no", HTMLButtonElement).addEventListener("click", () => dialog.close());
  element("leave-yes", HTMLButtonElement).addEventListener("click", leave);
}

/** @param {number | null} place in the queue of raised hands, from 1; null when one's own is down */
export function showHand(place) {
  const hand = document.getElementById("hand");
  const words = hand && hand.querySelector("span");
  if (!hand || !words) return;
  hand.setAttribute("aria-pressed", String(place !== null));
  words.textContent = place === null ? "我要说话" : `已举手（第${place}位），放下`;
}

/** @param {string} hearing @param {import("./link.js").Link} link @param {(words: string) => void} say */
export function setUpHelp(hearing, link, say) {
  const hand = document.getElementById("hand");
  if (hand) hand.addEventListener("click", () => link.raiseHand(hand.getAttribute("aria-pressed") !== "true"));
  const call = document.getElementById("call-officer");
  if (!(call instanceof HTMLButtonElement)) return;
  const act = async () => {
    await post(`/room/${hearing}/call`);
    say("已告诉法庭，工作人员马上来。");
  };
  call.addEventListener("click", () => void during(call, act, say));
}
