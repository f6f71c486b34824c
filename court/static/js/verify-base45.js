/** Base45 (RFC 9285) as it stands in a URL fragment, where "%" is %25 and " " is %20. */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** @param {string} text @returns {Uint8Array} throws RangeError for what is not Base45 */
export function decodeBase45(text) {
  const plain = text.replaceAll("%20", " ").replaceAll("%25", "%");
  /** @type {number[]} */
  const bytes = [];
  for (let start = 0; start < plain.length; start += 3) {
    const group = plain.slice(start, start + 3);
    const digits = Array.from(group, (character) => ALPHABET.indexOf(character));
    if (digits.length === 1 || digits.includes(-1)) throw new RangeError("not Base45");
    const value = digits.reduce((sum, digit, index) => sum + digit * 45 ** index, 0);
    if (value >= 256 ** (digits.length - 1)) throw new RangeError("not Base45");
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}
