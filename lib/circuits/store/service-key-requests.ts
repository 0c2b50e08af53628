import type { StoredServiceKeyRequest } from '../api/index.ts'
import type { ServiceKeyRequest } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

const requestOf = (row: ServiceKeyRequest): StoredServiceKeyRequest => ({
  ...row,
  id: String(row.id),
  resourceId: row.armId,
})

/** Inserts a request into the audit table. */
export async function recordServiceKeyRequest(
  db: SqlExecutor,
  data: Omit<ServiceKeyRequest, 'id'>,
): Promise<StoredServiceKeyRequest> {
  return requestOf(await runWithPrisma(db, (tables) => tables.serviceKeyRequest.create({ data })))
}

/**
 * Returns requests for service keys, newest first.
 * @param before ID of a request; only older requests are returned; null = start with the newest request
 */
export async function readServiceKeyRequests(
  db: SqlExecutor,
  { limit, before }: { limit: number; before: string | null },
): Promise<StoredServiceKeyRequest[]> {
  const where = before === null ? {} : { id: { lt: BigInt(before) } }
  const rows = await runWithPrisma(db, (tables) =>
    tables.serviceKeyRequest.findMany({ where, orderBy: { id: 'desc' }, take: limit }),
  )
  return rows.map(requestOf)
}
