// Asks the archive for the linked study while the viewer is still being compiled; the viewer takes the answers over.
// @ts-check
/** @import { Config } from "./types.d.ts" */
import { parseRoute } from "./router.js";

/** Attributes of the first two questions; `dicom/dicomweb/query.rs` has the same lists, and its test holds these against them. */
const SERIES_FIELDS = "0008103E,00180015,00201209";
const DRAWING_FIELDS = [
  "00080008,00080020,00080030,00080050,00080060,00080080,00081030,0008103E,00083002,00100010,00100020,00100021,00100030,00100040",
  "00180050,00181164,0020000D,0020000E,00200011,00200020,00200032,00200037,00200052,00280002,00280004,00280006,00280008,00280010",
  "00280011,00280030,00280034,00280100,00280101,00280102,00280103,00280120,00280121,00280301,00281050,00281051,00281052,00281053",
  "00281054,00281055,00281056,00282110,00282112",
].join(",");

/** @type {Map<string, { answer: Promise<Response>, controller: AbortController }>} */
const asked = new Map();

/**
 * Sends the questions that the viewer will have first. What nobody takes over was asked for in vain, and nothing more.
 * @param {string} text of config.json, not checked yet
 */
export function askEarly(text) {
  let url;
  try {
    url = firstQuestion(JSON.parse(text));
  } catch {
    // The viewer says what is wrong with it.
  }
  if (!url) return;
  const controller = new AbortController();
  const answer = fetch(url, { headers: { Accept: "application/dicom+json" }, credentials: "same-origin", signal: controller.signal });
  answer.catch(() => undefined);
  asked.set(url, { answer, controller });
}

/** @param {Config} config @returns {string | undefined} */
function firstQuestion(config) {
  const route = parseRoute(location.hash, config);
  if (config.auth?.mode === "bearer" || location.search.includes("requestType") || route.screen !== "study") return undefined;
  const { study, series, instance, source = config.sources[0]?.id } = route.command;
  const root = config.sources.find(({ id }) => id === source)?.root.trim().replace(/\/+$/, "");
  if (root === undefined || instance) return undefined;
  const list = `${root}/studies/${study}/series`;
  return series
    ? `${list}/${series}/instances?includefield=${DRAWING_FIELDS}&limit=1`
    : `${list}?includefield=${SERIES_FIELDS}`;
}

/**
 * The answer to a question that was asked early; it is given once.
 * @param {string} url @param {AbortSignal} signal calls it off
 * @returns {Promise<Response> | undefined}
 */
export function takeEarly(url, signal) {
  const early = asked.get(url);
  if (!early) return undefined;
  asked.delete(url);
  signal.addEventListener("abort", () => early.controller.abort());
  return early.answer;
}
