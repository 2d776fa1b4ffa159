// What the viewer says of a value: under the pointer, on its way to the screen, as a colour.

/** Value under the pointer, in the unit that means most first. */
export interface Probe {
  x: number;
  y: number;
  value: string;
  unit: string;
  patientMm: [number, number, number] | null;
  others: { value: string; unit: string; label: string }[];
  /** Why a PET image has no SUV; or empty. */
  note: string;
  steps: ChainStep[];
}

/** One step from the stored value to the screen. */
export interface ChainStep {
  name: string;
  value: string;
  how: string;
  tags: string;
}

/** What the colours mean: evenly spaced from the lowest value to the highest, like the figures. */
export interface Legend {
  name: string;
  colors: string[];
  ticks: string[];
  unit: string;
}
