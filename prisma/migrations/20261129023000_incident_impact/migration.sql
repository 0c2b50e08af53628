-- The impact of incidents that are closed: their tables do not change any more, and retention deletes them before the incident.
CREATE TABLE incident_impact (
  incident_id text PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- a digest of what it was calculated for: resources, begin and end; another one = it is calculated again
  of          text NOT NULL,
  closed_at   timestamptz(3) NOT NULL,
  stored_at   timestamptz(3) NOT NULL,
  -- numbers of prefixes, and whether their tables were read
  impact      jsonb NOT NULL,
  -- prefixes without a route, with times
  absences    jsonb NOT NULL
);
