import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, computeEventId, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { publishDueCostReview } from './weekly.ts'
import { recordCostDecision } from './decisions.ts'
import { getCostWeekly } from './queued-answers.ts'

const db = withTestDatabase()
const MONDAY = Date.UTC(2026, 10, 16)
const NOW = MONDAY + 4 * MS_PER_DAY
/** Six hours in which a failover moved traffic of another circuit to this circuit. */
const [FROM, TO] = [MONDAY + 2 * MS_PER_DAY, MONDAY + 2 * MS_PER_DAY + 6 * MS_PER_HOUR]

const failover = (key: string): DetectedEvent => ({
  key,
  kind: 'failover',
  severity: 'major',
  scope: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID),
  subject: '10.0.4.4 > 10.0.4.5',
  started: { earliest: FROM, latest: FROM + 5_000 },
  ended: { earliest: TO - 5_000, latest: TO },
  duration: null,
  detectedAt: FROM + 5_000,
  evidence: [],
  causes: [],
  flags: [],
  incident: 'incident of the failover',
})

beforeAll(async () => {
  const from = MONDAY - 28 * MS_PER_DAY
  await createTestEstatePollRecorder(db).inventory(from)
  // 8 Mbit/s on each path are 7.2 GB an hour; a hundred times as much in those six hours
  await recordTestCircuitBitRates(db, {
    from,
    to: NOW,
    bitsPerSecond: (at) => (FROM <= at && at < TO ? 800_000_000 : 8_000_000),
  })
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' })
  await upsertEvents(db.pool, sourceId, [failover('one'), failover('reported by another gateway')])
}, 60_000)

describe('what moved a figure', () => {
  it('names the failover with its incident and its money, once, and adds up', async () => {
    expect(await publishDueCostReview(db, MONDAY + 2 * MS_PER_HOUR)).toBe('2026-W46')
    const { data } = await getCostWeekly(db, {}, NOW)
    const [move] = data.variance
    const part = move?.parts.filter(({ cause }) => cause === 'failover')
    // 6 hours of 712.8 GB more are 4,276.8 GB, at 0.025
    expect(part).toMatchObject([
      { amount: { amount: '106.92' }, incidentId: computeEventId('incident of the failover') },
    ])
    const sum = move?.parts.reduce((total, { amount }) => total + Math.round(Number(amount.amount) * 100), 0)
    expect(sum).toBe(Math.round(Number(move?.difference.amount) * 100))
  })
})

describe('a decision', () => {
  it('is followed up in the month after it, by the last review before it, and in no other', async () => {
    const circuitId = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
    await recordCostDecision(db, { circuitId, decided: 'Stay', why: 'test' }, MONDAY + 3 * MS_PER_HOUR)
    const followUps = async (now: number) =>
      (await getCostWeekly(db, {}, now)).data.decisions.map(({ followUp }) => followUp)
    expect(await followUps(NOW)).toEqual([null])
    expect(await followUps(Date.UTC(2026, 11, 2))).toMatchObject([
      { week: '2026-W46', offer: { plan: 'metered', bandwidthMbps: 1_000 }, expected: { p50: { currency: 'USD' } } },
    ])
  })
})
