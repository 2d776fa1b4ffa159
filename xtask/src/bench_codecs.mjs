// Our decoders and those of others, in turn on the same frames: node bench_codecs.mjs SITE FOLDER PEERS [ROW]
// The time is that of the process (user and system), so that what else the machine does disturbs little; and each row has
// a process of its own, so that no codec pays for the memory that the one before it left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { start } from './worker_in_node.mjs';

const [site, folder, peers, row] = process.argv.slice(2);
const { codecs } = JSON.parse(readFileSync(join(folder, 'jobs.json'), 'utf8'));
if (row === undefined) {
  for (const at of codecs.keys()) {
    const arguments_ = [fileURLToPath(import.meta.url), site, folder, peers, String(at)];
    const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  process.exit();
}
const worker = await start(site);

const emscripten = async (name, file, decoderClass) => {
  const path = join(peers, '@cornerstonejs', name, 'dist', `${file}.js`);
  const glue = name === 'codec-libjxl' ? await import(pathToFileURL(path)) : createRequire(path)(path);
  const factory = glue.default ?? glue;
  const wasmBinary = readFileSync(join(path, '..', `${file}.wasm`));
  const codec = await factory({ wasmBinary, print() {}, printErr() {} });
  const decoder = new codec[decoderClass]();
  return (bytes) => {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    return decoder.getDecodedBuffer();
  };
};
const script = (...path) => import(pathToFileURL(join(peers, '@cornerstonejs', ...path)));

/** The decoder of another viewer by the ending of the frames. */
const PEERS = {
  j2k: () => emscripten('codec-openjpeg', 'openjpegwasm_decode', 'J2KDecoder'),
  htj2k: () => emscripten('codec-openjph', 'openjphjs', 'HTJ2KDecoder'),
  jls: () => emscripten('codec-charls', 'charlswasm_decode', 'JpegLSDecoder'),
  jxl: () => emscripten('codec-libjxl', 'jpegxlwasm_decode', 'JpegXLDecoder'),
  ljpeg: async () => {
    const { Decoder } = await script('jpeg-lossless-decoder-js', 'release', 'lossless.js');
    return (bytes) => new Decoder().decode(bytes.buffer, bytes.byteOffset, bytes.length, 2);
  },
  rle: async () => {
    const { default: decodeRLE } = await script('dicom-image-loader', 'dist', 'esm', 'shared', 'decoders', 'decodeRLE.js');
    return async (bytes, descriptor) => {
      const frame = { ...descriptor, bitsAllocated: 16, samplesPerPixel: 1, pixelRepresentation: 0 };
      return (await decodeRLE(frame, bytes)).pixelData;
    };
  },
};

/** Ours as the worker calls it. RLE is in the worker's own module, which takes messages only. */
async function ours({ module, work }) {
  if (!module) return async (bytes) => (await worker.ask({ Decode: work }, bytes.buffer)).bytes;
  const { decode } = await worker.loadModule(module);
  return (bytes) => decode(JSON.stringify(work), bytes).bytes;
}

const ROUND_MILLIS = 100;
const view = (data) => Buffer.from(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const { name, ending, image, module, work } = codecs[Number(row)];
const read = (end) => {
  const names = readdirSync(folder).filter((file) => file.startsWith(`${image}_`) && file.endsWith(`.${end}`));
  return names.sort().map((file) => new Uint8Array(readFileSync(join(folder, file))));
};
const [frames, raws] = [read(ending), read('raw')];
if (!frames.length) process.exit();
const contenders = { ours: await ours({ module, work }) };
let absent;
if (existsSync(peers)) {
  try {
    contenders.peer = await PEERS[ending]();
  } catch (error) {
    absent = `${error}`.split('\n')[0];
  }
}
const millis = { ours: [], peer: [] };
const exact = {};
for (const [who, decode] of Object.entries(contenders)) {
  exact[who] = true;
  for (const [at, frame] of frames.entries()) {
    const samples = await decode(frame, work.descriptor);
    exact[who] &&= view(samples).equals(raws[at]);
  }
}
const time = async (decode, nPasses) => {
  const before = process.cpuUsage();
  for (let pass = 0; pass < nPasses; pass += 1) for (const frame of frames) await decode(frame, work.descriptor);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (nPasses * frames.length);
};
// A round lasts long enough for what is done once in a while: the compiler's and the collector's work.
await time(contenders.ours, 1);
const nPasses = Math.ceil(ROUND_MILLIS / frames.length / (await time(contenders.ours, 1)));
// The first two rounds are for the compiler.
for (let round = -2; round < 7; round += 1) {
  for (const [who, decode] of Object.entries(contenders)) {
    const took = await time(decode, nPasses);
    if (round >= 0) millis[who].push(took);
  }
}
const told = { name, image, ours: median(millis.ours), exact: exact.ours };
if (contenders.peer) Object.assign(told, { peer: median(millis.peer), peerExact: exact.peer });
if (absent) told.absent = absent;
console.log(JSON.stringify(told));
