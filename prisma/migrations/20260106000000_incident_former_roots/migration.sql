-- Events that were held to explain an incident before the one that does now, oldest first: [{"root": event id, "until": ISO time}].
ALTER TABLE incident ADD COLUMN former_roots jsonb NOT NULL DEFAULT '[]';
