-- Events are listed with those that were folded into them.
CREATE INDEX event_part_of_idx ON event (part_of) WHERE part_of IS NOT NULL;
