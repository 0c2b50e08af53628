-- What every single loss breaks, as it was computed last in the background: once for the whole deployment and once for each scope that somebody
-- reads by, so that no row mixes customers.

-- audience: the scope, '' = everything. seen, hidden: what it saw and did not see when it was computed; who sees less of it now is not answered
-- from it. complete: every table was read. rests_on: fingerprint of tables, topology and declarations. checked_at: since then nothing of that has changed.
CREATE TABLE single_loss_run (
  audience     text PRIMARY KEY,
  seen         text[] NOT NULL,
  hidden       text[] NOT NULL,
  rests_on     text NOT NULL,
  complete     boolean NOT NULL,
  -- the last poll of a table that it rests on; NULL = none was read
  tables_at    timestamptz(3),
  computed_at  timestamptz(3) NOT NULL,
  checked_at   timestamptz(3) NOT NULL CHECK (checked_at >= computed_at),
  computed     integer NOT NULL CHECK (computed >= 0),
  not_computed integer NOT NULL CHECK (not_computed >= 0)
);

-- One loss that changes anything. place: 0 = the worst. unsure: of some prefixes it is not known what becomes of them. strands_*: since when it
-- strands something; both NULL = it strands nothing, only the first NULL = nobody knows whether it did before.
CREATE TABLE single_loss (
  audience         text NOT NULL REFERENCES single_loss_run ON DELETE CASCADE,
  term             text NOT NULL,
  place            integer NOT NULL,
  unsure           boolean NOT NULL,
  strands_earliest timestamptz(3),
  strands_latest   timestamptz(3),
  body             jsonb NOT NULL,
  PRIMARY KEY (audience, term)
);
