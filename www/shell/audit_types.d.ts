// What the viewer and the shell say to each other about the audit record.

export interface AuditRecord {
  number: number;
  /** As the record has it: ISO 8601, UTC. */
  at: string;
  what: string;
  delivery: "pending" | "undelivered" | "delivered";
}

/** What only the shell knows of, for the record. */
export type AuditReport =
  | { what: "stopped" | "signedIn" | "signedOut" | "sessionEnded" | "locked" | "logRead" | "printed" | "shared" }
  | { what: "signInFailed"; reason: string; atMillis: number }
  | { what: "saved"; instance: string }
  | { what: "glassBroken"; reason: string };
