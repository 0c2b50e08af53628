-- Age that the buckets of a series have needed so far before they were read with their final value; 0 = none was read differently later.
ALTER TABLE metric_series ADD COLUMN needed_seconds int NOT NULL DEFAULT 0;
