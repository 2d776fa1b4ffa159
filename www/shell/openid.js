// OpenID Connect's code flow with PKCE, by a certified library (oauth4webapi); what it gives stays in the caller's memory.
// @ts-check
/** @import { Config } from "./types.d.ts" */
/** @import { Journey } from "./journey.js" */
import * as oauth from "oauth4webapi";

/**
 * @typedef {{ serial: number, signIn: string, accessToken: string, refreshToken: string | undefined, idToken: string, expiresAt: number,
 *   lifetime: number, subject: string, name: string, role: string, organisation: string }} Tokens
 *   `serial` grows with every sign-in and renewal; `signIn` names the sign-in that they come from; `expiresAt` and `lifetime` are in milliseconds
 */

/** How far the clocks of two computers may be apart, in seconds (standards 4.5). */
const CLOCK_TOLERANCE_SECONDS = 120;
/** Where the provider does not say how long a token lives. */
const USUAL_LIFETIME_SECONDS = 300;
/** A provider that is slow must not keep a reader from signing out. */
const GOODBYE_MILLIS = 3_000;

/** Characters of a claim that go on record. */
const MOST_OF_A_CLAIM = 200;

/** An answer that is well-formed and signed, and not for this page. */
export class Untrusted extends Error {
  code = "OTHER_TOKEN";
}

/** The sign-in service of the configuration, and no other. */
export class Provider {
  /** @param {Config["auth"]} auth @param {string} redirectUri @param {number} skewSeconds how far this computer's clock is behind */
  constructor(auth, redirectUri, skewSeconds) {
    this.issuer = new URL(auth.issuer ?? "");
    /** As the configuration writes it. */
    this.issuerName = auth.issuer ?? "";
    this.scope = auth.scope ?? "openid";
    /** An id token is asked for, and nothing goes without it. */
    this.isIdentified = true;
    this.claims = auth.claims ?? {};
    this.redirectUri = redirectUri;
    this.skewMillis = Math.abs(skewSeconds) > CLOCK_TOLERANCE_SECONDS ? skewSeconds * 1000 : 0;
    /** @type {oauth.Client} */
    this.client = { client_id: auth.clientId ?? "", [oauth.clockSkew]: this.skewMillis / 1000, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    // The configuration is refused where http leads to another computer than this one.
    this.options = { [oauth.allowInsecureRequests]: this.issuer.protocol === "http:" };
    /** @type {oauth.AuthorizationServer | undefined} */
    this.known = undefined;
  }

  /** What the issuer says of itself; it must name itself as it is configured (OpenID Connect Discovery 4.3). */
  async server() {
    this.known ??= await oauth.processDiscoveryResponse(this.issuer, await oauth.discoveryRequest(this.issuer, this.options));
    return this.known;
  }

  /** An address to sign in at, and the proofs that its answer is held against. @param {Record<string, string>} more parameters */
  async begin(more) {
    const server = await this.server();
    const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
    const url = new URL(server.authorization_endpoint ?? "");
    oauth.checkProtocol(url, this.issuer.protocol === "https:");
    url.search = new URLSearchParams([...url.searchParams, ...Object.entries({
      client_id: this.client.client_id,
      redirect_uri: this.redirectUri,
      response_type: "code",
      scope: this.scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      ...(this.isIdentified && { nonce }),
      ...more,
    })]).toString();
    return { url, verifier, state, nonce };
  }

  /**
   * Takes the code of an answer to the provider and gives what it stands for, all of it checked: state and issuer of the
   * answer (RFC 9207), signature, issuer, audience, time and nonce of the id token.
   * @param {URLSearchParams} given @param {Journey} journey @returns {Promise<oauth.TokenEndpointResponse>}
   */
  async answer(given, journey) {
    const server = await this.server();
    const answer = oauth.validateAuthResponse(server, this.client, given, journey.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server, this.client, oauth.None(), answer, this.redirectUri, journey.verifier, this.options,
    );
    const expected = this.isIdentified ? { expectedNonce: journey.nonce, requireIdToken: true } : {};
    const result = await oauth.processAuthorizationCodeResponse(server, this.client, response, expected);
    if (this.isIdentified) await oauth.validateApplicationLevelSignature(server, response, this.options);
    return result;
  }

  /** @param {URLSearchParams} given @param {Journey} journey @returns {Promise<Tokens>} */
  async complete(given, journey) {
    return this.tokens(await this.answer(given, journey), undefined, journey.state);
  }

  /** A new token for one that ends soon; the old refresh token is worth nothing afterwards. @param {Tokens} old @returns {Promise<Tokens>} */
  async refresh(old) {
    const server = await this.server();
    const response = await oauth.refreshTokenGrantRequest(server, this.client, oauth.None(), old.refreshToken ?? "", this.options);
    const result = await oauth.processRefreshTokenResponse(server, this.client, response);
    if (oauth.getValidatedIdTokenClaims(result)) await oauth.validateApplicationLevelSignature(server, response, this.options);
    return this.tokens(result, old, old.signIn);
  }

  /** @param {oauth.TokenEndpointResponse} result @param {Tokens | undefined} old @param {string} signIn @returns {Tokens} */
  tokens(result, old, signIn) {
    if (result.token_type.toLowerCase() !== "bearer") throw new Untrusted();
    const claims = oauth.getValidatedIdTokenClaims(result);
    // OpenID Connect Core 12.2: a renewed id token is about the same person.
    if (old && claims && claims.sub !== old.subject) throw new Untrusted();
    const lifetime = (result.expires_in ?? USUAL_LIFETIME_SECONDS) * 1000;
    const name = claims?.name ?? claims?.preferred_username ?? claims?.sub;
    return {
      signIn,
      serial: Math.max(Date.now(), (old?.serial ?? 0) + 1),
      accessToken: result.access_token,
      refreshToken: result.refresh_token ?? old?.refreshToken,
      idToken: result.id_token ?? old?.idToken ?? "",
      expiresAt: Date.now() + lifetime,
      lifetime,
      subject: claims?.sub ?? old?.subject ?? "",
      name: old?.name ?? String(name ?? ""),
      role: old?.role ?? claimed(claims, this.claims.role),
      organisation: old?.organisation ?? claimed(claims, this.claims.organisation),
    };
  }

  /** RFC 7009, as far as the provider can; it is not waited for without end. @param {Pick<Tokens, "accessToken" | "refreshToken">} tokens */
  async revoke(tokens) {
    const server = await this.server();
    if (!server.revocation_endpoint) return;
    const options = { ...this.options, signal: AbortSignal.timeout(GOODBYE_MILLIS) };
    const all = [tokens.refreshToken, tokens.accessToken].filter((token) => token !== undefined);
    await Promise.allSettled(all.map((token) => oauth.revocationRequest(server, this.client, oauth.None(), token, options)));
  }

  /** Where the provider ends its own session (OpenID Connect RP-Initiated Logout), if it does. @param {Tokens} tokens @param {string} state */
  async endUrl(tokens, state) {
    const server = await this.server();
    if (!server.end_session_endpoint) return undefined;
    const url = new URL(server.end_session_endpoint);
    oauth.checkProtocol(url, this.issuer.protocol === "https:");
    const parameters = { client_id: this.client.client_id, id_token_hint: tokens.idToken, post_logout_redirect_uri: this.redirectUri, state };
    for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
    return url.href;
  }
}

/**
 * What a claim says, for the record: a text, or the texts of a list. Its name may lead into objects ("realm_access.roles").
 * @param {oauth.IDToken | undefined} claims @param {string | undefined} name
 */
function claimed(claims, name) {
  if (!claims || !name) return "";
  const inner = (/** @type {unknown} */ value, /** @type {string} */ key) => (value instanceof Object && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined);
  const value = inner(claims, name) ?? name.split(".").reduce(inner, /** @type {unknown} */ (claims));
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
  return texts.join(", ").slice(0, MOST_OF_A_CLAIM);
}

/** The provider's own word that a token will never be renewed (RFC 6749 5.2); anything else may pass. @param {unknown} error */
export function isFinal(error) {
  return error instanceof Untrusted || (error instanceof oauth.ResponseBodyError && error.status < 500);
}

/** A title and a sentence for an error; nothing of what the provider sent is shown. @param {unknown} error @param {string} issuer */
export function explain(error, issuer) {
  const again = "Sign in again; if it stays like this, tell whoever runs this site";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof oauth.AuthorizationResponseError) {
    const isRefused = error.error === "access_denied";
    return isRefused
      ? ["You did not sign in", "The sign-in service did not let you in, or you left it. Sign in again."]
      : ["The sign-in service could not sign you in", `${again} the word “${/^[a-z_]{1,40}$/.exec(error.error)?.[0] ?? "unknown"}”.`];
  }
  switch (code) {
    case oauth.JSON_ATTRIBUTE_COMPARISON:
      return ["This is not the configured sign-in service", `What answers at ${issuer} calls itself something else. Nothing was sent to it. Whoever runs this site can correct auth.issuer in config.json.`];
    case oauth.JWT_TIMESTAMP_CHECK:
      return ["The sign-in is out of date", "The clock of this computer or of the sign-in service may be wrong. Correct the clock and sign in again."];
    case oauth.RESPONSE_IS_NOT_CONFORM:
    case "":
      return ["The sign-in service does not answer", `This page gets no answer from ${issuer}. Check the connection, then try again; if it stays like this, tell whoever runs this site.`];
    default:
      return ["The sign-in could not be trusted", `A check of the sign-in service's answer failed, and nobody was signed in. ${again} the word “${code}”.`];
  }
}
