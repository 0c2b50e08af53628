-- Versions of detection's thresholds: what differs from the shipped values. Version 0 is the shipped ones and has no row.
CREATE TABLE detection_settings (
  version  integer PRIMARY KEY CHECK (version > 0),
  changed  jsonb NOT NULL,
  saved_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  saved_by text NOT NULL,
  note     text NOT NULL DEFAULT ''
);

-- An event keeps the version that it was first told under.
ALTER TABLE event ADD COLUMN settings_version integer NOT NULL DEFAULT 0;

-- A back-test folds a stretch of history again, under the settings in force and under changed ones. state: queued, running, done,
-- failed, cancelled. polls_done and polls_all count polls of the stretch, for whoever waits.
CREATE TABLE back_test (
  id          text PRIMARY KEY,
  asked_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  asked_by    text NOT NULL,
  from_at     timestamptz(3) NOT NULL,
  to_at       timestamptz(3) NOT NULL,
  version     integer NOT NULL,
  changed     jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  polls_done  bigint NOT NULL DEFAULT 0,
  polls_all   bigint,
  started_at  timestamptz(3),
  finished_at timestamptz(3),
  error       text,
  result      jsonb,
  CHECK (to_at > from_at)
);
CREATE INDEX back_test_asked_at_idx ON back_test (asked_at DESC, id);
