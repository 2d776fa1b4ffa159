// Frames as the archive sent them, encrypted on this computer's disk: where the site asks for it, and the memory has no room for a series.
// @ts-check
/** @import { Disk } from "./types.d.ts" */

/** Folders of ours begin so; a page that lives holds a lock of its folder's name. */
const PREFIX = "skiagraph-frames-";
/** Of what the browser gives to this site, one part in so many. */
const SHARE = 4;
const VECTOR_BYTES = 12;

/** Removes what pages left behind that are gone: nobody has its key any more. */
export async function wipeLeftovers() {
  try {
    const root = await navigator.storage.getDirectory();
    const held = new Set(((await navigator.locks.query()).held ?? []).map(({ name }) => name));
    /** @type {string[]} */
    const left = [];
    // @ts-ignore keys() is not in TypeScript's library yet
    for await (const name of root.keys()) if (name.startsWith(PREFIX) && !held.has(name)) left.push(name);
    await Promise.all(left.map((name) => root.removeEntry(name, { recursive: true })));
  } catch {
    // A browser without such storage, or one that lends none: nothing was left there.
  }
}

/**
 * A folder with a key that only this page's memory holds; undefined where the browser lends no disk.
 * @param {number} maxBytes @returns {Promise<Disk | undefined>}
 */
export async function openDisk(maxBytes) {
  const name = `${PREFIX}${crypto.randomUUID()}`;
  try {
    const root = await navigator.storage.getDirectory();
    await new Promise((resolve) => void navigator.locks.request(name, () => (resolve(undefined), new Promise(() => undefined))));
    const folder = await root.getDirectoryHandle(name, { create: true });
    const { quota = 0 } = await navigator.storage.estimate();
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return new EncryptedFolder(root, name, folder, key, Math.min(maxBytes, Math.floor(quota / SHARE)));
  } catch {
    return undefined;
  }
}

/** @implements {Disk} */
class EncryptedFolder {
  /** @type {FileSystemDirectoryHandle} */
  #root;
  /** @type {string} */
  #name;
  /** @type {FileSystemDirectoryHandle} */
  #folder;
  /** @type {CryptoKey} */
  #key;
  /** @type {number} */
  #maxBytes;
  #bytes = 0;
  #next = 0;
  /** By what a frame is called in memory only; the longest unused first. @type {Map<string, { file: string, bytes: number, contentType: string }>} */
  #frames = new Map();

  /** @param {FileSystemDirectoryHandle} root @param {string} name @param {FileSystemDirectoryHandle} folder @param {CryptoKey} key @param {number} maxBytes */
  constructor(root, name, folder, key, maxBytes) {
    [this.#root, this.#name, this.#folder, this.#key, this.#maxBytes] = [root, name, folder, key, maxBytes];
  }

  get state() {
    return { bytes: this.#bytes, maxBytes: this.#maxBytes };
  }

  /** What was kept of a frame. @param {string} frame */
  async find(frame) {
    const known = this.#frames.get(frame);
    if (!known) return undefined;
    this.#frames.delete(frame);
    try {
      const file = await (await this.#folder.getFileHandle(known.file)).getFile();
      const sealed = new Uint8Array(await file.arrayBuffer());
      const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.subarray(0, VECTOR_BYTES) }, this.#key, sealed.subarray(VECTOR_BYTES));
      this.#frames.set(frame, known);
      return { contentType: known.contentType, bytes };
    } catch {
      // Gone or changed: it is fetched.
      this.#bytes -= known.bytes;
      return undefined;
    }
  }

  /** Keeps a frame; what does not fit is not kept. @param {string} frame @param {string} contentType @param {Uint8Array<ArrayBuffer>} bytes */
  async keep(frame, contentType, bytes) {
    if (this.#frames.has(frame) || bytes.length > this.#maxBytes) return;
    const file = String(this.#next++);
    try {
      const iv = crypto.getRandomValues(new Uint8Array(VECTOR_BYTES));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, bytes);
      const writable = await (await this.#folder.getFileHandle(file, { create: true })).createWritable();
      await writable.write(iv);
      await writable.write(sealed);
      await writable.close();
    } catch {
      // Full or withdrawn.
      this.#maxBytes = this.#bytes;
      return;
    }
    this.#frames.set(frame, { file, bytes: bytes.length, contentType });
    this.#bytes += bytes.length;
    for (const [oldest, known] of this.#frames) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#frames.delete(oldest);
      this.#bytes -= known.bytes;
      await this.#folder.removeEntry(known.file).catch(() => undefined);
    }
  }

  /** Removes all of it; from here on nothing is kept. */
  async wipe() {
    this.#frames.clear();
    this.#bytes = this.#maxBytes = 0;
    await this.#root.removeEntry(this.#name, { recursive: true }).catch(() => undefined);
  }
}
