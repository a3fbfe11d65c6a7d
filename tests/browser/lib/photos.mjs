// Pictures and papers that tests attach: a small PNG of one colour per name, and a one-page PDF.

import { deflateSync } from 'node:zlib';

const SIDE = 48;

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(content.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(sum(body), body.length + 4);
  return frame;
}

// The check sum of PNG. Node's own exists only in its newer versions.
function sum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A PNG as `setInputFiles` and `setFiles` take it; `colour` is [red, green, blue]. */
export function photo(name, colour) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array(SIDE).fill(Buffer.from(colour)))]);
  const pixels = deflateSync(Buffer.concat(Array(SIDE).fill(line)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return { name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.concat(parts) };
}

/** A record as a PDF of one empty page that carries its name. */
export function paper(name) {
  const text = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
% ${name}
trailer<</Root 1 0 R>>
%%EOF
`;
  return { name: `${name}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(text) };
}
