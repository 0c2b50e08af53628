import { databaseNow } from '#lib/platform/database-clock.ts'
import { type AccessScope, type EpochMs, isSameCustomer, NOTHING } from '#lib/contract/index.ts'
import { scopedReader, type StoredEvent } from '#lib/history/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readingDatabase } from '../connection.ts'
import { type Db, queryable } from '../db.ts'
import { recordOthersPaths, othersPaths, withoutOthersCarriers } from './others-paths.ts'
import { recordOthers, withoutOthers } from './without-others.ts'
import { customerOfEvent, type Ownership, readOwnership } from './ownership.ts'
import { visibleOf } from './visible-of.ts'

/** How long it may take until a change of owner counts: whose everything is takes a few statements. */
export const GOOD_FOR_MS = 5_000
/** Scopes whose readers are kept, of each database. */
const MOST = 100

const ownerships = new Cache<Promise<Ownership>>('ownership', { maxAgeMs: GOOD_FOR_MS })
/** The owner of an entry is an ownership, so that readers end with it. */
const readers = new Cache<Queryable>('scoped_readers', { maxSize: MOST })

/** What a caller's questions read from: the rows that his scope sees, and no others. */
export const readerOf = (scope: AccessScope): Promise<Db> => scopedTo(readingDatabase(), scope)

/**
 * What of a scope belongs to one customer. Whose scope names him not sees nothing of him, even where their subscriptions would meet.
 * @param customer not given = all of the scope
 */
export function narrowed(scope: AccessScope, customer: string | undefined): AccessScope {
  if (customer === undefined) return scope
  const isSeen = scope === 'everything' || scope.customers.some((name) => isSameCustomer(name, customer))
  return isSeen ? { subscriptions: [], customers: [customer] } : NOTHING
}

/**
 * The same of a database at hand. `everything` is the database itself and costs nothing.
 * @throws what reading throws; nothing is answered without knowing the owner
 */
export async function scopedTo(db: Db, scope: AccessScope, now: EpochMs = databaseNow()): Promise<Db> {
  if (scope === 'everything') return db
  const base = queryable(db)
  const whole = await ownershipOf(base, now)
  const key = JSON.stringify([scope.subscriptions.toSorted(), scope.customers.toSorted()])
  const kept = readers.find(whole, key)
  if (kept) return kept
  const visible = visibleOf(whole, scope)
  const reader = scopedReader(base, visible, whole.tables)
  recordOthers(reader, whole, visible)
  recordOthersPaths(reader, base, whole, visible)
  return readers.store(whole, key, reader)
}

/** What reads for scopes on a database, for who is below and can't know whose everything is. */
export const scopedReading = (db: Db) => ({
  readerOf: async (scope: AccessScope): Promise<Queryable> => queryable(await scopedTo(db, scope)),
  eventsFor(reader: Queryable, events: readonly StoredEvent[]): StoredEvent[] {
    const others = othersPaths(reader)
    return events.map((event) => (others ? withoutOthersCarriers(event, others) : event))
  },
  withoutOthers,
  async customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null> {
    const ownership = await ownershipOf(queryable(db), now)
    return (event) => customerOfEvent(ownership, event)
  },
})

/** Names of all customers that anything belongs to, declared or by tags. */
export async function customersOfEstate(db: Db, now: EpochMs): Promise<string[]> {
  const { owners } = await ownershipOf(queryable(db), now)
  return [...new Set([...owners.values()].flatMap(({ customer }) => customer ?? []))].toSorted()
}

const ownershipOf = (base: Queryable, now: EpochMs): Promise<Ownership> =>
  ownerships.share(base, '', () => readOwnership(base, now), { now })
