// Pictures as numbers: reads the PNG files that browsers, dcmtk and this project write, and tells how far two are apart.
import assert from "node:assert/strict";
import zlib from "node:zlib";

/** Samples a pixel of the colour types (PNG 11.2.2): grey, RGB, grey with alpha, RGB with alpha. */
const SAMPLES = { 0: 1, 2: 3, 4: 2, 6: 4 };

/**
 * Red, green and blue of a PNG of 8 bits without interlace.
 * @param {Buffer} file @returns {{ width: number, height: number, rgb: Uint8Array }}
 */
export function readPng(file) {
  const packed = [];
  let width = 0, height = 0, samples = 0;
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height, samples] = [data.readUInt32BE(0), data.readUInt32BE(4), SAMPLES[data[9]]];
      assert.ok(data[8] === 8 && samples && data[12] === 0, "a PNG of 8 bits without palette and interlace");
    }
    if (type === "IDAT") packed.push(data);
    at += length + 12;
  }
  const lines = zlib.inflateSync(Buffer.concat(packed));
  const stride = width * samples;
  const pixels = new Uint8Array(height * stride);
  for (let row = 0; row < height; row += 1) unfilter(lines.subarray(row * (stride + 1)), pixels, row * stride, stride, samples);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) rgb[3 * pixel + channel] = pixels[pixel * samples + (samples > 2 ? channel : 0)];
  }
  return { width, height, rgb };
}

/** Undoes the filter of one line (PNG 9.2). */
function unfilter(line, pixels, start, stride, samples) {
  const filter = line[0];
  for (let at = 0; at < stride; at += 1) {
    const left = at >= samples ? pixels[start + at - samples] : 0;
    const up = start > 0 ? pixels[start + at - stride] : 0;
    const corner = start > 0 && at >= samples ? pixels[start + at - stride - samples] : 0;
    pixels[start + at] = line[at + 1] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
  }
}

function paeth(left, up, corner) {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** The largest difference of two pictures of one size, and how many samples differ by more than `more`. */
export function difference(one, other, more = 1) {
  assert.deepEqual([one.width, one.height], [other.width, other.height], "pictures of one size");
  let most = 0, count = 0;
  for (let at = 0; at < one.rgb.length; at += 1) {
    const apart = Math.abs(one.rgb[at] - other.rgb[at]);
    if (apart > most) most = apart;
    if (apart > more) count += 1;
  }
  return { most, count };
}

/** A picture with something on it: at least `levels` grey levels. */
export function isDrawn({ rgb }, levels = 16) {
  return new Set(rgb).size >= levels;
}
