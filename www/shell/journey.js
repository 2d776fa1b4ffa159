// What is kept while the reader is away at the sign-in service, and what comes back in the address from there.
// @ts-check
/** @import { Config } from "./types.d.ts" */
import { keptSearch } from "./launch.js";
import { parseLaunch, parseRoute, routeHash } from "./router.js";
import { SignInError } from "./sign_in_error.js";

/**
 * @typedef {{ verifier: string, state: string, nonce: string, target: string, isForOthers: boolean, isLinkLost: boolean, iss?: string }} Journey
 *   proofs of a sign-in, where to go after it, whether it is for the other tabs, whether the way there could not be kept, the EHR that launched
 */

const KEY = "skiagraph-journey";
const FAILURES = "skiagraph-failures";

/** This page without anything behind it: the redirect URI, letter by letter. */
export const HOME = new URL("./", document.baseURI).href;

/**
 * Where the reader wants to go, without anything that may be about a patient: UIDs only, so no accession number.
 * @param {Config} config @returns {Pick<Journey, "target" | "isLinkLost">}
 */
export function destination(config) {
  const route = parseLaunch(location.search, config) ?? parseRoute(location.hash, config);
  const search = keptSearch(new URLSearchParams(location.search));
  const hash = route.screen === "study" ? routeHash(route.command) : "#/studies";
  return { target: `${HOME}${search}${hash}`, isLinkLost: route.screen === "accession" };
}

/** Reads and takes out what this tab keeps; nothing where the browser lets the page keep nothing. @param {string} key */
function take(key) {
  try {
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return text;
  } catch {
    return null;
  }
}

/** @param {Journey} journey @throws {SignInError} where the proofs of the answer cannot be kept */
export function leave(journey) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(journey));
  } catch {
    throw new SignInError("This browser lets the page keep nothing", "To sign in, this page must remember for a moment that it was you who asked. Allow cookies and site data for it, or leave the private window, and load the page again.", "Load again");
  }
}

/**
 * The sign-in service's answer, where this is one; it leaves the address and the storage before anything else happens.
 * @returns {{ given: URLSearchParams, journey: Journey | undefined } | undefined}
 */
export function comeBack() {
  const given = new URLSearchParams(location.search);
  if (!given.has("state") || !(given.has("code") || given.has("error"))) return undefined;
  const text = take(KEY);
  /** @type {Journey | undefined} */
  const journey = text ? JSON.parse(text) : undefined;
  history.replaceState(null, "", journey?.target.startsWith(HOME) ? journey.target : HOME);
  return { given, journey };
}

/** Keeps that a sign-in failed until somebody is signed in and it can be put on record. @param {string} reason a title of ours */
export function noteFailure(reason) {
  const failures = JSON.parse(take(FAILURES) ?? "[]");
  try {
    sessionStorage.setItem(FAILURES, JSON.stringify([...failures, { reason, atMillis: Date.now() }]));
  } catch {
    // Then it cannot be told later.
  }
}

/** Sign-ins of this tab that failed; they are told once. @returns {{ reason: string, atMillis: number }[]} */
export function takeFailures() {
  const failures = take(FAILURES);
  return failures ? JSON.parse(failures) : [];
}
