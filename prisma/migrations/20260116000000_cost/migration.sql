-- Versions of the price list, each as it was read. A list that says the same as the one before makes no version.
-- effective_at: the newest effective date among its prices. meters: what lib/cost keeps of each price.
CREATE TABLE price_sheet (
  version      integer PRIMARY KEY CHECK (version > 0),
  currency     text NOT NULL,
  effective_at timestamptz(3) NOT NULL,
  first_read_at timestamptz(3) NOT NULL,
  last_read_at timestamptz(3) NOT NULL,
  fingerprint  text NOT NULL,
  meters       jsonb NOT NULL,
  CHECK (last_read_at >= first_read_at)
);

-- What became of each attempt to read prices. outcome: taken (a new version), same, refused, unreachable.
CREATE TABLE price_check (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz(3) NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('taken', 'same', 'refused', 'unreachable')),
  version integer REFERENCES price_sheet (version),
  faults  jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX price_check_at_idx ON price_check (at DESC, id DESC);

-- What an operator laid over the price list, never edited: a change is a new row, and the old one withdrawn. body: lib/cost's override.
CREATE TABLE cost_override (
  id            text PRIMARY KEY,
  body          jsonb NOT NULL,
  made_at       timestamptz(3) NOT NULL,
  made_by       text NOT NULL,
  why           text NOT NULL,
  withdrawn_at  timestamptz(3),
  withdrawn_by  text,
  withdrawn_why text,
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);

-- The weekly reviews as they were published: written once, never changed.
CREATE TABLE cost_review (
  week      text PRIMARY KEY CHECK (week ~ '^\d{4}-W\d{2}$'),
  closed_at timestamptz(3) NOT NULL,
  body      jsonb NOT NULL
);

-- What was decided about a circuit's plan, and what came of it.
CREATE TABLE cost_decision (
  id         text PRIMARY KEY,
  circuit_id text NOT NULL,
  at         timestamptz(3) NOT NULL,
  by         text NOT NULL,
  decided    text NOT NULL,
  why        text NOT NULL,
  came_of    text,
  came_of_at timestamptz(3),
  came_of_by text
);
CREATE INDEX cost_decision_at_idx ON cost_decision (at DESC, id);
