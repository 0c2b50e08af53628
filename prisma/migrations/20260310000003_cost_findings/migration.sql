-- Findings of cost leave the event log: a table of their own, into which what was raised as an event moves.

-- What checks of cost found. started_earliest 1970-01-01 = before the first check. resources: short ids of all that it is about; empty = of
-- nothing that a scope could see. detail: a month, or ''.
CREATE TABLE cost_finding (
  id               text PRIMARY KEY,
  kind             text NOT NULL,
  scope            text NOT NULL,
  detail           text NOT NULL,
  resources        text[] NOT NULL,
  started_earliest timestamptz(3) NOT NULL,
  started_latest   timestamptz(3) NOT NULL,
  -- NULL = open
  ended_earliest   timestamptz(3),
  ended_latest     timestamptz(3),
  checked_at       timestamptz(3) NOT NULL,
  body             jsonb NOT NULL
);
CREATE INDEX cost_finding_started_latest_idx ON cost_finding (started_latest DESC, id);

-- Money and thresholds that events hold are words; they stay in the evidence as they were.
INSERT INTO cost_finding (id, kind, scope, detail, resources, started_earliest, started_latest, ended_earliest, ended_latest, checked_at, body)
SELECT e.id,
  CASE WHEN e.kind <> 'break_even_crossing' THEN e.kind
       WHEN e.subject = 'metered to unlimited' THEN 'break_even_ahead' ELSE 'cheaper_option' END,
  coalesce(b.id, e.scope),
  CASE WHEN e.kind = 'forecast_over_budget' THEN coalesce(substring(e.subject FROM '\d{4}-\d{2}$'), '')
       WHEN e.subject = 'metered to unlimited' THEN to_char(e.started_latest AT TIME ZONE 'UTC', 'YYYY-MM') ELSE '' END,
  -- a budget's subscription is no resource that it is about
  CASE WHEN r.type = 'microsoft.network/expressroutecircuits' THEN ARRAY[e.scope] ELSE '{}' END,
  e.started_earliest, e.started_latest, e.ended_earliest, e.ended_latest, e.updated_at,
  jsonb_build_object(
    'subject', jsonb_build_object(
      'kind', CASE WHEN e.kind = 'forecast_over_budget' THEN 'budget' ELSE 'circuit' END,
      'id', CASE WHEN e.kind <> 'forecast_over_budget' THEN e.scope END,
      'resourceId', CASE WHEN e.kind <> 'forecast_over_budget' THEN r.arm_id END,
      'name', CASE WHEN e.kind = 'forecast_over_budget' THEN regexp_replace(e.subject, ' \d{4}-\d{2}$', '') ELSE coalesce(r.name, e.scope) END),
    'customer', NULL,
    'evidence', coalesce((
      SELECT jsonb_agg(jsonb_build_object('field', item ->> 'field', 'before', item ->> 'before', 'after', coalesce(item ->> 'after', '')) ORDER BY place)
      FROM jsonb_array_elements(CASE jsonb_typeof(e.evidence) WHEN 'array' THEN e.evidence ELSE '[]' END) WITH ORDINALITY AS x (item, place)
      WHERE item ->> 'field' IS NOT NULL), '[]')
      || CASE WHEN i.acked_at IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
           'field', 'acknowledged', 'before', NULL,
           'after', concat_ws(' ', i.acked_by, to_char(i.acked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), i.ack_note))) END,
    'amounts', jsonb_build_object('cost', NULL, 'limit', NULL, 'saving', NULL),
    'remedy', coalesce(e.causes -> 0 ->> 'nextStep', ''),
    'links', jsonb_build_array(jsonb_build_object('label', 'Cost review', 'href', '/cost')))
FROM event e
LEFT JOIN resource r ON r.short_id = e.scope
LEFT JOIN incident i ON i.id = e.incident_id
LEFT JOIN LATERAL (
  SELECT id FROM cost_budget
  WHERE e.kind = 'forecast_over_budget' AND body ->> 'name' = regexp_replace(e.subject, ' \d{4}-\d{2}$', '')
  ORDER BY withdrawn_at DESC NULLS FIRST, made_at DESC LIMIT 1) b ON true
WHERE e.kind IN ('forecast_over_budget', 'break_even_crossing', 'egress_surge');

-- An incident of cost had no other events. What was sent of it stays in the delivery log.
DELETE FROM alert_state a USING event e
  WHERE e.incident_id = a.id AND e.kind IN ('forecast_over_budget', 'break_even_crossing', 'egress_surge');
DELETE FROM incident i USING event e
  WHERE e.incident_id = i.id AND e.kind IN ('forecast_over_budget', 'break_even_crossing', 'egress_surge');
DELETE FROM event WHERE kind IN ('forecast_over_budget', 'break_even_crossing', 'egress_surge');
DELETE FROM detection_scope WHERE scope LIKE 'cost:%';

-- A worker of version 0.2 that still runs would raise them again, as events that nobody can read any more: its daily check fails instead.
ALTER TABLE event ADD CONSTRAINT event_kind_check
  CHECK (kind NOT IN ('forecast_over_budget', 'break_even_crossing', 'egress_surge')) NOT VALID;

-- A channel that named kinds of cost receives the weekly digest of findings; one that named nothing else, no incidents.
UPDATE notify_channel SET filters = jsonb_set(filters, '{kinds}', kept.kinds)
    || jsonb_build_object('findings', true, 'incidents', kept.kinds <> '[]')
FROM (
  SELECT c.id, coalesce(jsonb_agg(x.kind ORDER BY x.place) FILTER (
      WHERE x.kind NOT IN ('"forecast_over_budget"', '"break_even_crossing"', '"egress_surge"')), '[]') AS kinds
  FROM notify_channel c, jsonb_array_elements(c.filters -> 'kinds') WITH ORDINALITY AS x (kind, place)
  GROUP BY c.id
  HAVING bool_or(x.kind IN ('"forecast_over_budget"', '"break_even_crossing"', '"egress_surge"'))) kept
WHERE notify_channel.id = kept.id;
