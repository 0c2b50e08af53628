-- How far a kind that is requested for a period is read. Null = to the end of the last good poll.
ALTER TABLE poll_state ADD COLUMN IF NOT EXISTS read_up_to timestamptz(3);
