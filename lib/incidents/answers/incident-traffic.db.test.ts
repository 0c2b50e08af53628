import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident, ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  applyRetention,
  computeEventId,
  rollUpUsage,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import type { PreparedStatement, SqlExecutor } from '#lib/platform/queryable.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getHandover } from './handover.ts'
import { getIncident, getIncidents } from './incidents.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import { createCircuitRow, circuitId, createTestPollRecorder, recordPoll } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const MEGA = 1_000_000
const now = Math.floor(Date.now() / MS_PER_MINUTE) * MS_PER_MINUTE
const LONG_AGO = now - 20 * MS_PER_DAY

const OTHER_SUBSCRIPTION = '77777777-2222-3333-4444-555555555555'
const OWN_SUBSCRIPTION = circuitId('x').split('/')[2] ?? ''
const ofOther = (row: ResourceRow): ResourceRow => ({
  ...row,
  subscriptionId: OTHER_SUBSCRIPTION,
  resourceId: row.resourceId.replace(OWN_SUBSCRIPTION, OTHER_SUBSCRIPTION),
})
const OTHERS = ofOther(createCircuitRow('ckt-other'))

const PATHS = ['primary', 'secondary'] as const

/** Records a counter poll each minute. The paths carry these rates (Mb/s) to Azure, and half of them from Azure. */
async function count(resourceId: string, from: number, to: number, rateAt: (at: number) => [number, number]) {
  const bytes = [10n ** 15n, 10n ** 15n]
  let sourceId = 0
  for (let at = from; at <= to; at += MS_PER_MINUTE) {
    const rows = PATHS.map((path, i) => ({ path, bytesIn: bytes[i] ?? 0n, bytesOut: (bytes[i] ?? 0n) / 2n }))
    sourceId = await recordPoll(db, { kind: 'stats', resourceId, at, rows })
    rateAt(at).forEach((rate, i) => {
      bytes[i] = (bytes[i] ?? 0n) + BigInt(rate * 7_500_000)
    })
  }
  return sourceId
}

const bounds = (at: number) => ({ earliest: at - MS_PER_MINUTE, latest: at })

/** Stores an incident with one event for each of these circuits. */
async function incident(sourceId: number, key: string, began: number, ended: number | null, resources: string[]) {
  const scopes = resources.map(computeShortId)
  const events = scopes.map(
    (scope): DetectedEvent => ({
      key: `${key} ${scope}`,
      kind: 'path_down',
      severity: 'major',
      scope,
      subject: 'AzurePrivatePeering/primary',
      started: bounds(began),
      ended: ended === null ? null : { earliest: ended, latest: ended + MS_PER_MINUTE },
      duration: null,
      detectedAt: began,
      evidence: [],
      causes: [],
      flags: [],
      incident: key,
    }),
  )
  const stored: DetectedIncident = {
    key,
    root: events[0]?.key ?? '',
    scope: scopes[0] ?? '',
    severity: 'major',
    members: [],
    started: bounds(began),
    ended: ended === null ? null : { earliest: ended, latest: ended + MS_PER_MINUTE },
    openedAt: began,
    closedAt: ended === null ? null : ended + 3 * MS_PER_MINUTE,
  }
  await upsertEvents(db.pool, sourceId, events)
  await upsertIncidents(db.pool, [stored])
}

const BEGAN = now - 11 * MS_PER_MINUTE

beforeAll(async () => {
  const [lon, ams] = [circuitId('ckt-lon'), circuitId('ckt-ams')]
  const feed = createTestPollRecorder(db)
  await feed.inventory(now - MS_PER_MINUTE, [
    createCircuitRow('ckt-lon'),
    createCircuitRow('ckt-ams'),
    createCircuitRow('ckt-silent'),
  ])
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: `/subscriptions/${OTHER_SUBSCRIPTION}`,
    at: now - MS_PER_MINUTE,
    rows: { resources: [OTHERS], listedTypes: [OTHERS.type], failedTypes: [] },
  })
  // traffic stopped for one hour long ago
  const stops = (at: number): [number, number] =>
    at < LONG_AGO || at >= LONG_AGO + 60 * MS_PER_MINUTE ? [200, 200] : [0, 0]
  await count(lon, LONG_AGO - 40 * MS_PER_MINUTE, LONG_AGO + 70 * MS_PER_MINUTE, stops)
  await rollUpUsage(db)
  const fails = (at: number): [number, number] => (at < BEGAN ? [300, 300] : [0, 150])
  const source = await count(lon, now - 30 * MS_PER_MINUTE, now - MS_PER_MINUTE, fails)
  await count(ams, now - 30 * MS_PER_MINUTE, now - MS_PER_MINUTE, (at) => (at < BEGAN ? [100, 100] : [300, 300]))
  await count(OTHERS.resourceId, now - 30 * MS_PER_MINUTE, now - MS_PER_MINUTE, () => [4_000, 4_000])
  await feed.schedule(...[lon, ams, OTHERS.resourceId].map((resourceId) => ({ kind: 'stats' as const, resourceId })))
  await incident(source, 'fell', BEGAN, null, [lon])
  await incident(source, 'both', BEGAN, null, [lon, ams])
  await incident(source, 'begins', now - 3 * MS_PER_MINUTE, null, [lon])
  await incident(source, 'over', BEGAN, now - 3 * MS_PER_MINUTE, [ams])
  await incident(source, 'long ago', LONG_AGO, LONG_AGO + 60 * MS_PER_MINUTE, [lon])
  await incident(source, 'before monitoring', LONG_AGO - 5 * MS_PER_DAY, LONG_AGO - 4 * MS_PER_DAY, [lon])
  await incident(source, 'silent', BEGAN, null, [circuitId('ckt-silent')])
  await incident(source, 'shared', BEGAN, null, [OTHERS.resourceId, lon])
}, 60_000)

const impactOf = async (key: string, from: Parameters<typeof getIncident>[0] = db) =>
  (await getIncident(from, computeEventId(key), now)).data.impact
const rates = (before: number | null, since: number | null, change: string | null) => ({
  before: before && before * MEGA,
  since: since && since * MEGA,
  change,
})

describe('traffic of an incident', () => {
  it('that goes on is the rate before and now, both paths together', async () => {
    expect(await impactOf('fell')).toMatchObject({
      summary: 'Traffic fell from 600 Mb/s to 150 Mb/s; one path of ckt-lon down.',
      traffic: { state: 'read', toAzure: rates(600, 150, 'fell'), fromAzure: rates(300, 75, 'fell') },
    })
  })

  it('is that of all its circuits: what one lost, another may carry', async () => {
    const { summary, traffic } = await impactOf('both')
    expect(traffic).toMatchObject({ state: 'read', toAzure: rates(800, 750, 'goes_on') })
    expect(summary).toMatch(/^Traffic goes on at 750 Mb\/s; /)
  })

  it('names the last counters after polls stopped', async () => {
    const stopped = (await getIncident(db, computeEventId('both'), now + 3 * MS_PER_MINUTE)).data.impact
    expect(stopped.traffic?.notPolledSince).toBe(now - MS_PER_MINUTE + 2_000)
    expect(stopped.summary).toMatch(/^Traffic 750 Mb\/s, last known at .*\d{2}:\d{2} UTC; /)
    expect((await impactOf('over')).traffic).not.toHaveProperty('notPolledSince')
  })

  it('is not known within minutes of its begin', async () => {
    const { summary, traffic } = await impactOf('begins')
    expect(traffic).toMatchObject({ state: 'too_short', toAzure: { since: null, change: null } })
    expect(summary).not.toMatch(/traffic/i)
  })

  it('that is over is of its whole time', async () => {
    const { summary, traffic } = await impactOf('over')
    expect(traffic).toMatchObject({ state: 'read', toAzure: rates(200, 600, 'goes_on') })
    expect(summary).toMatch(/^Traffic went on at 600 Mb\/s; /)
  })

  it('is not polled where no poll reads counters', async () => {
    expect((await impactOf('silent')).traffic).toMatchObject({ state: 'not_polled' })
  })

  it('is not known of a time before counters were read', async () => {
    expect((await impactOf('before monitoring')).traffic).toMatchObject({ state: 'unknown' })
  })

  it('of long ago is that of points of five minutes, with samples kept or dropped', async () => {
    const stopped = { state: 'read', toAzure: rates(400, 0, 'stopped'), fromAzure: rates(200, 0, 'stopped') }
    expect((await impactOf('long ago')).traffic).toEqual(stopped)
    await applyRetention(db, { rawMs: 14 * MS_PER_DAY, historyMs: 400 * MS_PER_DAY }, now)
    expect((await impactOf('long ago')).traffic).toEqual(stopped)
  })

  it('is the same in lists, which read it for all of them in one statement', async () => {
    const texts: string[] = []
    const watched: SqlExecutor = {
      query: (asked: string | PreparedStatement, values?: unknown[]) => {
        texts.push(typeof asked === 'string' ? asked : asked.text)
        return db.pool.query(asked as string, values)
      },
    } as SqlExecutor
    const { data } = await getIncidents(watched, { limit: 100 }, now)
    expect(data).toHaveLength(8)
    for (const { id, impact } of data) expect(impact).toEqual((await getIncident(db, id, now)).data.impact)
    expect(texts.filter((text) => text.includes('counter_sample'))).toHaveLength(1)
    const { stillOpen } = (await getHandover(db, {}, now)).data
    expect(stillOpen.find(({ id }) => id === computeEventId('fell'))?.impact).toEqual(await impactOf('fell'))
  })

  it('of an incident that is seen in part is that of the circuits that are seen', async () => {
    const of = async (subscription: string) =>
      impactOf('shared', await limitToAccessScope(db, { subscriptions: [subscription], customers: [] }))
    expect((await impactOf('shared')).traffic).toMatchObject({ toAzure: rates(8_600, 8_150, 'goes_on') })
    expect((await of(OWN_SUBSCRIPTION)).traffic).toMatchObject({ toAzure: rates(600, 150, 'fell') })
    expect((await of(OTHER_SUBSCRIPTION)).traffic).toMatchObject({ toAzure: rates(8_000, 8_000, 'goes_on') })
  })
})
