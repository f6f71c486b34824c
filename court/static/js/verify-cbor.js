/**
 * The part of CBOR (RFC 8949) that a COSE_Sign1 of our papers uses: definite lengths, integers, bytes, text, arrays,
 * maps, one tag. Anything else is refused.
 */

/** @typedef {number | string | Uint8Array | unknown[] | Map<unknown, unknown>} Item */

const DEEPEST = 8;

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** @param {number} count */
  take(count) {
    if (this.at + count > this.bytes.length) throw new RangeError("cut off");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** Major type and argument. @returns {[number, number]} */
  head() {
    const first = this.take(1)[0];
    const info = first & 31;
    if (info < 24) return [first >> 5, info];
    if (info > 26) throw new RangeError("length not used here");
    const size = 1 << (info - 24);
    return [first >> 5, this.take(size).reduce((sum, byte) => sum * 256 + byte, 0)];
  }

  /** @param {number} depth @returns {any} */
  item(depth) {
    if (depth > DEEPEST) throw new RangeError("too deep");
    const [major, argument] = this.head();
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument).slice();
      case 3:
        return new TextDecoder("utf-8", { fatal: true }).decode(this.take(argument));
      case 4:
        return Array.from({ length: this.bounded(argument) }, () => this.item(depth + 1));
      case 5: {
        const map = new Map();
        for (let n = this.bounded(argument); n > 0; n -= 1) map.set(this.item(depth + 1), this.item(depth + 1));
        return map;
      }
      case 6:
        return [argument, this.item(depth + 1)];
      default:
        throw new RangeError("type not used here");
    }
  }

  /** @param {number} count elements cannot be more than the bytes left */
  bounded(count) {
    if (count > this.bytes.length - this.at) throw new RangeError("cut off");
    return count;
  }
}

/**
 * One item that fills the whole input. With `tag` the outermost item must carry it and [tag, item] is returned.
 * @param {Uint8Array} bytes
 * @param {number} [tag]
 * @returns {any}
 */
export function decodeCbor(bytes, tag) {
  const reader = new Reader(bytes);
  const item = reader.item(0);
  if (reader.at !== bytes.length) throw new RangeError("more than one item");
  if (tag !== undefined && !(Array.isArray(item) && item[0] === tag)) throw new RangeError("other tag");
  return item;
}

/** @param {Uint8Array} bytes @returns {number[]} */
function byteString(bytes) {
  const size = bytes.length;
  const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255];
  return [...head, ...bytes];
}

/**
 * Sig_structure of COSE_Sign1 (RFC 9052, 4.4) without external data: what the signature is over.
 * @param {Uint8Array} header  the protected header as sent
 * @param {Uint8Array} payload
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeSigStructure(header, payload) {
  const context = new TextEncoder().encode("Signature1");
  const parts = [0x84, 0x60 | context.length, ...context, ...byteString(header), 0x40, ...byteString(payload)];
  const bytes = new Uint8Array(new ArrayBuffer(parts.length));
  bytes.set(parts);
  return bytes;
}
