/**
 * Returns SQL for the length of an AS path's text (with sets or confederations) as best-path selection counts it, like
 * `asPathLength` of lib/bgp; null if the text is null.
 */
export const textLength = (text: string) => `
  coalesce(array_length(regexp_split_to_array(nullif(btrim(
    regexp_replace(regexp_replace(${text}, '\\([^)]*\\)|\\[[^]]*\\]', '', 'g'), '\\{[^}]*\\}', 'x', 'g')), ''), ' +'), 1),
    CASE WHEN ${text} IS NOT NULL THEN 0 END)`

/** Returns SQL for the counted length of the AS path of a member of the attributes. */
export const pathLength = (member: string) =>
  `coalesce(${textLength(`${member}->>'asPathText'`)}, jsonb_array_length(${member}->'asPath'))`
