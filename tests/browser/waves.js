// Images that are stored by resolutions: waves with grain, in JPEG 2000 as OpenJPEG writes it, for the tests of thin lines.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Why there are none here, or false. */
export const noWaves = !process.env.PYDICOM && "no python with Pillow here, which writes JPEG 2000";

export const JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90";

/** What the header says of such an image. @param {number} side pixels @returns {Record<string, [string, string | number]>} */
export const waveHeader = (side) => ({ "00280010": ["US", side], "00280011": ["US", side], "00281050": ["DS", "1000"], "00281051": ["DS", "1400"] });

/** Codestreams, resolution after resolution, the next one `step` pixels further on. @param {{ side: number, n: number, step?: number }} what */
export function waves({ side, n, step = 4 }) {
  const program = `
import base64, io, numpy as np
from PIL import Image
y, x = np.mgrid[0:${side}, 0:${side}]
grain = np.random.default_rng(1).normal(0, 20, x.shape)
for n in range(${n}):
    values = (1000 + 600 * np.sin((x + ${step} * n) / 23) * np.cos(y / 31) + grain).astype(np.uint16)
    out = io.BytesIO()
    Image.fromarray(values).save(out, "JPEG2000", progression="RPCL", num_resolutions=6, irreversible=False, no_jp2=True)
    print(base64.b64encode(out.getvalue()).decode())
`;
  const { stdout, stderr, status } = spawnSync(process.env.PYDICOM ?? "", ["-c", program], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n").map((line) => Buffer.from(line, "base64"));
}
