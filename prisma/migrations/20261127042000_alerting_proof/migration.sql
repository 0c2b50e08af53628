-- Rounds in which alerting is proved, and the wall screens that were given a name. Versions without these tables leave them as they are.
CREATE TABLE alerting_proof (
  id         text PRIMARY KEY,
  started_at timestamptz(3) NOT NULL,
  -- the link that was tried last
  step       text NOT NULL,
  -- NULL = it goes on
  ended_at   timestamptz(3),
  -- why the step broke; NULL with an end = the receiver has the notification
  error      text
);
CREATE INDEX alerting_proof_started_at_idx ON alerting_proof (started_at DESC);

CREATE TABLE wall_screen (
  name          text PRIMARY KEY,
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at  timestamptz(3) NOT NULL
);
