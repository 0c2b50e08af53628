-- Figures of each process about itself, as it last wrote them, so that one endpoint has those of all.
CREATE TABLE process_metrics (
  id         text PRIMARY KEY,
  -- worker, bmp
  role       text NOT NULL CHECK (role <> ''),
  written_at timestamptz(3) NOT NULL,
  families   jsonb NOT NULL
);
