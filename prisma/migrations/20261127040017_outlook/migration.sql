-- What announced windows take away in the next weeks, as it was computed last in the background: for the whole deployment and for each scope that
-- somebody reads by, as single losses are. audience: the scope, '' = everything. seen, hidden: what it saw and did not see; who sees less of it now
-- is not answered from it. Versions without this table leave it as it is.
CREATE TABLE outlook (
  audience    text PRIMARY KEY,
  seen        text[] NOT NULL,
  hidden      text[] NOT NULL,
  -- fingerprint of tables, resources and windows
  rests_on    text NOT NULL,
  computed_at timestamptz(3) NOT NULL,
  checked_at  timestamptz(3) NOT NULL CHECK (checked_at >= computed_at),
  body        jsonb NOT NULL
);
