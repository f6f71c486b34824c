// The clerk's two dialogs: a line that was changed by two at once, and the final text. What they do is passed in.

import { during, element } from "./room-http.js";

/** @typedef {import("./transcript.js").Line} Line */

export function setUpConflict() {
  const dialog = element("conflict-dialog", HTMLDialogElement);
  element("conflict-drop", HTMLButtonElement).addEventListener("click", () => dialog.close());
}

/**
 * Someone else changed the line meanwhile: both texts are shown, a person chooses.
 * @param {string} mine @param {Line} current @param {(text: string) => void} keep
 */
export function askConflict(mine, current, keep) {
  const dialog = element("conflict-dialog", HTMLDialogElement);
  const text = element("conflict-mine", HTMLTextAreaElement);
  element("conflict-theirs", HTMLElement).textContent = `${current.speaker}：${current.text}`;
  element("conflict-by", HTMLElement).textContent = `${current.by} 保存的第 ${current.rev} 稿`;
  text.value = mine;
  element("conflict-keep", HTMLButtonElement).onclick = () => {
    dialog.close();
    keep(text.value.trim());
  };
  if (!dialog.open) dialog.showModal();
}

/** @param {() => Promise<void>} act */
export function setUpFinal(act) {
  const dialog = element("finalise-dialog", HTMLDialogElement);
  const problem = element("finalise-problem", HTMLElement);
  const yes = element("finalise-yes", HTMLButtonElement);
  element("finalise", HTMLButtonElement).addEventListener("click", () => {
    problem.textContent = "";
    dialog.showModal();
  });
  element("finalise-no", HTMLButtonElement).addEventListener("click", () => dialog.close());
  const finish = async () => {
    await act();
    dialog.close();
  };
  yes.addEventListener("click", () => void during(yes, finish, (text) => (problem.textContent = text)));
}
