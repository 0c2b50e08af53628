-- What the circuits of an incident have in common that would explain it, as it was known while it opened: [{kind, name, members}].
ALTER TABLE incident ADD COLUMN explained_by jsonb NOT NULL DEFAULT '[]';
