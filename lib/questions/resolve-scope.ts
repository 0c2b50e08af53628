import { armTypes, type EpochMs, WHOLE_ESTATE } from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView, readResourceByIdOrArmId } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { InvalidRequestError, NotFoundError } from './errors.ts'

/**
 * Finds a resource by a short id, an ARM id or a name, ignoring case; null = unknown. A removed resource is found only
 * by its ids.
 * @param isOne selects the resource types that are searched by name
 * @throws InvalidRequestError if several resources have the name. The message contains the ids of at most 20 of them
 */
export async function findResourceByIdOrName(
  db: SqlExecutor,
  text: string,
  { at, isOne = () => true }: { at?: EpochMs | undefined; isOne?: (type: string) => boolean } = {},
): Promise<ResourceView | null> {
  const found = await readResourceByIdOrArmId(db, text, at)
  if (found || text.includes('/') || text === '') return found
  const lower = text.toLowerCase()
  const named = (await readResourcePage(db, { at })).filter(
    ({ name, type }) => isOne(type) && name.toLowerCase() === lower,
  )
  if (named.length < 2) return named[0] ?? null
  const ids = named.map(
    ({ id, type, resourceGroup }) => `${id} (${type.split('/').at(-1)} in ${resourceGroup ?? 'no group'})`,
  )
  throw new InvalidRequestError(
    `${named.length} resources are named ${JSON.stringify(text)}: send one of their ids: ${ids.slice(0, 20).join(', ')}`,
  )
}

/**
 * Returns the resource of a path parameter `{id}` or a parameter `scope`. The value may be a short id, an ARM id or a
 * name, ignoring case. If a proxy left percent-encoding in the value, it is decoded.
 * @throws NotFoundError; InvalidRequestError if several resources have the name
 */
export async function resolveResource(
  db: SqlExecutor,
  idOrArmId: string,
  at?: EpochMs,
  isOne?: (type: string) => boolean,
): Promise<ResourceView> {
  const asked = decodeArmIdSlashes(idOrArmId)
  const found = await findResourceByIdOrName(db, asked, { at, isOne })
  if (found) return found
  throw new NotFoundError(
    `nothing is known by the id ${JSON.stringify(asked)}: take an id or a name from /api/v1/circuits or /api/v1/gateways, or send an ARM id percent-encoded`,
  )
}

/**
 * Returns the circuit of a path parameter `{id}`.
 * @throws NotFoundError also if the resource is not a circuit
 */
export async function resolveCircuit(db: SqlExecutor, idOrArmId: string): Promise<ResourceView> {
  const found = await resolveResource(db, idOrArmId, undefined, (type) => type === armTypes.circuit)
  if (found.type === armTypes.circuit) return found
  throw new NotFoundError(`${found.name} is no circuit: take an id from /api/v1/circuits`)
}

/** Returns the short id of the resource in an optional `scope` parameter; undefined without the parameter. */
export async function resolveResourceId(db: SqlExecutor, scope: string | undefined): Promise<string | undefined> {
  return scope === undefined ? undefined : (await resolveResource(db, scope)).id
}

/**
 * Returns the short id of the resource in an optional `scope` parameter of events. The value may also denote all
 * resources together.
 */
export const resolveEventResourceId = async (
  db: SqlExecutor,
  scope: string | undefined,
): Promise<string | undefined> => (scope === WHOLE_ESTATE ? WHOLE_ESTATE : resolveResourceId(db, scope))

/** Decodes an ARM id if a proxy left its slashes percent-encoded. Any other text is returned unchanged. */
export function decodeArmIdSlashes(text: string): string {
  if (!/%2f/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
