-- Azure runs one diagnostic operation at a time on a gateway or circuit. One row for each of them (ARM id, lower case): whose turn it is
-- or was, and the operation that Azure works on, so that another worker can go on with it. Times are the database's own clock.
-- See lib/platform/leases/claim.ts.
CREATE TABLE resource_lease (
  resource    text PRIMARY KEY,
  source_id   integer,
  kind        text,
  epoch       bigint,
  lease_until timestamptz(6),
  operation   jsonb,
  started_at  timestamptz(6),
  CONSTRAINT resource_lease_operation_check CHECK ((operation IS NULL) = (started_at IS NULL))
) WITH (fillfactor = 50);

-- resource: null = a poll that is answered at once. asked_at: something asks for it beyond its interval. run_seconds: how long its
-- operations take.
ALTER TABLE poll_schedule
  ADD COLUMN resource text,
  ADD COLUMN asked_at timestamptz(6),
  ADD COLUMN run_seconds real;

INSERT INTO resource_lease (resource)
SELECT DISTINCT r.arm_key FROM poll_schedule p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
WHERE p.kind IN ('peers', 'learned', 'advertised', 'summary', 'arp', 'tables');
UPDATE poll_schedule p SET resource = r.arm_key FROM source s JOIN resource r ON r.id = s.resource_id
WHERE s.id = p.source_id AND p.kind IN ('peers', 'learned', 'advertised', 'summary', 'arp', 'tables');

ALTER TABLE poll_schedule
  ADD CONSTRAINT poll_schedule_resource_fkey FOREIGN KEY (resource) REFERENCES resource_lease (resource)
    ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX poll_schedule_resource_idx ON poll_schedule (resource);
