/** Returns the tags of a resource as ARM lists it. */
export function tagsOf(config: unknown): Record<string, unknown> {
  if (typeof config !== 'object' || config === null || !('tags' in config)) return {}
  const { tags } = config
  return typeof tags === 'object' && tags !== null ? { ...tags } : {}
}
