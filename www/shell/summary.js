// Finds things in what the viewer says of itself.
// @ts-check
/** @import { Summary, ViewportSummary } from "./types.d.ts" */

/** The viewport that tools and keys act on. @param {Summary} summary @returns {ViewportSummary | undefined} */
export function activeViewport(summary) {
  return summary.viewports.find((viewport) => viewport.id === summary.activeViewport);
}
