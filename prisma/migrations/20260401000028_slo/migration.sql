-- What Peerwatch counts about its own service level objectives, in buckets of five minutes: 4 x 8,064 rows are four weeks.
CREATE TABLE slo_count (
  slo        text NOT NULL CHECK (slo <> ''),
  -- start, a multiple of five minutes by the database's clock
  bucket     timestamptz(3) NOT NULL,
  good       bigint NOT NULL CHECK (good >= 0),
  total      bigint NOT NULL CHECK (total >= good),
  counted_at timestamptz(3) NOT NULL,
  PRIMARY KEY (slo, bucket)
);
