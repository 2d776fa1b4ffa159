// Decodes frames in the site's worker and compares them with what was decoded natively: node same_decoders.mjs SITE FOLDER
import { createHash } from 'node:crypto';
import { openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './worker_in_node.mjs';

const [site, folder] = process.argv.slice(2);
const lines = readFileSync(join(folder, 'index.jsonl'), 'utf8').split('\n').filter(Boolean);
const frames = openSync(join(folder, 'frames.bin'), 'r');
const worker = await start(site);

/** Why the reply is not what was decoded natively, or nothing. */
function difference(reply, wanted) {
  if (reply.kind !== 'Frame') return wanted && `refused: ${reply.failure.sentence}`;
  if (!wanted) return 'decoded, natively refused';
  const sha256 = createHash('sha256').update(new Uint8Array(reply.bytes)).digest('hex');
  const got = { ...reply.frame, sha256 };
  const { near, ...exact } = wanted;
  const other = Object.keys(exact).filter((key) => JSON.stringify(got[key]) !== JSON.stringify(exact[key]));
  if (`${other}` === 'sha256' && near && isNear(reply, Uint8Array.from(near))) return 'near';
  return other.length > 0 && `another ${other.join(', ')}`;
}

/** No sample is off by more than 1. */
function isNear({ bytes, frame }, wanted) {
  const Samples = { uint8: Uint8Array, uint16: Uint16Array }[frame.dtype];
  if (!Samples || bytes.byteLength !== wanted.length) return false;
  const theirs = new Samples(wanted.buffer);
  return new Samples(bytes).every((sample, at) => Math.abs(sample - theirs[at]) <= 1);
}

let [same, near, refused] = [0, 0, 0];
for (const line of lines) {
  const { name, work, offset, length, wanted } = JSON.parse(line);
  const bytes = new Uint8Array(length);
  readSync(frames, bytes, 0, length, offset);
  const why = difference(await worker.ask(work, bytes), wanted);
  if (why === 'near') near += 1;
  else if (why) console.log(`differs: ${name}: ${why}`);
  else if (wanted) same += 1;
  else refused += 1;
}
console.log(`same: ${same} frames to the bit, ${near} lossy JPEG XL within 1, ${refused} refused alike`);
