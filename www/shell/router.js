// Reads what an address asks for: our own routes and those of IHE Invoke Image Display (RAD-106).
// @ts-check
/** @import { OpenStudy, Config } from "./types.d.ts" */

/** @typedef {{ screen: "studies" } | { screen: "audit" } | { screen: "study", command: OpenStudy }
 *   | { screen: "accession", accession: string, source?: string }} Route */

/** PS3.5 9.1: digits and dots, at most 64 characters. */
export const UID = /^(?=.{1,64}$)[0-9]+(\.[0-9]+)*$/;

/** PS3.5 6.2, VR SH: at most 16 characters, no control characters, no backslash. */
const ACCESSION = /^[^\\\p{Cc}]{1,16}$/u;

/**
 * The route of a fragment such as `#/study/1.2.3?series=1.2.3.4`, or `#/study/1.2.3,4.5.6` for studies side by side. Anything
 * not understood is left out; a study whose UID is not one leads to the list. Sources are named by their id in config.json only.
 * @param {string} hash @param {Config} config @returns {Route}
 */
export function parseRoute(hash, config) {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const [, screen, studies = ""] = path.split("/");
  const [study = "", ...beside] = studies.split(",");
  if (screen === "audit" && config.audit) return { screen };
  if (screen !== "study" || !UID.test(study)) return { screen: "studies" };
  const given = new URLSearchParams(query);
  /** @type {OpenStudy} */
  const command = { type: "openStudy", study, ...sideBySide(beside) };
  const source = knownSource(given.get("source"), config);
  if (source) command.source = source;
  for (const key of /** @type {const} */ (["series", "instance"])) {
    const uid = given.get(key);
    if (uid && UID.test(uid)) command[key] = uid;
  }
  const frame = given.get("frame") ?? "";
  if (/^[1-9][0-9]{0,6}$/.test(frame)) command.frame = Number(frame);
  const numbers = (given.get("window") ?? "").split(",").map(Number);
  const [center = NaN, width = NaN] = numbers;
  if (numbers.length === 2 && Number.isFinite(center) && width > 0 && width < Infinity) command.window = [center, width];
  const [, rows, columns] = /^([1-4])x([1-4])$/.exec(given.get("layout") ?? "") ?? [];
  if (rows && columns) command.layout = [Number(rows), Number(columns)];
  return { screen: "study", command };
}

/**
 * The launch parameters of IHE Invoke Image Display, or undefined where the address has none.
 * @param {string} search @param {Config} config @returns {Route | undefined}
 */
export function parseLaunch(search, config) {
  const given = new URLSearchParams(search);
  if (given.get("requestType")?.toUpperCase() !== "STUDY") return undefined;
  const source = knownSource(given.get("source"), config);
  // The profile lets a list through.
  const [study = "", ...beside] = (given.get("studyUID") ?? "").split(",");
  if (UID.test(study)) return { screen: "study", command: { type: "openStudy", study, ...sideBySide(beside), ...(source && { source }) } };
  const accession = (given.get("accessionNumber") ?? "").trim();
  if (ACCESSION.test(accession)) return { screen: "accession", accession, ...(source && { source }) };
  return undefined;
}

/** Most studies that the viewer has a place for. */
export const MAX_STUDIES = 4;

/** The others of a list of studies, as far as they are UIDs. @param {string[]} uids @returns {{ beside?: string[] }} */
function sideBySide(uids) {
  const beside = uids.filter((uid) => UID.test(uid)).slice(0, MAX_STUDIES - 1);
  return beside.length > 0 ? { beside } : {};
}

/**
 * The fragment that opens studies again, side by side where there are several.
 * @param {string[]} studies @param {string | null | undefined} source @returns {string}
 */
export function studyHash(studies, source) {
  return `#/study/${studies.join(",")}${source ? `?source=${encodeURIComponent(source)}` : ""}`;
}

/** The fragment that leads to what a command opens, image and window included. @param {OpenStudy} command @returns {string} */
export function routeHash({ study, beside = [], source, series, instance, frame, window, layout }) {
  const query = Object.entries({ source, series, instance, frame, window, layout: layout?.join("x") })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `#/study/${[study, ...beside].join(",")}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** Where files of this computer come from; no archive may have this name. */
const LOCAL = "local";

/** @param {string | null} id @param {Config} config */
function knownSource(id, config) {
  return id === LOCAL ? LOCAL : config.sources.find((source) => source.id === id)?.id;
}
