import { getTags } from '../resource-tags.ts'

/** Resource, reduced to the properties that determine whether it is excluded from polling. */
export interface ExcludableResource {
  resourceId: string
  /** configuration as ARM lists it; only its `tags` are used */
  config: unknown
}

/**
 * Returns the declaration that excludes a resource from polling, because it names the resource, its resource group, or
 * one of its tags. As in ARM, ids and tag names are compared ignoring case, tag values exactly.
 * @returns null = the resource is polled
 */
export function findExclusion<Exclusion extends { match: string }>(
  resource: ExcludableResource,
  exclusions: readonly Exclusion[],
): Exclusion | null {
  return exclusions.find(({ match }) => isMatched(resource, match)) ?? null
}

const TAG = /^tag:([^=]+)(?:=(.*))?$/i

function isMatched({ resourceId, config }: ExcludableResource, match: string): boolean {
  const [, name, value] = TAG.exec(match) ?? []
  if (name === undefined) return `${resourceId}/`.toLowerCase().startsWith(`${match}/`.toLowerCase())
  return Object.entries(getTags(config)).some(
    ([tag, held]) => tag.toLowerCase() === name.toLowerCase() && (value ?? held) === held,
  )
}

/**
 * Reports whether a text is the ARM id of a resource or a resource group, or a tag as `tag:name` or `tag:name=value`.
 * These are the forms that {@link findExclusion} accepts.
 */
export const isExclusionText = (text: string): boolean =>
  TAG.test(text) || /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(\/providers\/[^/]+\/[^/]+\/[^/]+)?$/i.test(text)
