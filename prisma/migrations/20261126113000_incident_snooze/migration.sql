-- Until when reminders of an incident are muted, who said so and when; the latest counts. Versions without these columns leave them as they are.
-- peerwatch: brief, columns without a value
ALTER TABLE incident
  ADD COLUMN snoozed_until timestamptz(3),
  ADD COLUMN snoozed_at    timestamptz(3),
  ADD COLUMN snoozed_by    text;
