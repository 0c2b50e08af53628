-- Calendars that announce maintenance, by URL or as a file, and the windows that were read of them. A calendar that can't be read keeps
-- its windows; what began stays, also when the calendar lists it no more.
CREATE TABLE calendar (
  id            text PRIMARY KEY,
  name          text NOT NULL CHECK (name <> ''),
  -- sealed; null = a file
  address       text,
  -- the text that was read last; null = none yet
  content       text,
  about         text NOT NULL CHECK (about IN ('everything', 'chosen', 'named')),
  -- short ids; of `chosen`
  scopes        text[] NOT NULL,
  paths         text[] NOT NULL,
  saved_by      text NOT NULL,
  saved_at      timestamptz(3) NOT NULL,
  tried_at      timestamptz(3),
  -- when it was read to its end last, changed or not
  read_at       timestamptz(3),
  -- why the last attempt failed; null = it did not
  failure       text,
  etag          text,
  last_modified text,
  -- events that could not be read: [{event, reason}]
  problems      jsonb NOT NULL
);
CREATE UNIQUE INDEX calendar_name_key ON calendar (lower(name));

CREATE TABLE calendar_window (
  calendar_id text NOT NULL REFERENCES calendar (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- the event's UID and the time that its rule names
  key         text NOT NULL,
  title       text NOT NULL,
  from_at     timestamptz(3) NOT NULL,
  to_at       timestamptz(3) NOT NULL CHECK (to_at >= from_at),
  -- short ids; empty = everything, or nothing that is known where the window is shown only
  scopes      text[] NOT NULL,
  paths       text[] NOT NULL,
  is_shown_only boolean NOT NULL,
  recurring   boolean NOT NULL,
  PRIMARY KEY (calendar_id, key)
);
CREATE INDEX calendar_window_to_at ON calendar_window (to_at);
