-- Checks of posture whose failure somebody accepts until a moment. One row a check, the newest; what was before is in the audit.
CREATE TABLE posture_exemption (
  check_id text PRIMARY KEY,
  -- short id of the resource that the check is of
  scope    text NOT NULL,
  reason   text NOT NULL CHECK (reason <> ''),
  by       text NOT NULL,
  at       timestamptz(3) NOT NULL,
  until    timestamptz(3) NOT NULL
);
