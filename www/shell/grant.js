// A session by one token that was handed out elsewhere: it goes to the archive it is for, is not renewed, and ends.
// @ts-check
/** @import { Session, SessionNews } from "./types.d.ts" */

/** The longest that a timer can be set to. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/**
 * @typedef {{ token: string, roots: string[], name: string, issuer: string, subject: string, role?: string, organisation?: string,
 *   expiresAt: number | undefined, only: string | undefined, isReadOnly: boolean, endings: { expired: [string, string], refused: [string, string] },
 *   onNews: (news: SessionNews) => void | Promise<void> }} Grant
 *   `roots`: the configured roots that the token may go below; `expiresAt` in milliseconds; `only`: the one study; a title and a
 *   sentence for both ways in which it ends
 */

/** @implements {Session} */
export class GrantSession {
  /** @type {string | undefined} */
  #header;
  #roots;
  #endings;
  #onNews;
  mode = /** @type {const} */ ("grant");

  /** @param {Grant} grant */
  constructor({ token, roots, endings, onNews, ...about }) {
    this.#header = `Bearer ${token}`;
    this.#roots = roots.map(plain);
    this.#endings = endings;
    this.#onNews = onNews;
    this.name = about.name;
    this.issuer = about.issuer;
    this.subject = about.subject;
    this.role = about.role;
    this.organisation = about.organisation;
    this.expiresAt = about.expiresAt;
    this.only = about.only;
    this.isReadOnly = about.isReadOnly;
    this.#watch();
    // A timer stands still while the computer sleeps.
    document.addEventListener("visibilitychange", () => this.#watch());
  }

  /** @param {string} [rejected] @param {string} [root] */
  authorize = async (rejected, root = "") => {
    if (!this.#roots.includes(plain(root))) return undefined;
    this.#watch();
    if (this.#header !== undefined && rejected === this.#header) this.#end(this.#endings.refused);
    // What is asked after the end waits for an answer that does not come: nothing more is shown.
    return this.#header ?? new Promise(() => {});
  };

  lock() {
    this.#header = undefined;
  }

  #watch() {
    if (this.#header === undefined || this.expiresAt === undefined) return;
    const left = this.expiresAt - Date.now();
    if (left <= 0) this.#end(this.#endings.expired);
    else setTimeout(() => this.#watch(), Math.min(left, LONGEST_MILLIS));
  }

  /** @param {[string, string]} why */
  #end([title, detail]) {
    this.#header = undefined;
    void this.#onNews({ type: "ended", title, detail });
  }
}

/** A root as the archive's module writes it. @param {string} root */
const plain = (root) => root.trim().replace(/\/+$/, "");

/**
 * The roots that a token for an archive may go below: its own, and that of the audit server, where the record goes with it.
 * @param {import("./types.d.ts").Config} config @param {string | undefined} source
 */
export function rootsFor(config, source) {
  const archive = config.sources.find(({ id }) => id === source) ?? config.sources[0];
  const record = config.audit && (config.audit.root ?? config.fhir?.root);
  return [archive?.root, record].filter((root) => root !== undefined);
}
