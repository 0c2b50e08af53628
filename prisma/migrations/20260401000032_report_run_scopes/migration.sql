-- What a report showed when it was made: its schedule may have another scope by now. Empty = everything; so are those of former versions, which
-- did not keep it.
ALTER TABLE report_run ADD COLUMN scopes text[] NOT NULL DEFAULT '{}';
