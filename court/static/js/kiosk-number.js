/**
 * Help at the id number: spaced for the eye, the check digit told at once, big keys for the finger. The server
 * decides; this only spares a round.
 */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = "10X98765432";

/** As typed -> plain. @param {string} typed */
export function plainNumber(typed) {
  return typed.normalize("NFKC").toUpperCase().replace(/[^0-9X]/g, "");
}

/** 500235 19560305 1234: region, birth, order. @param {string} number */
export function spacedNumber(number) {
  return [number.slice(0, 6), number.slice(6, 14), number.slice(14)].filter(Boolean).join(" ");
}

/** GB 11643 / ISO 7064 MOD 11-2. @param {string} number 18 characters */
export function checkHolds(number) {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return CHECK[sum % 11] === number[17];
}

/** What to say about a number while it is typed. @param {string} number @returns {{tone: string, text: string}} */
export function hintFor(number) {
  if (number.length === 0) return { tone: "", text: "" };
  if (/X/.test(number.slice(0, 17))) return { tone: "bad", text: "X 只能在最后一位" };
  if (number.length < 18) return { tone: "", text: `已输 ${number.length} 位，还差 ${18 - number.length} 位` };
  if (number.length > 18) return { tone: "bad", text: `多了 ${number.length - 18} 位，请退格` };
  return checkHolds(number)
    ? { tone: "good", text: "号码核对无误，请按“下一步”" }
    : { tone: "bad", text: "号码不对，请对照身份证再看一遍" };
}

/** @param {HTMLInputElement} input */
export function helpWithNumber(input) {
  const echo = document.querySelector("[data-id-echo]");
  const hint = document.querySelector("[data-id-hint]");
  const keys = /** @type {HTMLElement | null} */ (document.querySelector("[data-keypad]"));

  const tell = () => {
    const number = plainNumber(input.value);
    const said = hintFor(number);
    if (echo) {
      echo.textContent = spacedNumber(number);
      echo.className = `echo${said.tone ? ` echo--${said.tone}` : ""}`;
    }
    if (hint) hint.textContent = said.text;
  };

  /** @param {string} key */
  const press = (key) => {
    const number = plainNumber(input.value);
    input.value = key === "back" ? number.slice(0, -1) : (number + key).slice(0, 18);
    tell();
  };

  if (keys) {
    keys.hidden = false;
    keys.addEventListener("click", (event) => {
      const key = event.target instanceof Element ? event.target.closest("[data-key]") : null;
      if (key instanceof HTMLElement && key.dataset.key) press(key.dataset.key);
    });
  }
  input.addEventListener("input", tell);
  tell();
}
