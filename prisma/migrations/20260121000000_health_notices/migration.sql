-- Service Health's notices are kept whole, and of each entry which poll was the first that read it as it stands: the log told
-- again then tells the same at the same time. Both are null in rows that are older than this.
ALTER TABLE activity_entry
  ADD COLUMN health jsonb,
  ADD COLUMN read_started_at timestamptz(3),
  ADD COLUMN read_finished_at timestamptz(3);
