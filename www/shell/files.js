// Takes DICOM files, folders and ZIP archives from this computer, dropped or picked; they are never sent anywhere.
// @ts-check
import { html, render } from "lit/html.js";

/**
 * Shows the drop zone while files are dragged over the page and hands over what is dropped.
 * @param {HTMLElement} zone @param {(files: File[]) => void} open
 */
export function acceptDrops(zone, open) {
  render(html`<p><strong>Drop to open</strong><br>DICOM files, folders or ZIP archives. They stay on this computer.</p>`, zone);
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone.hidden = true;
  });
  addEventListener("drop", async (event) => {
    zone.hidden = true;
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    open(await collect(event.dataTransfer));
  });
}

/**
 * Lets the user pick files, or a whole folder.
 * @param {boolean} isFolder @param {(files: File[]) => void} open
 */
export function pickFiles(isFolder, open) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = isFolder;
  input.onchange = () => open([...(input.files ?? [])]);
  input.click();
}

/** @param {DataTransfer} transfer @returns {Promise<File[]>} */
async function collect(transfer) {
  // The entries must be taken before the first await: the browser empties the transfer after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const loose = [...transfer.files];
  const lists = await Promise.all(entries.filter((entry) => entry !== null).map(filesOf));
  const files = lists.flat();
  return files.length > 0 ? files : loose;
}

/** All files under an entry. @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesOf(entry) {
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    return [await new Promise((resolve, reject) => file.file(resolve, reject))];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const inside = [];
  for (;;) {
    // A reader gives at most a hundred entries a time and an empty list at the end.
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesOf))).flat();
}
