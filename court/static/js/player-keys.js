// The keyboard of the playback page. Keys that a field or button in use needs stay with it.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/**
 * @typedef {{position: number, rate: number, playing: boolean, play(on: boolean): void, jump(to: number): void,
 *   speed(rate: number): void, marks: {step(at: number, way: number): void}}} Playing
 */

/** @param {Playing} player @param {number} way 1 faster, -1 slower */
function shift(player, way) {
  const at = SPEEDS.indexOf(player.rate);
  player.speed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + way))] ?? 1);
}

/** @param {Playing} player @returns {Record<string, (event: KeyboardEvent) => void>} */
function keys(player) {
  return {
    " ": () => player.play(!player.playing),
    ArrowLeft: (event) => player.jump(player.position - (event.shiftKey ? 30000 : 5000)),
    ArrowRight: (event) => player.jump(player.position + (event.shiftKey ? 30000 : 5000)),
    ArrowUp: () => shift(player, 1),
    ArrowDown: () => shift(player, -1),
    "[": () => player.marks.step(player.position, -1),
    "]": () => player.marks.step(player.position, 1),
    Home: () => player.jump(0),
    End: () => player.jump(Infinity),
  };
}

/** @param {Playing} player */
export function listenToKeys(player) {
  const known = keys(player);
  window.addEventListener("keydown", (event) => {
    const act = known[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest("input, select, textarea, [contenteditable]")) return;
    if (at.closest("button, a, summary") && event.key === " ") return;
    if (at.closest("[tabindex], .t-lines, .marks") && ["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    act(event);
  });
}
