import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type AccessScope, type EpochMs, isSameCustomer, EMPTY_ACCESS_SCOPE } from '#lib/contract/index.ts'
import { createScopedReader, type StoredEvent } from '#lib/history/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getReadingDatabase } from '../connection.ts'
import { type ReadableDatabase, getSqlExecutor } from '../db.ts'
import {
  recordOtherCustomersPaths,
  findOtherCustomersPaths,
  maskOtherCustomersPathNames,
} from './other-customers-paths.ts'
import { recordOtherCustomersNames, maskOtherCustomersNames } from './other-customers-names.ts'
import { findCustomerOfEvent, type ResourceOwnership, readOwnership } from './ownership.ts'
import { findVisibleRows } from './visible-rows.ts'

/**
 * Maximum time in ms after which a change of a resource's owner takes effect. Owners are cached for this time, because
 * reading them takes several SQL statements.
 */
export const OWNERSHIP_CACHE_MS = 5_000
/** Maximum number of scopes for which limited database access is cached, for each database. */
const MAX_CACHED_SCOPES = 100

const ownerships = openProcessCache<Promise<ResourceOwnership>>('ownership', { maxAgeMs: OWNERSHIP_CACHE_MS })
/**
 * Limited database access is cached together with the owners from which it was created, so that both expire at the same
 * time.
 */
const readers = openProcessCache<SqlExecutor>('scoped_readers', { maxSize: MAX_CACHED_SCOPES })

/** Returns database access for a caller's queries. It returns only rows that the scope may see. */
export const openScopedReader = (scope: AccessScope): Promise<ReadableDatabase> =>
  limitToAccessScope(getReadingDatabase(), scope)

/**
 * Returns the part of a scope that belongs to one customer. If a limited scope does not name this customer, the result
 * is an empty scope, even if it names a subscription of the customer.
 * @param customer absent = the whole scope is returned
 */
export function narrowAccessScope(scope: AccessScope, customer: string | undefined): AccessScope {
  if (customer === undefined) return scope
  const isSeen = scope === 'everything' || scope.customers.some((name) => isSameCustomer(name, customer))
  return isSeen ? { subscriptions: [], customers: [customer] } : EMPTY_ACCESS_SCOPE
}

/**
 * Returns database access whose queries return only rows that the scope may see. For the scope `everything`, returns
 * the given database itself.
 * @throws errors of reading the owners of resources, because without the owners no data may be returned
 */
export async function limitToAccessScope(
  db: ReadableDatabase,
  scope: AccessScope,
  now: EpochMs = getDatabaseNow(),
): Promise<ReadableDatabase> {
  if (scope === 'everything') return db
  const base = getSqlExecutor(db)
  const whole = await ownershipOf(base, now)
  const key = JSON.stringify([scope.subscriptions.toSorted(), scope.customers.toSorted()])
  const kept = readers.find(whole, key)
  if (kept) return kept
  const visible = findVisibleRows(whole, scope)
  const reader = createScopedReader(base, visible, whole.tables)
  recordOtherCustomersNames(reader, whole, visible)
  recordOtherCustomersPaths(reader, base, whole, visible)
  return readers.store(whole, key, reader)
}

/**
 * Returns the functions with which lib/notify reads data for a scope. They are passed as arguments, because lib/notify
 * must not depend on the ownership of resources.
 */
export const createScopedReaders = (db: ReadableDatabase) => ({
  readerOf: async (scope: AccessScope): Promise<SqlExecutor> => getSqlExecutor(await limitToAccessScope(db, scope)),
  eventsFor(reader: SqlExecutor, events: readonly StoredEvent[]): StoredEvent[] {
    const others = findOtherCustomersPaths(reader)
    return events.map((event) => (others ? maskOtherCustomersPathNames(event, others) : event))
  },
  withoutOthers: maskOtherCustomersNames,
  async customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null> {
    const ownership = await ownershipOf(getSqlExecutor(db), now)
    return (event) => findCustomerOfEvent(ownership, event)
  },
})

/** Returns the names of all customers that own a resource according to declarations or tags. */
export async function readOwningCustomers(db: ReadableDatabase, now: EpochMs): Promise<string[]> {
  const { owners } = await ownershipOf(getSqlExecutor(db), now)
  return [...new Set([...owners.values()].flatMap(({ customer }) => customer ?? []))].toSorted()
}

const ownershipOf = (base: SqlExecutor, now: EpochMs): Promise<ResourceOwnership> =>
  ownerships.share(base, '', () => readOwnership(base, now), { now })
