-- What may be spent in a month, on whom, and who answers for it; never edited: a change is a new row, and the old one withdrawn.
-- body: the contract's budget.
CREATE TABLE cost_budget (
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

-- What each circuit's bytes of a month say, forecast and back-test included, as a job worked it out last: seconds for each circuit, so that
-- no page waits for it. Prices are laid over it when it is read. made_from: fingerprint of what it was worked out from; another one makes
-- the row worthless. Derived: it can be emptied at any time.
CREATE TABLE cost_traffic (
  month      text NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
  circuit_id text NOT NULL,
  made_at    timestamptz(3) NOT NULL,
  made_from  text NOT NULL,
  body       jsonb NOT NULL,
  PRIMARY KEY (month, circuit_id)
);
