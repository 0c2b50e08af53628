-- What the customer's routers write into their logs. A router that reports by BMP has the reasons there that BMP lacks; of one that does not, the
-- changes of its sessions are known from its log alone.

-- bmp, syslog. Of a log nothing is known but what its lines say.
ALTER TABLE router_connection ADD COLUMN protocol text NOT NULL DEFAULT 'bmp';

-- A line about a session. not_before: the second that the router states, where it bounds the event. state: up, down; NULL = the line is about a
-- NOTIFICATION alone. reason: of a session that went down, or what the NOTIFICATION says.
CREATE TABLE router_log_line (
  id         bigserial PRIMARY KEY,
  session_id integer NOT NULL REFERENCES router_session (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  at         timestamptz(3) NOT NULL,
  not_before timestamptz(3),
  state      text,
  reason     jsonb,
  text       text NOT NULL
);
CREATE INDEX router_log_line_session_id_idx ON router_log_line (session_id, at);
