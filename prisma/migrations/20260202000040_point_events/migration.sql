-- A point event ends within the bounds in which it began; session_up had no end before. Rows only: workers of version 0.2 go on writing
-- meanwhile, and detection ends what they leave when it next folds the scope.
UPDATE event SET ended_earliest = started_earliest, ended_latest = started_latest
  WHERE kind = 'session_up' AND ended_latest IS NULL;
