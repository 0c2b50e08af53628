-- Rename the state of alerts to standard terms. Stored states are converted, so that open incidents are not notified twice.

ALTER TABLE notify_case RENAME TO alert_state;
ALTER TABLE alert_state RENAME CONSTRAINT notify_case_pkey TO alert_state_pkey;
ALTER INDEX notify_case_due_at_idx RENAME TO alert_state_due_at_idx;
ALTER INDEX notify_case_alerted_at_idx RENAME TO alert_state_alerted_at_idx;
ALTER TABLE alert_state RENAME COLUMN memory TO state;
ALTER TABLE alert_state RENAME COLUMN heard TO delivered;
ALTER TABLE alert_state RENAME COLUMN silence TO no_data;

UPDATE alert_state
SET state = (state - ARRAY['toldAt', 'turnedAt']) || jsonb_build_object(
      'version', 2,
      'phase', CASE state->>'phase' WHEN 'untold' THEN 'pending' WHEN 'over' THEN 'closed' ELSE state->>'phase' END,
      'notifiedAt', state->'toldAt',
      'lastTransitionAt', state->'turnedAt')
WHERE jsonb_typeof(state) = 'object' AND state->'version' = '1';

UPDATE alert_state
SET no_data = (no_data - 'lookedAt') || jsonb_build_object('checkedAt', no_data->'lookedAt')
WHERE jsonb_typeof(no_data) = 'object' AND no_data ? 'lookedAt';

-- Ids of alerts: incidents, or periods without data. A channel receives the notifications of one alert in order.
ALTER TABLE notification RENAME COLUMN cases TO alerts;

-- Messages of the outbox carry the bound of their delay by its former names.
UPDATE notification
SET content = replace(replace(content::text,
      '"toldWithinSeconds"', '"detectedWithinSeconds"'), '"noticeWithinSeconds"', '"notifiedWithinSeconds"')::jsonb
WHERE content::text LIKE '%"toldWithinSeconds"%';
