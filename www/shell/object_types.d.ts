// What the viewer says of an object that is no picture: its report, its film, its attributes.

/** An object that is no picture. */
export interface ObjectSummary {
  instance: string;
  name: string;
  /** A sentence: why there is no picture. */
  reason: string;
  kind: "text" | "pdf" | "film" | "other";
}

/** What an instance says of itself. */
export interface Description {
  report: Report | null;
  attributes: AttributeRow[];
  /** There are more attributes. */
  isCut: boolean;
  /** Values that cannot be read and are left out. */
  nUnread: number;
  isPdf: boolean;
}

export interface Report {
  title: string;
  /** Complete, verified, by whom and when. */
  state: string[];
  isUnfinished: boolean;
  lines: { level: number; isHeading: boolean; name: string; value: string }[];
  isCut: boolean;
}

export interface AttributeRow {
  level: number;
  /** Empty for the head of an item. */
  tag: string;
  name: string;
  vr: string;
  value: string;
}
