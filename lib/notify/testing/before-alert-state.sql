-- The tables as they were before the migration 20260201000001_alert_state, with a closed incident, missing data and a damaged row.
ALTER TABLE notification RENAME COLUMN alerts TO cases;
ALTER TABLE alert_state RENAME COLUMN state TO memory;
ALTER TABLE alert_state RENAME COLUMN delivered TO heard;
ALTER TABLE alert_state RENAME COLUMN no_data TO silence;
ALTER INDEX alert_state_due_at_idx RENAME TO notify_case_due_at_idx;
ALTER INDEX alert_state_alerted_at_idx RENAME TO notify_case_alerted_at_idx;
ALTER TABLE alert_state RENAME CONSTRAINT alert_state_pkey TO notify_case_pkey;
ALTER TABLE alert_state RENAME TO notify_case;

INSERT INTO notify_case (id, memory, heard, silence) VALUES
  ('closed',
   '{"version": 1, "phase": "over", "severity": "major", "closedAt": 4, "toldAt": 1, "acknowledgedAt": null,
     "unverifiableSince": null, "openings": [1], "flappingSince": null, "turnedAt": 2}',
   '{"ch_1": {"opening": "msg_1", "critical": true}}', NULL),
  ('collector', NULL, '{}', '{"since": 1, "openedAt": 2, "lookedAt": 3, "ended": null}'),
  ('damaged', '7', '{}', '7');
