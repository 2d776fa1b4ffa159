// What a pixel is worth: the value under the pointer, the steps from the stored value to the screen, the colour bar.
// @ts-check
/** @import { ChainStep, Legend, Probe } from "./types.d.ts" */
import { html, svg } from "lit/html.js";

/** A figure and its unit, a thin space between. @param {string} value @param {string} unit */
function figure(value, unit) {
  return unit ? `${value}\u2009${unit}` : value;
}

/** Lines for the corner of a viewport. @param {Probe | null} probe */
export function probeLines(probe) {
  if (!probe) return "";
  const patient = probe.patientMm?.map((one) => one.toFixed(1)).join(", ");
  return html`<p class="probe">${figure(probe.value, probe.unit)}</p>${probe.others.map(
    ({ value, unit, label }) => html`<p><bdi>${label ? `${label} ` : ""}${figure(value, unit)}</bdi></p>`,
  )}${probe.note ? html`<p class="soft">${probe.note}</p>` : ""}<p>Pixel ${probe.x}, ${probe.y}</p>${patient ? html`<p>${patient}\u2009mm</p>` : ""}`;
}

/** The same for the panel. @param {Probe | null | undefined} probe */
export function probeList(probe) {
  if (!probe) return html`<p class="soft">Point at the picture.</p>`;
  return html`<dl><dt>Value</dt><dd>${figure(probe.value, probe.unit)}</dd>${probe.others.map(
    ({ value, unit, label }) => html`<dt><bdi>${label || "Also"}</bdi></dt><dd><bdi>${figure(value, unit)}</bdi></dd>`,
  )}<dt>Pixel</dt><dd>${probe.x}, ${probe.y}</dd>${probe.patientMm
    ? html`<dt>Position (L, P, H)</dt><dd>${probe.patientMm.map((one) => one.toFixed(1)).join(", ")}\u2009mm</dd>`
    : ""}</dl>${probe.note ? html`<p class="soft">${probe.note}</p>` : ""}`;
}

/** Every step from the stored value to what is drawn. @param {Probe | null} probe */
export function chain(probe) {
  const steps = probe?.steps ?? [];
  return html`<div class="chain"><table><caption>From the stored value to the screen</caption><tbody>${
    steps.length === 0
      ? html`<tr><td class="soft">Point at the picture.</td></tr>`
      : steps.map((/** @type {ChainStep} */ { name, value, how, tags }) => html`<tr><th scope="row">${name}</th><td class="value">${value}</td>
          <td><bdi>${how}</bdi>${tags ? html` <span class="soft">${tags}</span>` : ""}</td></tr>`)
  }</tbody></table></div>`;
}

/** The colour bar, highest value on top. @param {Legend | null} legend */
export function legendBar(legend) {
  if (!legend) return "";
  const { name, colors, ticks, unit } = legend;
  const n = colors.length;
  // One row higher than it has to be, so that no background shines through between two of them.
  const rows = colors.map((color, index) => svg`<rect x="0" y=${n - 1 - index} width="1" height="1.02" fill=${color}></rect>`);
  return html`<div class="legend" role="img" aria-label="Colour bar ${name}, ${ticks[0] ?? ""} to ${ticks.at(-1) ?? ""} ${unit}">
    <span class="unit"><bdi>${unit}</bdi></span>
    <div class="scale"><ol>${ticks.toReversed().map((tick) => html`<li>${tick}</li>`)}</ol>
      <svg viewBox="0 0 1 ${n}" preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true">${rows}</svg></div>
  </div>`;
}
