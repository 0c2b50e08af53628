-- What people write at a moment or a range, about a resource or one of its parts, or the whole estate. Versions without this table leave it as it is.
CREATE TABLE note (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- short id of a resource, or 'estate'
  scope      text NOT NULL,
  -- a session as events write it, or a prefix; NULL = the whole resource
  subject    text CHECK (subject <> ''),
  from_at    timestamptz(3) NOT NULL,
  -- NULL = a moment
  to_at      timestamptz(3) CHECK (to_at > from_at),
  text       text NOT NULL CHECK (text <> ''),
  written_by text NOT NULL,
  written_at timestamptz(3) NOT NULL,
  changed_by text,
  changed_at timestamptz(3)
);
CREATE INDEX note_from_at_id_idx ON note (from_at DESC, id DESC);
