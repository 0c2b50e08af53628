import { describe, expect, it } from 'vitest'
import { type ArpRow, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'

import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listArpEntries } from '#lib/circuits/store/index.ts'
import { createPastReader } from '../past/past-reader.ts'
import { createTestPollSource } from '../testing/feed.ts'
import { readOverlappingIntervals } from '../testing/inspect.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const started = (n: number) => T + n * 60_000
const finished = (n: number) => T + n * 60_000 + 2_000
const poll = (n: number, rows: ArpRow[]) => ({ startedAt: started(n), finishedAt: finished(n), rows })
const customer = (macAddress: string | null, ageMinutes = 10): ArpRow => ({
  ageMinutes,
  interface: 'On-Prem',
  ipAddress: '192.0.2.97',
  macAddress,
})

describe('an ARP table', () => {
  it('reports an address that changed, became incomplete, or went', async () => {
    const feed = await createTestPollSource(db, {
      type: 'expressRouteCircuits',
      subresource: 'AzurePrivatePeering/primary',
    })
    const tables = [
      [customer('aaaa')],
      [customer('aaaa', 11)],
      [customer('bbbb', 0)],
      [customer(null)],
      [],
      [customer('bbbb')],
    ]
    const changes = []
    for (const [n, rows] of tables.entries()) {
      const recorded = await feed.record('arp', poll(n, rows))
      changes.push(...recorded.changes.filter((change) => change.type === 'arp'))
    }
    expect(changes.map(({ before, after, between }) => [before, after, between])).toEqual([
      [null, 'aaaa', { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) }],
      ['aaaa', 'bbbb', { earliest: started(1), latest: finished(2) }],
      ['bbbb', 'Incomplete', { earliest: started(2), latest: finished(3) }],
      ['Incomplete', null, { earliest: started(3), latest: finished(4) }],
      [null, 'bbbb', { earliest: started(4), latest: finished(5) }],
    ])
    expect(await readOverlappingIntervals(db, feed.sourceId)).toEqual([])

    const at = async (moment: number) =>
      (await listArpEntries(createPastReader(db.pool, moment), { scope: feed.resourceId })).map((row) => row.macAddress)
    expect(await listArpEntries(db.pool, { scope: feed.resourceId })).toMatchObject([
      { macAddress: 'bbbb', ageMinutes: 10 },
    ])
    expect(await at(started(1))).toEqual(['aaaa'])
    expect(await at(finished(2))).toEqual(['bbbb'])
    expect(await at(finished(3))).toEqual([null])
    expect(await at(started(4))).toEqual([null])
    expect(await at(finished(4))).toEqual([])
    expect(await at(started(60))).toEqual(['bbbb'])
  })

  it('keeps the age as last read, without making history of it', async () => {
    const feed = await createTestPollSource(db)
    for (let n = 0; n < 10; n++) await feed.record('arp', poll(n, [customer('aaaa', n)]))
    expect(await listArpEntries(db.pool, { scope: feed.resourceId })).toMatchObject([{ ageMinutes: 9 }])
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM arp_interval WHERE source_id = $1', [
      feed.sourceId,
    ])
    expect(rows).toEqual([{ n: 0 }])
  })

  it('with two rows for one address counts the complete one', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('arp', poll(0, [customer('aaaa'), customer(null)]))
    expect((await feed.record('arp', poll(1, [customer(null), customer('aaaa')]))).changes).toEqual([])
    expect(await listArpEntries(db.pool, { scope: feed.resourceId })).toMatchObject([{ macAddress: 'aaaa' }])
  })
})
