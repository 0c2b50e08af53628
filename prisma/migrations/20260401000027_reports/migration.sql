-- Reports that are sent by mail at set times. body: as the API takes it, without the id.
CREATE TABLE report_schedule (
  id         text PRIMARY KEY,
  body       jsonb NOT NULL,
  position   integer NOT NULL,
  updated_at timestamptz(3) NOT NULL
);

-- One report of a period, as it was sent. id: derived from schedule and period, so that there is one; of what somebody sent by hand a
-- name of its own. mail: subject, texts and attachments; NULL = there was nothing to report.
CREATE TABLE report_run (
  id              text PRIMARY KEY,
  schedule_id     text NOT NULL,
  schedule_name   text NOT NULL,
  report          text NOT NULL,
  period          text NOT NULL,
  by_hand         boolean NOT NULL,
  recipients      text[] NOT NULL,
  mail            jsonb,
  state           text NOT NULL CHECK (state IN ('pending', 'sent', 'failed')),
  created_at      timestamptz(3) NOT NULL,
  sent_at         timestamptz(3),
  next_attempt_at timestamptz(3),
  attempts        integer NOT NULL DEFAULT 0,
  last_error      text
);
CREATE INDEX report_run_created_at_idx ON report_run (created_at DESC, id);
