-- Drills: what was announced, and what it was expected to show then. What was observed is read from history.
CREATE TABLE drill (
  id             text PRIMARY KEY,
  title          text NOT NULL CHECK (title <> ''),
  note           text NOT NULL,
  -- as the what-if takes them
  lose           text NOT NULL,
  change         text NOT NULL,
  from_at        timestamptz(3) NOT NULL,
  to_at          timestamptz(3) NOT NULL CHECK (to_at > from_at),
  within_seconds double precision NOT NULL CHECK (within_seconds > 0),
  -- short ids of what is lost or changed
  scopes         text[] NOT NULL,
  marks          jsonb NOT NULL,
  announced_by   text NOT NULL,
  announced_at   timestamptz(3) NOT NULL,
  cancelled_by   text,
  cancelled_at   timestamptz(3),
  CHECK ((cancelled_by IS NULL) = (cancelled_at IS NULL))
);
CREATE INDEX drill_from_at ON drill (from_at);
