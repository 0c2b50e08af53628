import type { ServiceKeyRequest as Request } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { ServiceKeyRequest } from '#lib/platform/generated/prisma/client.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '#lib/history/statements.ts'

/** That somebody wanted a circuit's service key. */
export interface StoredServiceKeyRequest extends Omit<Request, 'at' | 'resourceId'> {
  at: EpochMs
  armId: string
}

const requestOf = (row: ServiceKeyRequest): StoredServiceKeyRequest => ({ ...row, id: String(row.id), at: ms(row.at) })

/** Adds to the audit. */
export async function recordServiceKeyRequest(
  db: Queryable,
  { at, ...request }: Omit<StoredServiceKeyRequest, 'id'>,
): Promise<StoredServiceKeyRequest> {
  const data = { ...request, at: new Date(at) }
  return requestOf(await withPrisma(db, (tables) => tables.serviceKeyRequest.create({ data })))
}

/**
 * The audit, newest first.
 * @param before id of a request: only what was recorded before it; null = from the newest on
 */
export async function serviceKeyRequests(
  db: Queryable,
  { limit, before }: { limit: number; before: string | null },
): Promise<StoredServiceKeyRequest[]> {
  const where = before === null ? {} : { id: { lt: BigInt(before) } }
  const rows = await withPrisma(db, (tables) =>
    tables.serviceKeyRequest.findMany({ where, orderBy: { id: 'desc' }, take: limit }),
  )
  return rows.map(requestOf)
}
