import type { FormerResource } from '#lib/declarations/api/index.ts'

type Resource = Pick<FormerResource, 'name' | 'resourceId'>

/**
 * Describes, before the user confirms, the effect of joining a resource with a removed resource (the former resource).
 */
export const formatJoinEffect = (resource: Resource, former: Resource): string =>
  `${resource.name} goes on with the id, history, declarations and usage of ${former.name}. What was recorded under its own id so far goes out of sight until you part them.`

/** Describes the effect of separating a resource from its former resource. */
export const formatSeparateEffect = (name: string, formerId: string): string =>
  `${name} gets an id of its own. What is recorded until then stays with ${formerId}, which is removed, as do its declarations.`

/** Note that the join or separation takes effect when the inventory of the subscription is polled next. */
export const JOIN_PENDING_NOTE = 'The next reading of its subscription does it; that was asked for now.'
