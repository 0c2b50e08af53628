-- peerwatch: no-transaction
-- What began is found by what ended (ADR 0272). Versions that run meanwhile read more of the source for the same answer.
DROP INDEX CONCURRENTLY IF EXISTS route_interval_source_id_first_present_idx;
