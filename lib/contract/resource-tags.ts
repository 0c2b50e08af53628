/** Returns the tags in the ARM configuration of a resource; an empty object if it has none. */
export function getTags(config: unknown): Record<string, unknown> {
  if (typeof config !== 'object' || config === null || !('tags' in config)) return {}
  const { tags } = config
  return typeof tags === 'object' && tags !== null ? { ...tags } : {}
}
