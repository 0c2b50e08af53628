import type { FormerResource } from '#lib/declarations/api/index.ts'

type Resource = Pick<FormerResource, 'name' | 'resourceId'>

/** What a join does, before it is asked for. */
export const joinEffect = (resource: Resource, former: Resource): string =>
  `${resource.name} goes on with the id, history, declarations and usage of ${former.name}. What was recorded under its own id so far goes out of sight until you part them.`

/** What parting does. */
export const separateEffectText = (name: string, formerId: string): string =>
  `${name} gets an id of its own. What is recorded until then stays with ${formerId}, which is removed, as do its declarations.`

/** Both are done by the next inventory. */
export const SOON = 'The next reading of its subscription does it; that was asked for now.'
