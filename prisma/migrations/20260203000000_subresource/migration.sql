-- Two columns take the words of docs/glossary.md: which part of a resource a source polls, and the readings that a usage series
-- compares the next ones with. Processes of earlier versions name the former columns: stop them first.
ALTER TABLE source RENAME COLUMN part TO subresource;
ALTER INDEX source_resource_id_part_key RENAME TO source_resource_id_subresource_key;

ALTER TABLE usage_series RENAME COLUMN carry TO last_readings;

-- Detection remembers of each session which subresource reports it. `part` of a scope's churn is something else and stays.
UPDATE detection_scope SET state = jsonb_set(state, '{sessions}', (
    SELECT jsonb_object_agg(key, CASE WHEN fact ? 'part' THEN fact - 'part' || jsonb_build_object('subresource', fact -> 'part') ELSE fact END)
    FROM jsonb_each(state -> 'sessions') AS e (key, fact)))
  WHERE state @? '$.sessions.*.part';
