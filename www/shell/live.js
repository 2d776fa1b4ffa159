// Tells a screen reader what changed, in one polite line, when the page has nothing more urgent to do.
// @ts-check
/** @import { Summary } from "./types.d.ts" */
import { activeViewport } from "./summary.js";

let isScheduled = false;
let sentence = "";

/**
 * Speaks the state of the active viewport. While images rush past, the browser is not idle, and only the last one is told.
 * @param {Summary} summary @param {HTMLElement} region
 */
export function announce(summary, region) {
  const next = describe(summary);
  if (next === sentence) return;
  sentence = next;
  if (isScheduled) return;
  isScheduled = true;
  const whenIdle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ run) => queueMicrotask(run));
  whenIdle(() => {
    isScheduled = false;
    region.textContent = sentence;
  });
}

/** @param {Summary} summary */
function describe(summary) {
  const viewport = activeViewport(summary);
  if (summary.screen === "studies" || !viewport || viewport.isPlaying) return "";
  if (viewport.message) return viewport.message;
  switch (viewport.state) {
    case "loading":
    case "stale":
      return `Waiting for image ${viewport.index + 1} of ${viewport.count}.`;
    case "shown":
      return `Image ${viewport.index + 1} of ${viewport.count}.`;
    default:
      return "";
  }
}
