// Keeps the address at the reader's place, so that it can be copied, reloaded and come back to. A study is one entry of the
// history, however much is scrolled in it.
// @ts-check
/** @import { Summary, Viewer } from "./types.d.ts" */

/** How long the place must rest before it is written. */
const REST_MILLIS = 400;

let timer = 0;
/** @type {string | null} */
let planned = null;

/** Plans to write the place down once it rests; a film that plays has none. @param {Summary} summary @param {Viewer} viewer */
export function keepAddress(summary, viewer) {
  const { route, viewports } = summary;
  if (route === planned || viewports.some(({ isPlaying }) => isPlaying)) return;
  planned = route;
  clearTimeout(timer);
  if (route) timer = setTimeout(() => writeAddress(viewer), REST_MILLIS);
}

/** @param {string} hash */
const studiesOf = (hash) => (hash.split("?")[0] ?? "").replace("#/study/", "").split(",").sort().join();

/** Writes the place down now, unless the address leads elsewhere already. @param {Viewer} viewer */
export function writeAddress(viewer) {
  clearTimeout(timer);
  const { route } = viewer.summary();
  // The study of the active picture comes first, so that the order of several changes while one reads.
  if (route && studiesOf(location.hash) === studiesOf(route) && location.hash !== route) history.replaceState(history.state, "", route);
}
