import { armTypes, type EpochMs, WHOLE_ESTATE } from '#lib/contract/index.ts'
import { type ResourceView, resourceByIdOrArmId } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { NotFoundError } from './errors.ts'

/**
 * The resource that an `{id}` or a `scope` names, by short id or by ARM id in any case. A path segment that some proxy
 * left encoded is decoded here.
 * @throws NotFoundError
 */
export async function resolveResource(db: Queryable, idOrArmId: string, at?: EpochMs): Promise<ResourceView> {
  const asked = decoded(idOrArmId)
  const found = await resourceByIdOrArmId(db, asked, at)
  if (found) return found
  throw new NotFoundError(
    `nothing is known by the id ${JSON.stringify(asked)}: take an id from /api/v1/circuits or /api/v1/gateways, or send an ARM id percent-encoded`,
  )
}

/**
 * The circuit that a path's `{id}` names.
 * @throws NotFoundError also when it names something else
 */
export async function resolveCircuit(db: Queryable, idOrArmId: string): Promise<ResourceView> {
  const found = await resolveResource(db, idOrArmId)
  if (found.type === armTypes.circuit) return found
  throw new NotFoundError(`${found.name} is no circuit: take an id from /api/v1/circuits`)
}

/** The short id of an optional scope parameter. */
export async function resolveScope(db: Queryable, scope: string | undefined): Promise<string | undefined> {
  return scope === undefined ? undefined : (await resolveResource(db, scope)).id
}

/** The same for events, some of which are about the whole estate. */
export const resolveEventScope = async (db: Queryable, scope: string | undefined): Promise<string | undefined> =>
  scope === WHOLE_ESTATE ? WHOLE_ESTATE : resolveScope(db, scope)

/** An id that some proxy left encoded, decoded. */
export function decoded(text: string): string {
  if (!/%2f/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
