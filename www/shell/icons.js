// The icons, drawn for this viewer on one 24 px grid with a stroke of 1.5: an outline and, where it helps, a filled part.
// All are drawn once, into one picture that style sheets use as a mask: a graphics processor imitated by the CPU takes a
// second for the same lines as vectors, and the first image waits for it.
// @ts-check
import { html } from "lit/html.js";

/** @type {Record<string, [outline: string, filled?: string]>} */
const DRAWINGS = {
  toolWindow: ["M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17z", "M12 3.5a8.5 8.5 0 0 1 0 17z"],
  toolPan: ["M12 3v18M3 12h18M9.5 5.5L12 3l2.5 2.5M9.5 18.5L12 21l2.5-2.5M5.5 9.5L3 12l2.5 2.5M18.5 9.5L21 12l-2.5 2.5"],
  toolZoom: ["M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM15.3 15.3L21 21M10.5 7.8v5.4M7.8 10.5h5.4"],
  toolScroll: ["M12 3l9 4.5l-9 4.5l-9-4.5zM3 12l9 4.5l9-4.5M3 16.5l9 4.5l9-4.5"],
  toolProbe: ["M12 2.5v6M12 15.5v6M2.5 12h6M15.5 12h6", "M12 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2z"],
  fit: ["M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z"],
  oneToOne: ["M4.5 8L7 6.5v11M16 8l2.5-1.5v11M12 10v.01M12 14.5v.01"],
  rotateRight: ["M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3.5v5h-5"],
  rotateLeft: ["M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 3.5v5h5"],
  flipHorizontal: ["M12 3v3M12 8v3M12 13v3M12 18v3M9 6.5v11H3zM15 6.5v11h6z", "M15 6.5v11h6z"],
  flipVertical: ["M3 12h3M8 12h3M13 12h3M18 12h3M6.5 9h11V3zM6.5 15h11v6z", "M6.5 15h11v6z"],
  invert: ["M4 4h16v16H4z", "M4 20L20 4v16z"],
  reset: ["M8 5L3.5 9.5L8 14M3.5 9.5h11a5 5 0 0 1 0 10H9"],
  interpolation: ["M3.5 20.5h4.25v-4.25h4.25V12h4.25V7.75h4.25V3.5M3.5 14L14 3.5"],
  planes: ["M3.5 5h17v14h-17zM7 15.5l3-6l3 4l2-2.5l2 4.5"],
  shutter: ["M3.5 5h17v14h-17zM12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z", "M3.5 5h17v14h-17zM12 7.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z"],
  subtract: ["M9.5 4.5a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM15 15.5h6.5"],
  lockWindow: ["M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  play: ["M7 4.5l12 7.5l-12 7.5z"],
  sweep: ["M3 8h15M14.5 4.5L18 8l-3.5 3.5M21 16H6M9.5 12.5L6 16l3.5 3.5"],
  playAll: ["M3.5 5.5l7 4.5l-7 4.5zM13 5.5l7 4.5l-7 4.5zM3.5 19h17"],
  pause: ["M8.5 5v14M15.5 5v14"],
  layout1x1: ["M3.5 5h17v14h-17z"],
  layout1x2: ["M3.5 5h17v14h-17zM12 5v14"],
  layout2x2: ["M3.5 5h17v14h-17zM12 5v14M3.5 12h17"],
  oneUp: ["M3.5 5h17v14h-17zM7.5 15V9.5H13v5.5zM15 11.5l2.5-2.5M15.2 8.8h2.5v2.5"],
  overlayLevel: ["M3.5 5h17v14h-17zM6.5 8.5h4M6.5 11h2.5M13.5 15.5h4M15 13h2.5"],
  picturesOnly: ["M14 4h6v6M20 4l-6.5 6.5M10 20H4v-6M4 20l6.5-6.5"],
  panel: ["M3.5 5h17v14h-17zM15 5v14M17 9h1.5M17 12h1.5"],
  help: ["M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.7.4-1.1.9-1.1 1.7M12 16.5v.01"],
  studyList: ["M14.5 5L7.5 12l7 7"],
  search: ["M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM15.3 15.3L21 21"],
  folder: ["M3 19V5h6l2 2.5h10V19z"],
  files: ["M7 3.5h7l4.5 4.5v12.5H7zM14 3.5V8h4.5"],
  share: ["M9.5 14.5l5-5M10.5 7.5L13 5a4.2 4.2 0 0 1 6 6l-2.5 2.5M13.5 16.5L11 19a4.2 4.2 0 0 1-6-6l2.5-2.5"],
  chain: ["M3.5 6h5v5h-5zM15.5 13h5v5h-5zM8.5 8.5h3.5v7h3.5M13.5 13.5l2 2l-2 2"],
  copies: ["M12 3.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM5 20.5c0-4 3-6.5 7-6.5s7 2.5 7 6.5M3.5 3.5l17 17"],
  raise: ["M12 20V5M6 11l6-6l6 6"],
  close: ["M6 6l12 12M18 6L6 18"],
  warning: ["M12 4L2.5 20h19zM12 10v4.5M12 17.3v.01"],
};

const GRID = 24;
/** Largest icon of the style sheets, CSS pixels. */
const SIDE_PX = 20;
const NAMES = Object.keys(DRAWINGS);
/** The box of an icon that is not there. */
const UNKNOWN = "layout1x1";

/** An icon; decoration only, the control around it has the name. @param {string} id */
export function icon(id) {
  if (!areDrawn) drawIcons();
  const at = NAMES.indexOf(id in DRAWINGS ? id : UNKNOWN);
  return html`<span class="icon" .style=${`--at:${at}`}></span>`;
}

let areDrawn = false;

/** Draws the icons for the pixels of this screen, now and whenever the page moves to another or is zoomed. */
function drawIcons() {
  areDrawn = true;
  const ratio = devicePixelRatio;
  void sprite(Math.ceil(SIDE_PX * ratio)).then((url) => {
    const { style } = document.documentElement;
    style.setProperty("--icons", `url("${url}")`);
    style.setProperty("--n-icons", String(NAMES.length));
  });
  matchMedia(`(resolution: ${ratio}dppx)`).addEventListener("change", drawIcons, { once: true });
}

/** All icons side by side, each `side` pixels wide: the address of a picture. @param {number} side */
async function sprite(side) {
  const canvas = Object.assign(document.createElement("canvas"), { width: side * NAMES.length, height: side });
  // Kept by the CPU: nothing here waits for a graphics processor.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return "";
  Object.assign(context, { lineWidth: 1.5, lineCap: "round", lineJoin: "round" });
  for (const [index, [outline, filled]] of Object.values(DRAWINGS).entries()) {
    context.setTransform(side / GRID, 0, 0, side / GRID, index * side, 0);
    context.stroke(new Path2D(outline));
    if (filled) context.fill(new Path2D(filled));
  }
  /** @type {Blob | null} */
  const picture = await new Promise((resolve) => canvas.toBlob(resolve));
  return picture ? URL.createObjectURL(picture) : "";
}
