-- Messages about an incident that somebody sent to a channel by hand. What became of one is in the log of notifications, for as long as that is kept.
CREATE TABLE incident_send (
  notification_id text PRIMARY KEY,
  incident_id     text NOT NULL REFERENCES incident (id) ON DELETE CASCADE ON UPDATE CASCADE,
  channel_id      text NOT NULL,
  channel_name    text NOT NULL,
  -- the scope of the channel, by its name; '' = everything
  audience        text NOT NULL,
  sent_by         text NOT NULL,
  sent_at         timestamptz(3) NOT NULL,
  note            text
);
CREATE INDEX incident_send_incident_id_sent_at_idx ON incident_send (incident_id, sent_at);
CREATE INDEX incident_send_sent_at_idx ON incident_send (sent_at);

CREATE VIEW incident_sent AS
SELECT s.incident_id, s.channel_id, s.channel_name, s.audience, s.sent_by, s.sent_at, s.note, n.state, n.delivered_at
FROM incident_send s LEFT JOIN notification n ON n.id = s.notification_id;
