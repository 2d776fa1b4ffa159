// The configuration of a site, and who reads at it.

export interface Config {
  sources: { id: string; label: string; root: string }[];
  auth: { mode: "none" | "bearer" | "cookie"; issuer?: string; clientId?: string; scope?: string; claims?: { role?: string; organisation?: string } };
  /** Whether a record is kept of what readers do. */
  audit?: { root?: string; required: boolean; site?: string; breakGlass: boolean };
  /** Where readers and the viewer keep what FHIR has a place for. */
  fhir?: { root: string };
  /** EHRs that may launch the viewer. */
  smart?: { issuers: { iss: string; clientId: string; source?: string; scope?: string; tokenForSource: boolean }[] };
  /** Which archive takes the tokens of links. */
  capability?: { source: string };
  cache?: { onDisk: boolean; maxMegabytes: number };
  /** Which pages may show the viewer in a frame and speak to it. */
  embed?: { origins: string[] };
  /** The archive that copies without identity may be sent to. */
  deidentify?: { to: string };
  intendedUse: "review" | "validated-diagnostic";
  idleMinutes: number;
}

/** Who reads, and by what right; the members that are not always there are those of the mode "bearer". */
export interface Session {
  /**
   * Value of the Authorization header; undefined where the mode is none or cookie. `rejected` is one that an archive
   * answered 401 to, `root` the configured root that it is for. Waits where the reader has to sign in again.
   */
  authorize: (rejected?: string, root?: string) => Promise<string | undefined>;
  /** As the configuration has it, or by a token that an EHR or a link brought. */
  readonly mode: "none" | "bearer" | "cookie" | "grant";
  /** Of the reader; empty where nobody signed in. */
  readonly name: string;
  /** The reader's number at the sign-in service. */
  readonly subject?: string;
  /** Who vouches for that number. */
  readonly issuer?: string;
  readonly role?: string;
  readonly organisation?: string;
  /** When it ends for good, in milliseconds. */
  readonly expiresAt?: number | undefined;
  /** The one study that may be opened. */
  readonly only?: string | undefined;
  /** Nothing may be saved or handed on. */
  readonly isReadOnly?: boolean;
  /** Where to sign in again, in another tab. */
  signInLink?: (isLocked: boolean) => string;
  /** Drops the token. */
  lock?: () => void;
  /** Ends the session here, in the other tabs and at the sign-in service, and leaves the page. */
  signOut?: () => Promise<void>;
}

/** An imaging study as an EHR lists it: patient data, for text nodes only. */
export interface EhrStudy {
  uid: string;
  /** FHIR dateTime, or empty. */
  started: string;
  description: string;
  modalities: string;
  images: number | undefined;
}

export type SessionNews =
  /** `isOwn`: in this page, not in another tab. */
  | { type: "signedIn"; isOwn: boolean }
  | { type: "ended"; title: string; detail: string }
  /** The token is still there, and soon is not. */
  | { type: "leaving" };
