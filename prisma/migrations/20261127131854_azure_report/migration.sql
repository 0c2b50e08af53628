-- Azure's own reports on a gateway, asked for once each: body is null until they were answered. asked_by: null = the Activity Log has the end
-- of a failover test of Azure's there.
CREATE TABLE azure_report (
  scope       text NOT NULL,
  asked_at    timestamptz(3) NOT NULL,
  asked_by    text,
  attempts    integer NOT NULL DEFAULT 0,
  not_before  timestamptz(3),
  answered_at timestamptz(3),
  body        jsonb,
  PRIMARY KEY (scope, asked_at),
  CONSTRAINT azure_report_answered_check CHECK ((answered_at IS NULL) = (body IS NULL))
);
CREATE UNIQUE INDEX azure_report_waiting_key ON azure_report (scope) WHERE answered_at IS NULL;
