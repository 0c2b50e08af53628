/**
 * Returns SQL for the length of an AS path that is stored as text, as best-path selection counts it: a set counts as 1,
 * a confederation as 0 (like `computeAsPathLength` of lib/bgp). Null if the text is null.
 */
export const selectTextPathLength = (text: string) => `
  coalesce(array_length(regexp_split_to_array(nullif(btrim(
    regexp_replace(regexp_replace(${text}, '\\([^)]*\\)|\\[[^]]*\\]', '', 'g'), '\\{[^}]*\\}', 'x', 'g')), ''), ' +'), 1),
    CASE WHEN ${text} IS NOT NULL THEN 0 END)`

/**
 * Returns SQL for the counted AS path length of one route of a set of equal routes.
 * @param member SQL of the route's attributes (JSON)
 */
export const selectRoutePathLength = (member: string) =>
  `coalesce(${selectTextPathLength(`${member}->>'asPathText'`)}, jsonb_array_length(${member}->'asPath'))`
