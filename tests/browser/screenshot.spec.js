// The picture in the README: what the page shows of the thorax CT in full size, and whether it still does.
//
// `UPDATE_SCREENSHOT=1 cargo xtask test` takes it anew. Otherwise the page of now is compared with it: in the middle of the
// canvas, where no words stand, and over the whole page. Letters are drawn a little differently from one machine to the next
// and JPEG rounds, so the measure is the mean difference of grey levels and the share of pixels that differ clearly.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { frames, goTo, isComplete, launch, openPage, startArchive } from "./harness.js";

const FILE = path.join(process.env.SITE, "..", "docs", "screenshot.jpg");

/** A slice with heart, airways and the vessels of both lungs. */
const IMAGE = 150;

/** Mean difference, and share of pixels that differ by more than 32: of the picture, and of the page with its letters. */
const PICTURE = { mean: 2, share: 0.002 };
const PAGE = { mean: 3, share: 0.03 };

const skip = !process.env.SAMPLES && "no full samples here";

let archive, browser;

before(async () => {
  if (skip) return;
  archive = await startArchive(["--folder", process.env.SAMPLES]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await archive?.stop();
});

/** How far two JPEG pictures are apart within a rectangle, in grey levels: the browser decodes them. */
function compare(page, one, other, { x, y, width, height }) {
  return page.evaluate(async ([one, other, x, y, width, height]) => {
    const [a, b] = await Promise.all([one, other].map(async (text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      canvas.drawImage(picture, 0, 0);
      return { size: [picture.width, picture.height], data: canvas.getImageData(x, y, width, height).data };
    }));
    let sum = 0, clear = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      const apart = Math.abs(a.data[at] + a.data[at + 1] + a.data[at + 2] - b.data[at] - b.data[at + 1] - b.data[at + 2]) / 3;
      sum += apart;
      if (apart > 32) clear += 1;
    }
    return { sizes: [a.size, b.size], mean: sum / (width * height), share: clear / (width * height) };
  }, [one.toString("base64"), other.toString("base64"), x, y, width, height]);
}

test("the picture in the README is what the page shows", { skip, timeout: 300_000 }, async () => {
  const { studies } = JSON.parse(fs.readFileSync(path.join(process.env.SAMPLES, "samples.json"), "utf8"));
  const { study_uid, series } = studies.find((study) => study.label === "thorax-ct");
  const { series_uid } = series.find((one) => one.modality === "CT");
  const page = await openPage({ url: archive.url, browser }, `#/study/${study_uid}?series=${series_uid}`, { renderer: "webgpu" });
  await page.waitForFunction(() => performance.getEntriesByName("viewer:series-complete").length > 0, undefined, { timeout: 180_000 });
  await isComplete(page);
  await goTo(page, IMAGE);
  await page.mouse.move(2, 798);
  // All small pictures are there, and nothing is on its way.
  await page.waitForFunction(() => {
    const { series, load } = window.skiagraph.summary();
    return !load.isBusy && series.every((one) => !one.canBeDrawn || one.hasThumbnail);
  });
  await frames(page);
  const taken = await page.screenshot({ type: "jpeg", quality: 82 });
  if (process.env.UPDATE_SCREENSHOT === "1") {
    fs.mkdirSync(path.dirname(FILE), { recursive: true });
    fs.writeFileSync(FILE, taken);
  }
  const kept = fs.readFileSync(FILE);
  assert.ok(kept.length <= 200_000, `${kept.length} bytes`);
  const { x, y, width, height } = await page.locator("#canvas").boundingBox();
  const middle = { x: Math.round(x + width * 0.3), y: Math.round(y + height * 0.2), width: Math.round(width * 0.4), height: Math.round(height * 0.6) };
  const scratch = await browser.newPage();
  const again = "UPDATE_SCREENSHOT=1 takes it anew";
  const picture = await compare(scratch, kept, taken, middle);
  assert.deepEqual(picture.sizes, [[1280, 800], [1280, 800]]);
  assert.ok(picture.mean <= PICTURE.mean && picture.share <= PICTURE.share, `the picture differs: ${JSON.stringify(picture)}; ${again}`);
  const whole = await compare(scratch, kept, taken, { x: 0, y: 0, width: 1280, height: 800 });
  assert.ok(whole.mean <= PAGE.mean && whole.share <= PAGE.share, `the page differs: ${JSON.stringify(whole)}; ${again}`);
  assert.deepEqual(page.problems, []);
});
