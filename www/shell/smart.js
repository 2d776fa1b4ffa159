// SMART App Launch (EHR launch): the EHR that the configuration names says whose study it has in hand; part of login.js.
// @ts-check
/** @import { Config, EhrStudy, Session, SessionNews } from "./types.d.ts" */
/** @import { Journey } from "./journey.js" */
/** @import { Launch } from "./launch.js" */
import * as oauth from "oauth4webapi";
import { Imaging } from "./ehr_studies.js";
import { GrantSession, rootsFor } from "./grant.js";
import { HOME, leave, noteFailure } from "./journey.js";
import { isLoopback } from "./loopback.js";
import { keptSearch } from "./launch.js";
import { Provider, Untrusted, explain } from "./openid.js";
import { routeHash } from "./router.js";
import { SignInError } from "./sign_in_error.js";

/** @typedef {NonNullable<Config["smart"]>["issuers"][number]} Issuer */

const AGAIN = "Launch the viewer from the EHR again; if it stays like this, tell whoever runs this site";
const ON = "Studies";
/** Launch, who reads, and the imaging studies of the patient in hand (SMART App Launch 2.2, scopes). */
const SCOPE = "launch openid fhirUser patient/ImagingStudy.rs";
const SILENCE_MILLIS = 15_000;

/**
 * One step of a launch: on to the EHR's sign-in, which ends this page, or back from there to a study.
 * @param {{ config: Config, skewSeconds: number, onNews: (news: SessionNews) => void | Promise<void>, launch: Launch | undefined,
 *   back: { given: URLSearchParams, journey: Journey | undefined } | undefined, choose: (studies: EhrStudy[]) => Promise<EhrStudy> }} step
 * @returns {Promise<Session | undefined>} a session where the archive takes the EHR's token
 * @throws {SignInError}
 */
export async function launchStep(step) {
  try {
    return await take(step);
  } catch (error) {
    // Words of the page's own script, which has a class of the same name, are as good.
    const isInWords = error instanceof Error && "detail" in error;
    const known = isInWords ? error : inWords(error);
    if (step.config.audit) noteFailure(known.message);
    throw known;
  }
}

/** @param {Parameters<typeof launchStep>[0]} step */
async function take({ config, skewSeconds, onNews, launch, back, choose }) {
  const iss = launch ? launch.iss : (back?.journey?.iss ?? "");
  const issuer = config.smart?.issuers.find((one) => plain(one.iss) === plain(iss));
  if (!issuer) {
    throw new SignInError("This EHR may not launch the viewer", "The address of its FHIR server is not among smart.issuers of config.json. Nothing was sent to it, and nothing is opened.", ON);
  }
  const ehr = new Ehr(issuer, config, skewSeconds);
  if (launch) return go(ehr, launch);
  if (!back?.journey) throw new Untrusted();
  return open(ehr, await ehr.answer(back.given, back.journey), { config, onNews, choose });
}

/** @param {Ehr} ehr @param {Launch} launch @returns {Promise<never>} */
async function go(ehr, { launch }) {
  const { url, ...proofs } = await ehr.begin({ launch, aud: ehr.base });
  const target = `${HOME}${keptSearch(new URLSearchParams(location.search))}#/studies`;
  leave({ ...proofs, target, isForOthers: false, isLinkLost: false, iss: ehr.base });
  location.replace(url);
  return new Promise(() => {});
}

/**
 * @param {Ehr} ehr @param {oauth.TokenEndpointResponse} granted
 * @param {{ config: Config, onNews: (news: SessionNews) => void | Promise<void>, choose: (studies: EhrStudy[]) => Promise<EhrStudy> }} page
 */
async function open(ehr, granted, { config, onNews, choose }) {
  if (granted.token_type.toLowerCase() !== "bearer") throw new Untrusted();
  const study = await new Imaging(ehr.base, granted).study(choose);
  const { source, tokenForSource } = ehr.ehr;
  const hash = routeHash({ type: "openStudy", study: study.uid, ...(source && { source }) });
  history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
  if (!tokenForSource) {
    // It has done what it was for; the archive's own sign-in comes next.
    await ehr.revoke({ accessToken: granted.access_token, refreshToken: granted.refresh_token }).catch(() => undefined);
    return undefined;
  }
  const claims = oauth.getValidatedIdTokenClaims(granted);
  const reader = ehr.tokens(granted, undefined, "");
  void onNews({ type: "signedIn", isOwn: true });
  return new GrantSession({
    token: granted.access_token,
    roots: rootsFor(config, source),
    issuer: claims?.iss ?? ehr.base,
    subject: typeof claims?.fhirUser === "string" ? claims.fhirUser : reader.subject,
    name: reader.name || "EHR",
    role: reader.role,
    organisation: reader.organisation,
    expiresAt: granted.expires_in === undefined ? undefined : Date.now() + granted.expires_in * 1000,
    only: undefined,
    isReadOnly: false,
    endings: {
      expired: ["The sign-in of the EHR has ended", "What was open is out of sight. Launch the viewer from the EHR again to go on."],
      refused: ["The archive does not accept the EHR's sign-in", `${AGAIN}.`],
    },
    onNews,
  });
}

/** The sign-in service of an EHR, by what its FHIR server says of it. */
class Ehr extends Provider {
  /** @param {Issuer} ehr @param {Config} config @param {number} skewSeconds */
  constructor(ehr, config, skewSeconds) {
    const { claims } = config.auth;
    super({ mode: "bearer", issuer: ehr.iss.trim(), clientId: ehr.clientId, scope: ehr.scope ?? SCOPE, ...(claims && { claims }) }, HOME, skewSeconds);
    this.ehr = ehr;
    // SMART App Launch 2.2: who the reader is, is a scope of its own.
    this.isIdentified = this.scope.split(" ").includes("openid");
    this.base = plain(ehr.iss);
  }

  /** SMART App Launch 2.2, .well-known/smart-configuration: asked at the configured FHIR server and nowhere else. @override */
  async server() {
    this.known ??= this.#read(await this.#discover());
    return this.known;
  }

  /** @returns {Promise<Record<string, unknown>>} */
  async #discover() {
    const response = await fetch(`${this.base}/.well-known/smart-configuration`, {
      headers: { Accept: "application/json" }, credentials: "omit", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(SILENCE_MILLIS),
    });
    if (!response.ok) throw new TypeError("no such document");
    return response.json();
  }

  /** @param {Record<string, unknown>} said @returns {oauth.AuthorizationServer} */
  #read(said) {
    const methods = said.code_challenge_methods_supported;
    // SMART App Launch 2.2: "SHALL support the S256"; without it a stolen code is worth something.
    if (!Array.isArray(methods) || !methods.includes("S256")) throw unfit("PKCE with S256");
    const address = (/** @type {string} */ key) => {
      const url = URL.canParse(String(said[key])) ? new URL(String(said[key])) : undefined;
      const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && this.issuer.protocol === "http:" && isLoopback(url.hostname));
      if (!url || !isSafe) throw unfit(key);
      return url.href;
    };
    const optional = (/** @type {string} */ key) => (said[key] === undefined ? {} : { [key]: address(key) });
    return {
      issuer: said.issuer === undefined ? this.base : String(said.issuer),
      authorization_endpoint: address("authorization_endpoint"),
      token_endpoint: address("token_endpoint"),
      ...optional("jwks_uri"),
      ...optional("revocation_endpoint"),
    };
  }
}

/** @param {string} what */
function unfit(what) {
  return new SignInError("The EHR's sign-in cannot be used", `Its smart-configuration has no usable “${what}”. Nobody was signed in, and nothing is opened. Tell whoever runs the EHR.`, ON);
}

/** A title and a sentence for an error; nothing of what the EHR sent is shown. @param {unknown} error */
function inWords(error) {
  const isOver = (error instanceof oauth.AuthorizationResponseError && error.error !== "access_denied") || (error instanceof oauth.ResponseBodyError && error.status < 500);
  if (isOver) return new SignInError("The launch cannot be used", "It may have expired, or have been used before. Nothing is opened. Launch the viewer from the EHR again.", ON);
  if (error instanceof oauth.AuthorizationResponseError) {
    return new SignInError("The EHR did not let the viewer in", `Nothing is opened. ${AGAIN}.`, ON);
  }
  const [, detail = ""] = explain(error, "");
  const isSilent = !(error instanceof Error && "code" in error && typeof error.code === "string") || error.code === oauth.RESPONSE_IS_NOT_CONFORM;
  return isSilent
    ? new SignInError("The EHR does not answer", `This page gets no answer from its FHIR server or its sign-in service. Nothing is opened. ${AGAIN}.`, ON)
    : new SignInError("The launch could not be trusted", detail, ON);
}

/** @param {string} url */
const plain = (url) => url.trim().replace(/\/+$/, "");
