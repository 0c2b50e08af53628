-- A session turned into its state as was known when the interval of that began: later ages date it again, and a past answer stays what it was.
-- Intervals that ended have it in their rows; of one that lasts `life` has it, unless a former version began it.
-- peerwatch: brief, a view with the same columns
CREATE OR REPLACE VIEW session_span AS
  SELECT session_id, source_id, state, azure_state, asn, down_reason, established_earliest, established_latest, transitions,
         last_absent, first_present, last_present, first_absent
  FROM session_interval
  UNION ALL
  SELECT id, source_id, state, azure_state, asn, down_reason,
         CASE WHEN life ? 'atBegin' THEN to_timestamp((life #>> '{atBegin,moved,earliest}')::float8 / 1000)::timestamptz(3)
              ELSE established_earliest END,
         CASE WHEN life ? 'atBegin' THEN to_timestamp((life #>> '{atBegin,moved,latest}')::float8 / 1000)::timestamptz(3)
              ELSE established_latest END,
         transitions, last_absent, first_present, last_present, NULL
  FROM session WHERE first_present IS NOT NULL;
