-- The restarts of a flapping session have a member of their own in its evidence; before, the API read them out of a field's value.
UPDATE event SET evidence = (
    SELECT jsonb_agg(CASE WHEN item ->> 'field' = 'restarts' THEN item || jsonb_build_object('restarts', item -> 'after') ELSE item END
                     ORDER BY place)
    FROM jsonb_array_elements(evidence) WITH ORDINALITY AS e (item, place))
  WHERE kind = 'session_flapping' AND evidence @? '$[*] ? (@.field == "restarts" && @.after.type() == "number" && !exists(@.restarts))';
