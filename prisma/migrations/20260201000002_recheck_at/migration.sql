-- From when on a scope must be folded even if no poll says anything new; before, it only said that some poll must.
ALTER TABLE detection_scope ADD COLUMN recheck_at timestamptz(3);
UPDATE detection_scope SET recheck_at = now() WHERE waits;
DROP INDEX detection_scope_waits_idx;
ALTER TABLE detection_scope DROP COLUMN waits;
