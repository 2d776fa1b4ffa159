// Why there is no session, in words.
// @ts-check

/** Nobody is let in; `link` leads on. */
export class SignInError extends Error {
  /** @param {string} title @param {string} detail @param {string} link */
  constructor(title, detail, link) {
    super(title);
    this.detail = detail;
    this.link = link;
  }
}
