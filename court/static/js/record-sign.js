// A signature on a paper about a recording, by hand at this screen. Whose turn it is the server says.

import { Pad } from "./pad.js";
import { during, element, post } from "./room-http.js";

function start() {
  const page = element("record-paper", HTMLElement);
  const problem = element("record-problem", HTMLElement);
  const done = element("record-done", HTMLButtonElement);
  const pad = new Pad(element("record-pad", HTMLCanvasElement));
  /** @param {string} words */
  const refuse = (words) => {
    problem.textContent = words;
    problem.hidden = false;
  };
  let turn = "";
  const at = `/desk/record-papers/${page.dataset.paper}`;
  const mine = element("record-mine", HTMLButtonElement);
  const take = async () => {
    turn = (await post(`${at}/pad`, { signer_id: page.dataset.signer })).turn;
    element("record-confirm", HTMLElement).hidden = true;
    element("record-do", HTMLElement).hidden = false;
    pad.clear();
  };
  mine.addEventListener("click", () => void during(mine, take, refuse));
  pad.addEventListener("change", () => (problem.hidden = true));
  element("record-again", HTMLButtonElement).addEventListener("click", () => {
    pad.clear();
    problem.hidden = true;
  });
  done.addEventListener("click", () => {
    if (!pad.enough) return refuse(pad.empty ? "请先在框里写名字。" : "写得太短，请写完整的名字。");
    const send = async () => {
      const sent = { signer_id: page.dataset.signer, turn, handwriting: pad.handwriting };
      await post(`${at}/sign`, sent);
      window.location.reload();
    };
    return void during(done, send, refuse);
  });
}

start();
