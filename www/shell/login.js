// The session of a signed-in reader: one token in this page's memory, renewed by one tab for all; loaded in mode "bearer" only.
// @ts-check
/** @import { Config, Session, SessionNews } from "./types.d.ts" */
/** @import { Journey } from "./journey.js" */
/** @import { Tokens } from "./openid.js" */
import { HOME, destination, leave, noteFailure } from "./journey.js";
import { Provider, explain, isFinal } from "./openid.js";
import { SignInError } from "./sign_in_error.js";

export { launchStep } from "./smart.js";

/** What the tabs of this page say to each other. @typedef {{ type: "ask" } | { type: "tokens", tokens: Tokens } | { type: "locked" } | { type: "leave" }} Word */

/** How long the other tabs have to answer. */
const ASK_MILLIS = 200;
/** A token is renewed this long before its end, or a quarter of its life where that is shorter. */
const AHEAD_MILLIS = 60_000;
/** A renewal that found no provider is tried again after this, while the token still lives. */
const AGAIN_MILLIS = 5_000;
const SIGNED_OUT = "signed-out";

/**
 * The session of this page: from the answer of the sign-in service that the page came with, from another tab, or by going
 * to the sign-in service, which ends this page.
 * @param {{ config: Config, skewSeconds: number, onNews: (news: SessionNews) => void | Promise<void>,
 *   back: { given: URLSearchParams, journey: Journey | undefined } | undefined }} options
 * @returns {Promise<Session>}
 * @throws {SignInError}
 */
export async function openSession({ config, skewSeconds, onNews, back }) {
  const provider = new Provider(config.auth, HOME, skewSeconds);
  const session = new TokenSession(provider, onNews);
  const purpose = new URLSearchParams(location.search).get("signin");
  const { target, isLinkLost } = destination(config);
  try {
    if (back) return await arrive(session, provider, back);
    if (new URLSearchParams(location.search).get("state") === SIGNED_OUT) {
      history.replaceState(null, "", HOME);
      throw new SignInError("You are signed out", "Nothing of what was shown is kept on this computer.", "Sign in");
    }
    if (purpose === null && (await session.ask())) return session;
    const { url, ...proofs } = await provider.begin(purpose === "login" || session.isLockedElsewhere ? { prompt: "login" } : {});
    leave({ ...proofs, target, isLinkLost, isForOthers: purpose !== null });
    location.replace(url);
  } catch (error) {
    const [title = "", detail = ""] = error instanceof SignInError ? [error.message] : explain(error, provider.issuer.href);
    if (back && !session.subject && config.audit) noteFailure(title);
    throw error instanceof SignInError ? error : new SignInError(title, detail, "Sign in");
  }
  return new Promise(() => {});
}

/** @param {TokenSession} session @param {Provider} provider @param {{ given: URLSearchParams, journey: Journey | undefined }} back */
async function arrive(session, provider, { given, journey }) {
  if (!journey) {
    throw new SignInError("The sign-in cannot be completed", "This answer of the sign-in service belongs to no sign-in that was begun in this tab. Sign in again.", "Sign in");
  }
  session.adopt(await provider.complete(given, journey), true);
  session.share();
  if (journey.isForOthers) {
    close();
    throw new SignInError("You are signed in", "Go on in the tab that you came from; this one can be closed.", "Use this tab");
  }
  if (journey.isLinkLost) {
    throw new SignInError("You are signed in", "Open the link that brought you here once more: it names an accession number, which is not kept while you sign in.", "All studies");
  }
  return session;
}

/** @implements {Session} */
class TokenSession {
  /** @type {Tokens | undefined} */
  #tokens;
  /** The sign-in that the lock ended: it does not count any more. */
  #ended = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | undefined} */
  #renewal;
  /** @type {(() => void)[]} */
  #waiting = [];
  #channel = new BroadcastChannel(`skiagraph ${HOME}`);
  #provider;
  #onNews;
  mode = /** @type {const} */ ("bearer");
  name = "";
  role = "";
  organisation = "";
  issuer;
  /** Whose study may be held by this page. */
  subject = "";
  /** Another tab is locked: the provider must not let in whoever comes, by what it remembers. */
  isLockedElsewhere = false;

  /** @param {Provider} provider @param {(news: SessionNews) => void | Promise<void>} onNews */
  constructor(provider, onNews) {
    this.#provider = provider;
    this.issuer = provider.issuerName;
    this.#onNews = onNews;
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** @param {string} [rejected] */
  authorize = async (rejected) => {
    const isStale = this.#tokens && (header(this.#tokens) === rejected || this.#tokens.expiresAt <= Date.now());
    if (isStale) await this.#renew();
    while (!this.#tokens) await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    return header(this.#tokens);
  };

  /** @param {Tokens} tokens @param {boolean} [isOwn] from a sign-in in this page */
  adopt(tokens, isOwn = false) {
    if (tokens.signIn === this.#ended) return;
    if (this.subject && this.subject !== tokens.subject) {
      // Another reader: nothing of the one before may be left.
      location.replace(HOME);
      return;
    }
    const isNew = this.#tokens?.signIn !== tokens.signIn;
    this.#tokens = tokens;
    this.subject = tokens.subject;
    this.name = tokens.name;
    this.role = tokens.role;
    this.organisation = tokens.organisation;
    this.#plan(tokens.expiresAt - Date.now() - Math.min(AHEAD_MILLIS, tokens.lifetime / 4));
    if (isNew) void this.#onNews({ type: "signedIn", isOwn });
    for (const go of this.#waiting.splice(0)) go();
  }

  share() {
    if (this.#tokens) this.#say({ type: "tokens", tokens: this.#tokens });
  }

  /** Whether another tab has a token newer than this one's; it is this one's then. */
  async ask() {
    const before = this.#tokens?.serial;
    this.#say({ type: "ask" });
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ASK_MILLIS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
    return this.#tokens !== undefined && this.#tokens.serial !== before;
  }

  /** Where a reader signs in again, in a tab beside this one, so that this one keeps the study. @param {boolean} isLocked */
  signInLink(isLocked) {
    return `${HOME}?signin=${isLocked ? "login" : "again"}`;
  }

  /** Drops the token: who wants to go on signs in again. */
  lock() {
    const tokens = this.#drop();
    this.#ended = tokens?.signIn ?? this.#ended;
    if (tokens) this.#provider.revoke(tokens).catch(() => undefined);
  }

  /** Ends the session here, in the other tabs and at the provider, and this page with all that it holds. */
  async signOut() {
    this.#say({ type: "leave" });
    await this.#onNews({ type: "leaving" });
    const tokens = this.#drop();
    const signedOut = `${HOME}?state=${SIGNED_OUT}`;
    if (!tokens) return location.replace(signedOut);
    await this.#provider.revoke(tokens).catch(() => undefined);
    const end = await this.#provider.endUrl(tokens, SIGNED_OUT).catch(() => undefined);
    location.replace(end ?? signedOut);
  }

  #drop() {
    const tokens = this.#tokens;
    this.#tokens = undefined;
    clearTimeout(this.#timer);
    return tokens;
  }

  /** @param {number} millis */
  #plan(millis) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), Math.max(0, millis));
  }

  /** One renewal at a time in this tab. */
  #renew() {
    this.#renewal ??= this.#renewForAll().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** One renewal at a time in all tabs: a refresh token that is used twice ends the session of all (RFC 9700 4.14.2). */
  async #renewForAll() {
    const old = this.#tokens;
    await navigator.locks.request(`skiagraph ${HOME}`, async () => {
      if (!old || this.#tokens !== old || (await this.ask())) return;
      if (old.refreshToken === undefined) {
        if (old.expiresAt <= Date.now()) this.#end();
        else this.#plan(old.expiresAt - Date.now());
        return;
      }
      try {
        const fresh = await this.#provider.refresh(old);
        if (this.#tokens !== old) return;
        this.adopt(fresh);
        this.share();
      } catch (error) {
        if (this.#tokens !== old) return;
        if (isFinal(error) || old.expiresAt <= Date.now()) this.#end(isFinal(error) ? undefined : error);
        else this.#plan(Math.min(AGAIN_MILLIS, old.expiresAt - Date.now()));
      }
    });
  }

  /** @param {unknown} [error] */
  #end(error) {
    this.#drop();
    const [title, detail] = error
      ? explain(error, this.#provider.issuer.href)
      : ["Your sign-in has ended", "Sign in again and go on where you were; your study is kept, out of sight."];
    void this.#onNews({ type: "ended", title: title ?? "", detail: detail ?? "" });
  }

  /** @param {Word} word */
  #say(word) {
    this.#channel.postMessage(word);
  }

  /** @param {Word} word */
  #hear(word) {
    switch (word.type) {
      case "ask":
        if (this.#ended && !this.#tokens) this.#say({ type: "locked" });
        return this.share();
      case "locked":
        this.isLockedElsewhere = true;
        return undefined;
      case "tokens":
        if (word.tokens.serial > (this.#tokens?.serial ?? 0)) this.adopt(word.tokens);
        return undefined;
      case "leave":
        return void this.#follow();
    }
  }

  /** Another tab signs out. */
  async #follow() {
    await this.#onNews({ type: "leaving" });
    this.#drop();
    location.replace(`${HOME}?state=${SIGNED_OUT}`);
  }
}

/** @param {Tokens} tokens */
function header(tokens) {
  return `Bearer ${tokens.accessToken}`;
}
