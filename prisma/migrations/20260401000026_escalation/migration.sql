-- Who is notified of what nobody acknowledges, and who is on call. body: as the API takes it, without the id.
CREATE TABLE escalation_policy (
  id         text PRIMARY KEY,
  body       jsonb NOT NULL,
  position   integer NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE TABLE on_call_rotation (
  id         text PRIMARY KEY,
  body       jsonb NOT NULL,
  position   integer NOT NULL,
  updated_at timestamptz(3) NOT NULL
);

-- How far each policy has come with an alert, by its id. Versions without this column leave it as it is.
ALTER TABLE alert_state ADD COLUMN escalations jsonb NOT NULL DEFAULT '{}';

-- What verifies requests of a vendor to this channel, such as an acknowledgement; sealed. NULL = none is accepted.
ALTER TABLE notify_channel ADD COLUMN inbound_secret text;

-- Requests of vendors that were taken: one that is sent again changes nothing.
CREATE TABLE inbound_request (
  channel_id  text NOT NULL,
  request_id  text NOT NULL,
  received_at timestamptz(3) NOT NULL,
  PRIMARY KEY (channel_id, request_id)
);
