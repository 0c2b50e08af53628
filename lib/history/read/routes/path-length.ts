/**
 * SQL for the length that best-path selection counts of the text of a path with sets or confederations, as `asPathLength` of
 * lib/bgp does; null for no text.
 */
export const textLength = (text: string) => `
  coalesce(array_length(regexp_split_to_array(nullif(btrim(
    regexp_replace(regexp_replace(${text}, '\\([^)]*\\)|\\[[^]]*\\]', '', 'g'), '\\{[^}]*\\}', 'x', 'g')), ''), ' +'), 1),
    CASE WHEN ${text} IS NOT NULL THEN 0 END)`

/** SQL for the counted length of the AS path in an element of attributes. */
export const pathLength = (member: string) =>
  `coalesce(${textLength(`${member}->>'asPathText'`)}, jsonb_array_length(${member}->'asPath'))`
