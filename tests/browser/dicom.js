// Writes small DICOM files for the tests, whole ones and ones that are wrong in one place (PS3.10 7, PS3.5 7.1.2).

const EXPLICIT_LITTLE = "1.2.840.10008.1.2.1";
const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";

/** Value representations whose length takes four bytes, after two of reserve (PS3.5 7.1.2). */
const LONG = ["OB", "OW", "UN", "UR", "UT", "SQ"];

/** Side of an image, pixels. */
export const SIDE = 64;

/** A UID below 2.25 for tests. @param {...number} numbers */
export const uid = (...numbers) => `2.25.77${numbers.map((number) => `.${number}`).join("")}`;

/** One element, explicit VR little endian. @param {string} tag @param {string} vr @param {string | number | Buffer} value */
function element(tag, vr, value) {
  let bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), "latin1");
  if (vr === "US") {
    bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(Number(value));
  }
  if (bytes.length % 2 === 1) bytes = Buffer.concat([bytes, Buffer.from(["UI", "OB", "UN"].includes(vr) ? "\0" : " ")]);
  const head = Buffer.alloc(LONG.includes(vr) ? 12 : 8);
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, "latin1");
  if (LONG.includes(vr)) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

/** Fragments of one frame behind an empty offset table (PS3.5 A.4). @param {Buffer} frame */
function encapsulated(frame) {
  const item = (/** @type {number} */ number, /** @type {number} */ length) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0xfffe, 0);
    head.writeUInt16LE(number, 2);
    head.writeUInt32LE(length, 4);
    return head;
  };
  const head = Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  return Buffer.concat([head, item(0xe000, 0), item(0xe000, frame.length), frame, item(0xe0dd, 0)]);
}

/** A ramp, stored value = column + 4 * row + 8 * number. @param {number} number */
function ramp(number) {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  for (let at = 0; at < SIDE * SIDE; at += 1) pixels.writeUInt16LE((at % SIDE) + 4 * Math.floor(at / SIDE) + 8 * number, 2 * at);
  return pixels;
}

/**
 * A CT image of series `series` in study `study`.
 * @param {{ study: number, series: number, number: number, modality?: string, description?: string }} where
 * @param {Record<string, [string, string | number | Buffer] | null>} [changes] by tag; null leaves an attribute out
 * @param {{ syntax?: string, frame?: Buffer }} [coding] a compressed frame with its transfer syntax
 */
export function dicom({ study, series, number, modality = "CT", description = "Made for a test" }, changes = {}, { syntax = EXPLICIT_LITTLE, frame } = {}) {
  const sop = uid(study, series, number);
  const elements = {
    "00080016": ["UI", CT_IMAGE], "00080018": ["UI", sop], "00080020": ["DA", "20260301"], "00080060": ["CS", modality],
    "0008103E": ["LO", description], "00100010": ["PN", "Probe^Petra"], "00100020": ["LO", "TEST1"], "0020000D": ["UI", uid(study)],
    "0020000E": ["UI", uid(study, series)], "00200011": ["IS", series], "00200013": ["IS", number],
    "00200032": ["DS", `0\\0\\${2 * number}`], "00200037": ["DS", "1\\0\\0\\0\\1\\0"], "00200052": ["UI", uid(study, 999)],
    "00280002": ["US", 1], "00280004": ["CS", "MONOCHROME2"], "00280010": ["US", SIDE], "00280011": ["US", SIDE],
    "00280030": ["DS", "0.5\\0.5"], "00280100": ["US", 16], "00280101": ["US", 16], "00280102": ["US", 15], "00280103": ["US", 0],
    "00281050": ["DS", "160"], "00281051": ["DS", "320"], "00281052": ["DS", "0"], "00281053": ["DS", "1"],
    "7FE00010": ["OW", ramp(number)], ...changes,
  };
  const known = Object.entries(elements).filter(([tag, told]) => told !== null && !(frame && tag === "7FE00010"));
  const body = known.sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, [vr, value]]) => element(tag, vr, value));
  if (frame) body.push(encapsulated(frame));
  const meta = Buffer.concat([
    element("00020001", "OB", Buffer.from([0, 1])), element("00020002", "UI", elements["00080016"][1]),
    element("00020003", "UI", sop), element("00020010", "UI", syntax), element("00020012", "UI", uid(1)),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element("00020000", "UL", length), meta, ...body]);
}
