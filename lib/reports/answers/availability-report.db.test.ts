import { beforeAll, describe, expect, it } from 'vitest'
import type { AvailabilityReportRow } from '../api/index.ts'
import type { TimestampBounds, CauseOwner } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getAvailabilityReport } from './availability-report.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'

const db = withTestDatabase()
const month = '2026-11'
const from = Date.UTC(2026, 10, 1)
/** The first polls are one hour after the begin of the month; the last ones are ten minutes later. */
const begin = from + 60 * MS_PER_MINUTE
const now = begin + 10 * MS_PER_MINUTE
const at = (minutes: number, wide = 0): TimestampBounds => ({
  earliest: begin + minutes * MS_PER_MINUTE - wide * 1_000,
  latest: begin + minutes * MS_PER_MINUTE + wide * 1_000,
})
const outage = (key: string, started: TimestampBounds, ended: TimestampBounds | null, owner: CauseOwner) => ({
  ...storedOutage(key, 'circuit_down', started, ended),
  causes: [{ class: 'line', owner, confidence: 0.7, evidence: [], nextStep: 'Call.' }],
})

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(begin)
  for (let minute = 0; minute <= 10; minute++)
    for (const path of ['primary', 'secondary'] as const)
      await feed.summary(begin + minute * MS_PER_MINUTE, path, [createCustomerNeighbor(path), azureSide()])
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  await upsertEvents(db.pool, source, [
    outage('a', at(2, 10), at(3, 10), 'provider'),
    outage('b', at(5, 10), at(6, 10), 'provider'),
    outage('c', at(8, 0), at(9, 0), 'microsoft'),
  ])
  const work = {
    id: 'work',
    title: 'Work',
    from: new Date(begin + 7 * MS_PER_MINUTE).toISOString(),
    to: new Date(begin + 9.5 * MS_PER_MINUTE).toISOString(),
    recurrence: null,
    scopes: [computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)],
    paths: [],
    note: '',
  }
  const site = { name: 'London', prefixes: [], home: computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID), routers: [] }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { maintenance: [work], sites: [site] }, { by: 'ops', expected: null }),
  )
})

const rowsBy = async (by: 'circuit' | 'site' | 'customer', wanted = month, moment = now) =>
  (await getAvailabilityReport(db, { month: wanted, by }, moment)).data.rows
const sum = ({
  upSeconds,
  indeterminateSeconds,
  downSeconds,
  unknownSeconds,
  plannedSeconds,
}: Omit<AvailabilityReportRow, 'losses'>) =>
  upSeconds.atLeast + indeterminateSeconds + downSeconds.atLeast + unknownSeconds + plannedSeconds

it.each([
  ['2026-12', /^month: it lies in the future; send /],
  ['2020-01', /^month: history is kept for .*RETAIN_HISTORY.*; send /],
])('month %s is refused with a remedy', async (wanted, says) => {
  await expect(rowsBy('circuit', wanted)).rejects.toThrow(says)
})

describe('a month that has begun', () => {
  it('is divided into what is certain, what is within bounds, what was not seen and what was planned', async () => {
    const [row] = await rowsBy('circuit')
    expect(row).toMatchObject({
      name: 'ckt-lon',
      seconds: 70 * 60,
      // two outages of one minute; the begin and end of each are uncertain by 10 s before and after
      downSeconds: { atLeast: 2 * 40, atMost: 2 * 80 },
      indeterminateSeconds: 2 * 40,
      plannedSeconds: 60,
      byOwner: { provider: 2 * 40 },
      outages: 2,
      repeats: 1,
      mttrSeconds: { atLeast: 40, atMost: 80 },
      creditDue: null,
    })
    // no observation before the first poll
    expect(row?.unknownSeconds).toBeGreaterThanOrEqual(60 * 60)
    expect(row?.unknownSeconds).toBeLessThan(62 * 60)
    expect(row && sum(row)).toBeCloseTo(70 * 60, 6)
  })

  it('of a site is that of its home circuit, and nobody’s circuit is in no customer’s row', async () => {
    const [circuit] = await rowsBy('circuit')
    const [site] = await rowsBy('site')
    expect(site).toMatchObject({ name: 'London', circuits: ['ckt-lon'], downSeconds: circuit?.downSeconds })
    expect(await rowsBy('customer')).toEqual([])
  })

  it('adds providers up', async () => {
    const { providers } = (await getAvailabilityReport(db, { month, by: 'circuit' }, now)).data
    expect(providers).toHaveLength(1)
    expect(providers[0]).toMatchObject({ circuits: 1, providersOwnSeconds: 80, outages: 2 })
  })
})

describe('credit of a declared contract', () => {
  it('is due by what is certainly the provider’s fault at least, and by what was not seen at most', async () => {
    const none = { connectivity: null, secondStag: null, natPools: [], classes: [] }
    const credits = [
      { below: 99.999, credit: 5 },
      { below: 99.9, credit: 10 },
    ]
    const declared = { circuits: [{ circuit: computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID), ...none, credits }] }
    await db.transaction((client) => saveDeclarationsAsNewVersion(client, declared, { by: 'ops', expected: null }))
    // 80 s of 30 days are 0.003 %; one unobserved hour is 0.14 %
    const due = { atLeast: 5, atMost: 10, promised: 99.999 }
    expect((await rowsBy('circuit'))[0]?.creditDue).toEqual(due)
    expect((await rowsBy('site'))[0]?.creditDue).toEqual(due)
  })
})

describe('another month', () => {
  it('before monitoring is unknown, never up', async () => {
    const [row] = await rowsBy('circuit', '2026-10')
    expect(row).toMatchObject({
      seconds: 31 * 86_400,
      unknownSeconds: 31 * 86_400,
      downSeconds: { atLeast: 0, atMost: 0 },
    })
  })
})
