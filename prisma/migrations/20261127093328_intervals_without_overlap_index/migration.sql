-- 81 bytes for each route change, to say once more what the rows of route say: a past interval is the current one as it ends, and CHECK
-- (first_present >= closed_until) keeps that apart from all before it (ADR 0272). Versions that run meanwhile go on.
-- peerwatch: brief, a constraint goes without a look at the rows
ALTER TABLE route_interval DROP CONSTRAINT route_interval_int4range_tstzrange_excl;
