import { tagsOf } from '../resource-tags.ts'

/** What of a resource decides whether it is left out. */
export interface Excludable {
  resourceId: string
  /** as ARM lists it; its `tags` are read */
  config: unknown
}

/**
 * The declaration by which a resource is not polled: it names the resource, its resource group, or one of its tags. Ids and names of
 * tags are compared without regard to case, values of tags as they are: as ARM does.
 * @returns null = it is polled
 */
export function exclusionOf<Exclusion extends { match: string }>(
  resource: Excludable,
  exclusions: readonly Exclusion[],
): Exclusion | null {
  return exclusions.find(({ match }) => isMatched(resource, match)) ?? null
}

const TAG = /^tag:([^=]+)(?:=(.*))?$/i

function isMatched({ resourceId, config }: Excludable, match: string): boolean {
  const [, name, value] = TAG.exec(match) ?? []
  if (name === undefined) return `${resourceId}/`.toLowerCase().startsWith(`${match}/`.toLowerCase())
  return Object.entries(tagsOf(config)).some(
    ([tag, held]) => tag.toLowerCase() === name.toLowerCase() && (value ?? held) === held,
  )
}

/** Whether a text names a resource, a resource group or a tag, as {@link exclusionOf} reads it. */
export const isExclusion = (text: string): boolean =>
  TAG.test(text) || /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(\/providers\/[^/]+\/[^/]+\/[^/]+)?$/i.test(text)
