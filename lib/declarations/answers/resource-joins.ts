import type { JoinRequest, JoinResourcesBody, DeclarationsEndpointResponse } from '../api/index.ts'
import {
  requestResourceJoin,
  requestResourceSeparation,
  readResourceJoinState,
  type ResourceJoinState,
} from '../store/index.ts'
import { readResourcePage, readCurrentDeclarations, type ResourceView } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { expeditePolls } from '#lib/platform/leases/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/db.ts'
import { collectDeclaredIds } from '../rules/declared-ids.ts'
import { ConflictError, NotFoundError } from '#lib/questions/errors.ts'
import { buildAgeWithoutPolls } from '#lib/questions/freshness-without-polls.ts'
import { announceStreamChange } from '#lib/questions/live/announce-change.ts'
import { resolveResource } from '#lib/questions/resolve-scope.ts'

/**
 * Returns the removed resources that may be earlier forms of a listed resource, for example if it was deleted and
 * created again under another name. They have the same type. The resource that was removed last is first.
 * @throws NotFoundError if the resource is unknown
 */
export async function getFormerResources(
  db: ReadableDatabase,
  id: string,
): Promise<DeclarationsEndpointResponse<'formerResources'>> {
  const q = getSqlExecutor(db)
  const resource = await resolveResource(q, id)
  const known = await readResourcePage(q, { types: [resource.type], includeRemoved: true })
  const data = known.flatMap(({ removed, ...one }) =>
    removed && one.id !== resource.id && one.since === null ? [{ ...one, removed }] : [],
  )
  return {
    data: data.toSorted((a, b) => b.removed.latest - a.removed.latest),
    ...buildAgeWithoutPolls(getDatabaseNow()),
  }
}

/**
 * Requests that a listed resource is joined with a removed resource, so that both count as one resource. The listed
 * resource then gets the ID and the history of the removed one. The next inventory makes the change, and is triggered
 * immediately.
 * @throws NotFoundError if a resource is unknown
 * @throws ConflictError if the two cannot be joined, for example because both are listed or their types differ. Also if
 *   the join would hide history of the listed resource, and `setAside` is false
 */
export async function joinResources(
  db: Database,
  id: string,
  { with: named, setAside = false }: JoinResourcesBody,
): Promise<{ data: JoinRequest }> {
  const q = db.pool
  const resource = await resolveResource(q, id)
  const former = await resolveResource(q, named)
  const facts = await factsOf(q, resource)
  refuse(findResourceJoinObstacle(resource, former, facts, await factsOf(q, former)))
  if (!setAside) {
    const isDeclared = collectDeclaredIds(await readCurrentDeclarations(q)).has(resource.id)
    refuse(describeHistoryUnderOwnId(resource.name, facts, isDeclared))
  }
  await requestResourceJoin(q, resource.id, former.id)
  await soon(q, facts)
  return { data: asked(resource, former.resourceId, former.id) }
}

/**
 * Undoes the last join of a resource, so that it has its own ID again. The next inventory makes the change, and is
 * triggered immediately.
 * @throws NotFoundError if the resource is unknown
 * @throws ConflictError if the resource was not joined, is not listed, or its former ARM ID now belongs to another
 *   resource
 */
export async function separateResource(db: Database, id: string): Promise<{ data: JoinRequest }> {
  const q = db.pool
  const resource = await resolveResource(q, id)
  const facts = await factsOf(q, resource)
  refuse(partRefusal(resource, facts))
  await requestResourceSeparation(q, resource.id)
  await soon(q, facts)
  return { data: asked(resource, resource.movedFrom?.resourceId ?? resource.resourceId, null) }
}

const asked = ({ id, resourceId }: ResourceView, formerResourceId: string, nextId: string | null): JoinRequest => ({
  id,
  resourceId,
  formerResourceId,
  nextId,
})

async function factsOf(q: SqlExecutor, { id, name }: ResourceView): Promise<ResourceJoinState> {
  const facts = await readResourceJoinState(q, id)
  if (!facts) throw new NotFoundError(`${name} is not known any more`)
  return facts
}

function refuse(why: string | null): void {
  if (why !== null) throw new ConflictError(why)
}

type Named = Pick<ResourceView, 'id' | 'name' | 'type' | 'movedFrom'>
type Placed = Pick<ResourceJoinState, 'isListed' | 'isAside'>

/** Returns the reason why two resources cannot be joined; null = they can be joined. */
export function findResourceJoinObstacle(resource: Named, former: Named, at: Placed, then: Placed): string | null {
  const { name } = resource
  if (resource.id === former.id) return `${name} is that resource already`
  if (resource.type !== former.type) return `${name} and ${former.name} are of different types: ${former.type}`
  if (!at.isListed) return `${name} is not listed now: join the one that is`
  if (then.isListed) return `both are listed: ${name} and ${former.name} are two resources`
  if (then.isAside) return `${former.name} was set aside by another join: part that first`
  if (resource.movedFrom) return `${name} has the history of ${resource.movedFrom.resourceId} already: part them first`
  return null
}

/** Returns the reason why a join cannot be undone; null = it can be undone. */
function partRefusal(
  { name, movedFrom }: Named,
  { isListed, isFormerIdTaken }: Pick<ResourceJoinState, 'isListed' | 'isFormerIdTaken'>,
): string | null {
  if (!movedFrom) return `${name} was not moved: there is nothing to part`
  if (!isListed) return `${name} is not listed now: nothing would have its new ARM id`
  if (isFormerIdTaken)
    return `another resource is listed as ${movedFrom.resourceId} now: its history can't go back there`
  return null
}

/**
 * Describes the history that is stored under the resource's current ID, and that would be hidden after a join with
 * another resource. Null = there is no history.
 */
export function describeHistoryUnderOwnId(
  name: string,
  { sessions, events, hasUsage }: Pick<ResourceJoinState, 'sessions' | 'events' | 'hasUsage'>,
  isDeclared: boolean,
): string | null {
  const count = (n: number, word: string) => (n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`])
  const own = [
    ...count(sessions, 'session'),
    ...count(events, 'event'),
    ...(hasUsage ? ['usage'] : []),
    ...(isDeclared ? ['declarations'] : []),
  ]
  if (own.length === 0) return null
  return `${name} has history of its own: ${own.join(', ')}. It goes out of sight until they are parted again; send setAside: true for that`
}

/** Triggers an immediate inventory of the subscription that lists the resource, and notifies open pages. */
async function soon(q: SqlExecutor, { listedBy }: ResourceJoinState): Promise<void> {
  if (listedBy !== null) await expeditePolls(q, listedBy, ['inventory'])
  await announceStreamChange(q, ['circuits', 'gateways'])
}
