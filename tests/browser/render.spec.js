// The reference picture of `xtask render` against dcmj2pnm of DCMTK at the same window, on real uncompressed files.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { xtask } from "./harness.js";
import { difference, isDrawn, readPng } from "./png.js";

const judge = process.env.JUDGES && path.join(process.env.JUDGES, "dcmj2pnm");
const skip = !process.env.SHARED_DATA ? "no ../shared/data here" : !(judge && fs.existsSync(judge)) && "no dcmj2pnm here (Debian: dcmtk)";

/**
 * Files of ../shared/data, the frame where there are several, and the window; without one (colour) nothing is windowed.
 * `rescale` is the one exception: dcmj2pnm knows no Pixel Value Transformation of a frame (PS3.3 C.7.6.16.2.9) and takes its
 * window in stored values, so it is told the same window in those.
 */
const FILES = [
  { name: "head CT", at: "dev/dcm_qa_ct/GE/01.dcm", window: [40, 80] },
  { name: "head CT, a wide window of an odd width", at: "dev/dcm_qa_ct/GE/14.dcm", window: [35.5, 1501] },
  { name: "head MR, frame 1", at: "dev/dcm_qa_enh/Philips/IM_0027_fMAP.dcm", window: [959, 1667], rescale: [1.27985347985347, 0] },
  { name: "head MR, frame 33", at: "dev/dcm_qa_enh/Philips/IM_0027_fMAP.dcm", frame: 33, window: [0, 1000], rescale: [0.24420024420024, -500] },
  { name: "MR", at: "dev/pydicom/test_files/MR_small.dcm", window: [600, 1600] },
  { name: "thigh CT, implicit VR", at: "dev/ibsi-sts/STS_001/CT/image/000000.dcm", window: [40, 400] },
  { name: "chest CT, big endian", at: "dev/cornerstone3d/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm", window: [-600, 1500] },
  { name: "MR, big endian", at: "dev/pydicom/test_files/MR_small_expb.dcm", window: [600, 1600] },
  { name: "radiograph, MONOCHROME1", at: "dev/pydicom/test_files/dicomdirtests/77654033/CR1/6154", window: [2000, 3000] },
  { name: "colour by pixel", at: "dev/pydicom/test_files/examples_rgb_color.dcm" },
  { name: "palette", at: "dev/pydicom/test_files/examples_palette.dcm" },
];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-render-"));

after(() => fs.rmSync(folder, { recursive: true, force: true }));

for (const { name, at, frame = 1, window, rescale: [slope, intercept] = [1, 0] } of FILES) {
  test(`render of ${name} is within 1 of 255 of dcmj2pnm`, { skip, timeout: 60_000 }, async () => {
    const file = path.join(process.env.SHARED_DATA, at);
    const [own, theirs] = ["own.png", "theirs.png"].map((name) => path.join(folder, name));
    const [center, width] = window ?? [];
    await xtask("render", file, `--frame=${frame}`, ...(window ? [`--width=${width}`, `--center=${center}`] : []), "-o", own);
    const { status, stderr } = spawnSync(judge, ["+on", "-il", "+F", String(frame), ...(window ? ["+Ww", String((center - intercept) / slope), String(width / slope)] : []), file, theirs], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const picture = readPng(fs.readFileSync(own));
    assert.ok(isDrawn(picture), "there is a picture");
    const { most, count } = difference(picture, readPng(fs.readFileSync(theirs)));
    assert.ok(most <= 1, `${count} samples differ by more than 1, at most by ${most}`);
  });
}
