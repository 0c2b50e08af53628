-- What a provider's notification states that the work does: none, reduced, degraded, outage; NULL = it is not stated. Versions without it write NULL.
ALTER TABLE calendar_window ADD COLUMN impact text;
