// The server's message: the length of the header, the header (JSON), then float32 numbers.

export function unpack(bytes) {
  const whole = bytes.slice().buffer;
  const size = new DataView(whole).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, size)));
  const start = 4 + size + ((4 - (size % 4)) % 4);
  const pool = new Float32Array(whole, start);
  header.scene = header.scene && revive(header.scene, pool);
  header.pins = header.pins && revive(header.pins, pool);
  if (header.sweep) header.sweep.pool = pool;
  if (header.glide) header.glide.pool = pool;
  return header;
}

// Put the numbers where a tree refers to them: {"$": [offset, shape]}.
export function revive(node, pool) {
  if (Array.isArray(node)) return node.map((item) => revive(item, pool));
  if (node === null || typeof node !== "object") return node;
  if ("$" in node) return numbers(pool, node.$[0], node.$[1]);
  const revived = {};
  for (const key of Object.keys(node)) revived[key] = revive(node[key], pool);
  return revived;
}

export function numbers(pool, offset, shape) {
  if (shape.length === 0) return pool[offset];
  if (shape.length === 1) return pool.subarray(offset, offset + shape[0]);
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return Array.from({ length: shape[0] }, (_, k) =>
    numbers(pool, offset + k * size, shape.slice(1)),
  );
}
