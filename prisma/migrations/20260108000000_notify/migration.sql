-- What leaves the browser: where it goes, what was told of each incident, and the outbox.

-- target: a URL, or the addresses of e-mail. secret: encrypted; null = none.
CREATE TABLE notify_channel (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  kind       text NOT NULL,
  target     jsonb NOT NULL,
  secret     text,
  filters    jsonb NOT NULL,
  enabled    boolean NOT NULL,
  position   integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);

CREATE UNIQUE INDEX notify_channel_name_key ON notify_channel (lower(name));

-- One incident, or a silence of the collector. memory: what was told of it. due_at: when to decide again; null = when it changes.
-- heard: by channel, what it was told. silence: of the collector, as it was last seen. alerted_at: when it was last told for the first time.
CREATE TABLE notify_case (
  id         text PRIMARY KEY,
  memory     jsonb,
  heard      jsonb NOT NULL DEFAULT '{}',
  silence    jsonb,
  steps      integer NOT NULL DEFAULT 0,
  due_at     timestamptz(3),
  alerted_at timestamptz(3),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

CREATE INDEX notify_case_due_at_idx ON notify_case (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notify_case_alerted_at_idx ON notify_case (alerted_at) WHERE alerted_at IS NOT NULL;

-- The outbox, and when it is delivered the log. id: a function of what is told, so that nothing is written twice, and what the
-- receiver tells repeated deliveries by. in_reply_to: the one that told the opening. cases: what it is about; of one channel and one case nothing overtakes.
CREATE TABLE notification (
  id              text PRIMARY KEY,
  seq             bigint GENERATED ALWAYS AS IDENTITY,
  channel_id      text NOT NULL,
  channel_name    text NOT NULL,
  reason          text NOT NULL,
  severity        text NOT NULL,
  cases           text[] NOT NULL,
  content         jsonb NOT NULL,
  in_reply_to     text,
  state           text NOT NULL,
  digest_id       text,
  created_at      timestamptz(3) NOT NULL,
  delivered_at    timestamptz(3),
  attempted_at    timestamptz(3),
  next_attempt_at timestamptz(3),
  lease_until     timestamptz(3),
  attempts        integer NOT NULL DEFAULT 0,
  last_error      text
);

CREATE UNIQUE INDEX notification_seq_key ON notification (seq DESC);
CREATE INDEX notification_waiting_idx ON notification (channel_id, seq) WHERE state IN ('pending', 'held');
CREATE INDEX notification_channel_id_created_at_idx ON notification (channel_id, created_at);
