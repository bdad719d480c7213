// Runs in a page of the tests: rebuilds every position of a sweep with the live figure's own
// modules and returns a checksum of each, as tests/browser/test_frames.py computes it.

const TABLE = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

class Checksum {
  constructor() {
    this.crc = 0xffffffff;
    this.word = new DataView(new ArrayBuffer(4));
  }

  byte(value) {
    this.crc = TABLE[(this.crc ^ value) & 0xff] ^ (this.crc >>> 8);
  }

  bytes4() {
    for (let k = 0; k < 4; k += 1) this.byte(this.word.getUint8(k));
  }

  text(text) {
    for (const value of new TextEncoder().encode(text)) this.byte(value);
    this.byte(0);
  }

  count(tag, number) {
    this.byte(tag.charCodeAt(0));
    this.word.setUint32(0, number, true);
    this.bytes4();
  }

  node(node) {
    if (node === null) this.text("null");
    else if (typeof node === "boolean") this.text(node ? "true" : "false");
    else if (typeof node === "string") this.text(`"${node}`);
    else if (typeof node === "number") {
      this.byte("n".charCodeAt(0));
      if (Number.isNaN(node)) this.word.setUint32(0, 0x7fc00000, true);
      else this.word.setFloat32(0, node, true);
      this.bytes4();
    } else if (Array.isArray(node) || ArrayBuffer.isView(node)) {
      this.count("[", node.length);
      for (const item of node) this.node(item);
    } else {
      const keys = Object.keys(node).sort();
      this.count("{", keys.length);
      for (const key of keys) {
        this.text(key);
        this.node(node[key]);
      }
    }
  }

  get value() {
    return (this.crc ^ 0xffffffff) >>> 0;
  }
}

export function checksum(node) {
  const sum = new Checksum();
  sum.node(node);
  return sum.value;
}
