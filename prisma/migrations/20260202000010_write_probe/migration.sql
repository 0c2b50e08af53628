-- One row that is written to find out whether the database takes writes. See lib/platform/write-probe.ts.
CREATE TABLE write_probe (
  id int PRIMARY KEY CHECK (id = 1),
  written_at timestamptz(3) NOT NULL
);
