// What Python sends (stssim/show/player.py and evidence.py), as the front end's modules know it.

export type Outcome = "done" | "allowed" | "denied";
export type TabName = "request" | "response" | "policy" | "credentials" | "log" | "change";

/** One line of a request or reply: its kind (`start`, `header`, `body`, `note`) and its text. */
export type Line = [kind: string, text: string];
export type Pair = string[];

export interface Life {
  issued_at: number;
  expires_at: number;
  now: number;
}

export interface Check {
  what: string;
  operator: string | null;
  wanted: string[];
  found: string[] | null;
  met: boolean;
}

export interface Policy {
  sentence: string;
  documents: {
    title: string;
    ignored: string | null;
    segments: [kind: string, text: string][];
    statements: { title: string; matched: boolean; rows: Check[] }[];
  }[];
}

/** Temporary credentials in the hands of an actor. */
export interface Held {
  actor: number;
  name: string;
  key: string;
  issued_at: number;
  expires_at: number;
}

export interface Step {
  sentence: string;
  label: string;
  stage: string;
  outcome: Outcome;
  call: number | null;
  caller: string | null;
  resource: string | null;
  facts: Pair[];
  response: { code: string | null; message: string | null; lines: Line[] } | null;
  policy: Policy | null;
  credentials: { issued: boolean; life: Life | null; rows: Pair[] } | null;
  events: { title: string; note: string; text: string }[];
  /** The two actors of the step, as indexes into those of the picture; the same twice where one acts alone. */
  between: [number, number];
  /** What each actor holds after the step, and the moment of the step on the Lab's clock. */
  held: Held[];
  now: number | null;
}

export interface Call {
  name: string;
  endpoint: string;
  region: string;
  request: Line[];
  commands: Record<string, string>;
}

export interface Picture {
  undecided: string;
  decided: string;
}

export interface Run {
  name: string;
  title: string;
  steps: Step[];
  calls: Call[];
  /** The index of the step at which this run and the one beside it diverge. */
  divergence: number | null;
  pictures: { sequence: Picture; map: Picture; "map-down": Picture };
}

export interface Question {
  text?: string;
  choices?: [letter: string, says: string][];
  right?: string;
  because?: string;
}

export interface Draft {
  name: string;
  title: string;
  kind: "trust" | "policy" | "parameter" | "setting" | string;
  group: string;
  call: number | null;
  text: string;
  choices: [value: string, says: string][];
}

export interface Finding {
  line: number;
  column: number;
  sentence: string;
  refused: boolean;
}

/** The traits of the Python widget. */
export interface Traits {
  runs: Run[];
  run: number;
  step: number;
  tab: string;
  follows: boolean;
  view: "sequence" | "map";
  projector: boolean;
  question: Question;
  answer: string;
  skipped: boolean;
  drafts: Draft[];
  draft: { name?: string; text?: string };
  findings: { name?: string; text?: string; findings?: Finding[] };
  replay: { name?: string; text?: string; requests?: number };
  objection: string;
  now: number | null;
  minutes: number;
}

/** anywidget's model: the traits, shared with Python. */
export interface Model {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Where the player stands (steps.js). */
export interface Standing {
  runs: Run[];
  at: number;
  run: Run;
  last: number;
  position: number;
  step: Step | null;
  call: Call | null;
  locked: boolean;
  diverges: boolean;
  other: Run | null;
  theirs: Call | null;
}

/** A part of the player: an element, and how it is brought up to date. */
export interface Part {
  node: HTMLElement;
  paint: () => void;
}
