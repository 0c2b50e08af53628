-- Whether the next poll that brings a gateway's routes must fold it, whatever it says. Versions without this column leave that to polls with news.
-- peerwatch: brief, a column with a constant default
ALTER TABLE detection_scope ADD COLUMN awaits_routes boolean NOT NULL DEFAULT false;
