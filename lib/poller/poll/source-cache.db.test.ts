import { expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SourceCache } from './source-cache.ts'

const db = withTestDatabase()
const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
const OWN_KINDS = ['peers', 'learned', 'activity'] as const

it('forgets what is off the plan, so that an estate that changes for years takes no more memory', async () => {
  const book = new SourceCache(db, Date.now)
  const sizes: number[] = []
  for (let year = 0; year < 5; year++) {
    const targets = Array.from({ length: 4 }, (_, i) => ({
      resourceId: `${NETWORK}/virtualNetworkGateways/gw-${year}-${i}`,
      subresource: '',
    }))
    book.planned(
      targets.flatMap((target) =>
        OWN_KINDS.map((kind: PollKind) => ({ ...target, kind, everySeconds: 60, resource: null })),
      ),
    )
    for (const target of targets) {
      const source = await book.source(await getOrCreateSourceId(db.pool, target))
      if (!source) throw new Error('the source is not there')
      await book.plannedId(target)
      await book.metered(source)
      await book.localAddresses({ ...source, peering: 'AzurePrivatePeering', path: 'primary' })
      await book.knowledge(source, { kind: 'peers', epoch: '1' })
      for (const kind of OWN_KINDS) {
        book.firstTime({ sourceId: source.sourceId, kind })
        book.noteRead({ sourceId: source.sourceId, kind, epoch: '1' }, 1)
      }
    }
    sizes.push(book.size)
  }
  expect(sizes[0]).toBeGreaterThan(4 * OWN_KINDS.length)
  expect(new Set(sizes).size).toBe(1)
})

it('knows up to when another worker read, and loses nothing by a poll that comes less far', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: '/subscriptions/read', subresource: '' })
  const book = new SourceCache(db, Date.now)
  const source = await book.source(sourceId)
  if (!source) throw new Error('the source is not there')
  const lease = (epoch: number) => ({ sourceId, kind: 'activity', epoch: String(epoch) })
  const stored = async (at: string) =>
    db.pool.query(
      `INSERT INTO poll_state (source_id, kind, last_started_at, last_finished_at, last_outcome, interval_seconds, read_up_to)
       VALUES ($1, 'activity', $2, $2, 'ok', 300, $2) ON CONFLICT (source_id, kind) DO UPDATE SET read_up_to = $2`,
      [sourceId, at],
    )
  await stored('2026-11-20T08:00:00Z')
  expect(await book.readUpTo(source, lease(2))).toBe(Date.UTC(2026, 10, 20, 8))
  book.noteRead(lease(2), Date.UTC(2026, 10, 20, 7, 50))
  expect(await book.readUpTo(source, lease(3))).toBe(Date.UTC(2026, 10, 20, 8))
  // leases with epochs in between belonged to another worker
  await stored('2026-11-20T09:00:00Z')
  expect(await book.readUpTo(source, lease(9))).toBe(Date.UTC(2026, 10, 20, 9))
})

it('reads what a configuration says again when inventories list another one, and not before', async () => {
  const book = new SourceCache(db, Date.now)
  const resourceId = `${NETWORK}/expressRouteCircuits/metered`
  const source = await book.source(await getOrCreateSourceId(db.pool, { resourceId, subresource: '' }))
  if (!source) throw new Error('the source is not there')
  const at = (location: string) =>
    db.pool.query('UPDATE resource SET location = $2 WHERE arm_key = lower($1)', [resourceId, location])
  const region = async () => (await book.metered(source))?.region
  const listed = (since: number) =>
    book.listed([{ id: source.scope, resourceId, since: { earliest: 0, latest: since }, movedFrom: null }])
  await at('westeurope')
  listed(1)
  expect(await region()).toBe('westeurope')
  await at('northeurope')
  listed(1)
  expect(await region()).toBe('westeurope')
  listed(2)
  expect(await region()).toBe('northeurope')
  // a read in progress may have read the old configuration
  listed(3)
  const reading = region()
  listed(4)
  expect(await reading).toBe('northeurope')
  await at('uksouth')
  expect(await region()).toBe('uksouth')
})
