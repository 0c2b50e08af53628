-- Since when the calendar has not listed a window that it has not taken back; null = it lists the window.
ALTER TABLE calendar_window ADD COLUMN unlisted_at timestamptz(3);
