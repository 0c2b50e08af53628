-- Stored states of detection and sessions take the names that the code has since docs/glossary.md.

CREATE OR REPLACE FUNCTION pg_temp.with_renamed_keys(value jsonb, names jsonb) RETURNS jsonb
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

UPDATE detection_state SET state = pg_temp.with_renamed_keys(state,
  '{"told": "reported", "toldAt": "reportedAt", "movedAgain": "flowsAgain"}');
UPDATE detection_scope SET state = pg_temp.with_renamed_keys(state,
  '{"told": "reported", "toldAt": "reportedAt", "movedAgain": "flowsAgain", "routesMovedAt": "routesChangedAt",
    "ways": "entries", "formerWays": "formerEntries", "heard": "seen", "lookedAt": "snapshotAt", "look": "snapshot",
    "movedAt": "changedAt", "ledger": "record"}');
UPDATE session SET life = pg_temp.with_renamed_keys(life, '{"heard": "keepalive"}') WHERE life IS NOT NULL;
UPDATE event SET detail = pg_temp.with_renamed_keys(detail, '{"told": "reported"}') WHERE detail IS NOT NULL;
UPDATE event SET causes = replace(causes::text, '"state_not_told"', '"state_not_reported"')::jsonb
  WHERE causes::text LIKE '%"state_not_told"%';
UPDATE detection_settings SET changed = pg_temp.with_renamed_keys(changed, '{"sites.look": "sites.snapshot"}');
UPDATE back_test SET changed = pg_temp.with_renamed_keys(changed, '{"sites.look": "sites.snapshot"}');
