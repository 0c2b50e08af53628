-- Whether the next poll that counts bytes must fold a scope, whatever it says. Versions without this column leave that to polls with news.
-- peerwatch: brief, a column with a constant default
ALTER TABLE detection_scope ADD COLUMN awaits_bytes boolean NOT NULL DEFAULT false;
