-- What a channel sees: subscription:<id> and customer:<name>; empty = everything, as with every channel so far. Versions without
-- this column leave it as it is.

ALTER TABLE notify_channel ADD COLUMN scopes text[] NOT NULL DEFAULT '{}';
