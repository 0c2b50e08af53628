-- Columns and stored JSON take the standard terms of docs/glossary.md. Needs a stop: older code reads the former names.

ALTER TABLE session RENAME COLUMN held_by TO down_reason;
ALTER TABLE session RENAME COLUMN established_lo TO established_earliest;
ALTER TABLE session RENAME COLUMN established_hi TO established_latest;
ALTER TABLE session_interval RENAME COLUMN held_by TO down_reason;
ALTER TABLE session_interval RENAME COLUMN established_lo TO established_earliest;
ALTER TABLE session_interval RENAME COLUMN established_hi TO established_latest;
ALTER VIEW session_span RENAME COLUMN held_by TO down_reason;
ALTER VIEW session_span RENAME COLUMN established_lo TO established_earliest;
ALTER VIEW session_span RENAME COLUMN established_hi TO established_latest;

ALTER TABLE poll_state RENAME COLUMN stretch_from TO interval_from;

ALTER TABLE event RENAME COLUMN started_lo TO started_earliest;
ALTER TABLE event RENAME COLUMN started_hi TO started_latest;
ALTER TABLE event RENAME COLUMN ended_lo TO ended_earliest;
ALTER TABLE event RENAME COLUMN ended_hi TO ended_latest;
ALTER TABLE incident RENAME COLUMN started_lo TO started_earliest;
ALTER TABLE incident RENAME COLUMN started_hi TO started_latest;
ALTER TABLE incident RENAME COLUMN ended_lo TO ended_earliest;
ALTER TABLE incident RENAME COLUMN ended_hi TO ended_latest;

ALTER TABLE back_test RENAME COLUMN asked_at TO requested_at;
ALTER TABLE back_test RENAME COLUMN asked_by TO requested_by;
ALTER INDEX back_test_asked_at_idx RENAME TO back_test_requested_at_idx;

ALTER TABLE cost_decision RENAME COLUMN came_of TO outcome;
ALTER TABLE cost_decision RENAME COLUMN came_of_at TO outcome_at;
ALTER TABLE cost_decision RENAME COLUMN came_of_by TO outcome_by;

-- Renames keys of objects at any depth.
CREATE FUNCTION pg_temp.with_renamed_keys(value jsonb, names jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'object' THEN coalesce(
      (SELECT jsonb_object_agg(coalesce(names ->> key, key), pg_temp.with_renamed_keys(member, names))
       FROM jsonb_each(value) AS e (key, member)), '{}')
    WHEN 'array' THEN coalesce(
      (SELECT jsonb_agg(pg_temp.with_renamed_keys(member, names) ORDER BY place)
       FROM jsonb_array_elements(value) WITH ORDINALITY AS e (member, place)), '[]')
    ELSE value
  END
$$;

UPDATE detection_state SET state = pg_temp.with_renamed_keys(state, '{"lo": "earliest", "hi": "latest", "heldBy": "downReason"}');
UPDATE detection_scope SET state = pg_temp.with_renamed_keys(state, '{"lo": "earliest", "hi": "latest", "heldBy": "downReason"}');
UPDATE session SET life = pg_temp.with_renamed_keys(life, '{"told": "samples", "lo": "earliest", "hi": "latest", "heldBy": "downReason"}') WHERE life IS NOT NULL;
UPDATE event SET evidence = pg_temp.with_renamed_keys(evidence, '{"lo": "earliest", "hi": "latest"}'),
                 causes = pg_temp.with_renamed_keys(causes, '{"lo": "earliest", "hi": "latest"}'),
                 detail = pg_temp.with_renamed_keys(detail, '{"lo": "earliest", "hi": "latest"}');
UPDATE incident SET explained_by = pg_temp.with_renamed_keys(explained_by, '{"lo": "earliest", "hi": "latest"}');
UPDATE notification SET content = pg_temp.with_renamed_keys(content, '{"lo": "earliest", "hi": "latest"}');
UPDATE notify_case SET memory = pg_temp.with_renamed_keys(memory, '{"lo": "earliest", "hi": "latest"}'),
                       heard = pg_temp.with_renamed_keys(heard, '{"lo": "earliest", "hi": "latest"}'),
                       silence = pg_temp.with_renamed_keys(silence, '{"lo": "earliest", "hi": "latest"}');
UPDATE back_test SET result = pg_temp.with_renamed_keys(result, '{"lo": "earliest", "hi": "latest", "notTold": "notReproducible"}')
  WHERE result IS NOT NULL;
UPDATE cost_review
  SET body = pg_temp.with_renamed_keys(body, '{"moved": "variance", "movedSince": "comparedWith", "cameOf": "outcome", "lo": "earliest", "hi": "latest"}');
UPDATE cost_traffic SET body = pg_temp.with_renamed_keys(body, '{"lo": "earliest", "hi": "latest"}');
UPDATE usage_series SET carry = pg_temp.with_renamed_keys(carry, '{"lo": "earliest", "hi": "latest"}') WHERE carry IS NOT NULL;
