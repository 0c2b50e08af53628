import { beforeAll, describe, expect, it } from 'vitest'
import type { CostOverrideBody } from '../api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { TEST_ESTATE_CIRCUIT_ARM_ID, createTestEstatePollRecorder } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { publishDueCostReview } from './weekly.ts'
import { recordCostDecision, recordCostOutcome } from './decisions.ts'
import { getCostTco, getCostWeekly, getCostWhatIf, getCostProjections } from './queued-answers.ts'
import { getCostOverrides, putCostOverrides } from './overrides.ts'
import { getCostPrices } from './prices.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
/** Four weeks of constant traffic: 8 Mbit/s on each path are 2,000,000 bytes a second, 172.8 GB a day. */
const FROM = NOW - 28 * MS_PER_DAY
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(FROM)
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)

const projections = async (month?: string) =>
  allApiEndpoints.costProjections.response.parse(await getCostProjections(db, { month }, NOW))

describe('projections', () => {
  it('price what was measured, by hand', async () => {
    const { data } = await projections()
    const [one] = data.circuits
    expect(one).toMatchObject({
      circuitId: circuit,
      zone: 'Zone 1',
      plan: 'metered',
      tier: 'Standard',
      bandwidthMbps: 1_000,
      // billed bytes: 19.5 days of 172.8 GB
      billedBytesToDate: String(3_369_600_000_000n),
      coveredShare: 1,
      gaps: [],
      // port: 436 x 19.5 / 30 = 283.40; data: 3,369.6 GB x 0.025 = 84.24
      costToDate: { amount: '367.64', currency: 'USD' },
      unlimited: { amount: '5700.00', currency: 'USD' },
      // (5,700 - 436) / 0.025 = 210,560 GB
      breakEvenBytes: String(210_560_000_000_000n),
      priceSheet: { source: 'snapshot' },
    })
    // data: 30 days of 172.8 GB at 0.025 are 129.60; port: 436
    expect(Number(one?.metered?.p50.amount)).toBeCloseTo(565.6, 0)
    expect(one?.recommendation.action).not.toBe('unpriced')
    expect(data.totals).toHaveLength(1)
  })

  it('of a month that is over contain all of it and forecast nothing', async () => {
    const { data } = await projections('2026-10')
    const [one] = data.circuits
    // billed bytes from 23 October 12:00 on: 8.5 days of 172.8 GB
    expect(one?.billedBytesToDate).toBe(String(1_468_800_000_000n))
    expect(one?.coveredShare).toBeCloseTo(8.5 / 31, 3)
    expect(one?.gaps).toHaveLength(1)
  })

  it('say which part of a cost takes the terms of the nearest list for those of a time in which none was read', async () => {
    const project = async (month: string, now: number) => {
      const { data } = await getCostProjections(db, { month }, now)
      return data.circuits[0]
    }
    const to = new Date(NOW).toISOString()
    expect(await project('2026-11', NOW)).toMatchObject({ termsUnread: [{ from: '2026-11-01T00:00:00.000Z', to }] })
    await createTestEstatePollRecorder(db).inventory(NOW - 60_000)
    const later = NOW + 6 * 60_000
    expect(await project('2026-11', later)).toMatchObject({ termsUnread: [], assumedToDate: null })
    const first = await project('2026-10', later)
    // before the first list: 436 x 22.5 / 31, and the first known hour: 7.2 GB x 0.025
    expect(first).toMatchObject({
      termsUnread: [{ from: '2026-10-01T00:00:00.000Z', to: '2026-10-23T12:00:02.000Z' }],
      assumedToDate: { amount: '316.63', currency: 'USD' },
    })
    expect(first?.assumptions.join('\n')).toContain('Terms were not polled before 2026-10-23 12:00 UTC')
  })

  it.each([
    ['2027-01', /lies ahead; send 2026-11/],
    ['2020-01', /nothing is kept any more/],
  ])('of %s are refused', async (month, says) => {
    await expect(getCostProjections(db, { month }, NOW)).rejects.toThrow(says)
  })
})

describe('prices', () => {
  it('are the shipped ones until others were taken', async () => {
    const { data } = allApiEndpoints.costPrices.response.parse(await getCostPrices(db, NOW))
    expect(data).toMatchObject({
      sheet: { source: 'snapshot', version: null, ageDays: 62, currency: 'USD', meters: 243 },
      lastCheck: null,
      versions: [],
    })
  })
})

describe('overrides', () => {
  const negotiated: CostOverrideBody = {
    kind: 'price',
    meterName: 'Metered Data - Data Transfer Out',
    region: null,
    price: '0.0125',
    currency: 'USD',
    circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID.toUpperCase()],
    from: '2026-11-17T00:00:00.000Z',
    until: null,
  }

  it('override the list, are signed, and are listed among the assumptions', async () => {
    const body = { version: 0, add: [negotiated], withdraw: [], why: 'contract 4711' }
    const { data } = allApiEndpoints.costOverrides.response.parse(await putCostOverrides(db, body, NOW - MS_PER_DAY))
    expect(data).toMatchObject({
      version: 1,
      overrides: [
        { override: { circuitIds: [circuit] }, made: { by: 'local', why: 'contract 4711' }, withdrawn: null },
      ],
    })
    const [one] = (await projections()).data.circuits
    // port: 283.40; data: 3,369.6 GB x 0.0125 = 42.12
    expect(one?.costToDate).toEqual({ amount: '325.52', currency: 'USD' })
    expect(one?.assumptions.join('\n')).toMatch(/at 0\.0125 USD \(local, 2026-11-19: contract 4711\)/)
  })

  it('that are withdrawn stay as audit and hold no more', async () => {
    const [applied] = (await getCostOverrides(db)).data.overrides
    const body = { version: 1, add: [], withdraw: [applied?.id ?? ''], why: 'contract ended' }
    const { data } = await putCostOverrides(db, body, NOW - 60_000)
    expect(data).toMatchObject({
      version: 2,
      overrides: [{ made: { why: 'contract 4711' }, withdrawn: { by: 'local', why: 'contract ended' } }],
    })
    expect((await projections()).data.circuits[0]?.costToDate?.amount).toBe('367.64')
  })

  it('take declared bytes of Global Reach out of the billed ones, at once', async () => {
    const reach: CostOverrideBody = {
      kind: 'global_reach_share',
      share: 0.5,
      circuitIds: null,
      from: null,
      until: null,
    }
    const applied = await putCostOverrides(
      db,
      { version: 2, add: [reach], withdraw: [], why: 'branches' },
      NOW - 50_000,
    )
    const [one] = (await projections()).data.circuits
    // half of the 3,369.6 GB pass Global Reach and are deducted
    expect(one?.billedBytesToDate).toBe(String(1_684_800_000_000n))
    expect(one?.assumptions.join('\n')).toMatch(/Bytes of Global Reach are subtracted/)
    const [{ id } = { id: '' }] = applied.data.overrides
    await putCostOverrides(db, { version: 3, add: [], withdraw: [id], why: 'a test' }, NOW - 40_000)
    expect((await projections()).data.circuits[0]?.billedBytesToDate).toBe(String(3_369_600_000_000n))
  })

  it.each([
    ['an older version', { version: 0, add: [negotiated] }, /version 4 of the overrides was saved meanwhile/],
    ['nothing', { version: 4, add: [] }, /nothing is to change/],
    [
      'an unknown circuit',
      { version: 4, add: [{ ...negotiated, circuitIds: ['nowhere'] }] },
      /nothing is known by the id/,
    ],
    [
      'a meter that is mistyped',
      { version: 4, add: [{ ...negotiated, meterName: 'Standard Metered Data 1 Gbps Circiut' }] },
      /Standard Metered Data 1 Gbps Circiut.*Standard Metered Data 1 Gbps Circuit/,
    ],
    [
      'an end before the begin',
      { version: 4, add: [{ ...negotiated, from: '2026-11-02T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' }] },
      /until: it must lie after from/,
    ],
  ])('are refused with %s', async (_, body, says) => {
    await expect(putCostOverrides(db, { withdraw: [], why: 'test', ...body }, NOW)).rejects.toThrow(says)
  })
})

describe('the whole edge', () => {
  it('costs its circuits by the month and the byte, and its gateways by the hour', async () => {
    const { data } = allApiEndpoints.costTco.response.parse(await getCostTco(db, { months: 1 }, NOW))
    const row = (kind: string) => data.rows.find((one) => one.kind === kind)
    // port for 19.5 of 30 days: 436 x 19.5 / 30
    expect(row('circuit')?.cost).toEqual({ amount: '283.40', currency: 'USD' })
    // gateway hours: 19.5 days of 24 hours
    expect(row('gateway')?.quantity).toBe('468')
    expect(data.perCircuit).toMatchObject([{ circuitId: circuit }])
    const sum = data.rows.reduce((total, { cost }) => total + Number(cost?.amount ?? 0), 0)
    expect(Number(data.totals[0]?.amount)).toBeCloseTo(sum, 6)
  })
})

describe('what-if', () => {
  it('prices another plan, and says that it cannot be reversed in place', async () => {
    const { data } = allApiEndpoints.costWhatIf.response.parse(
      await getCostWhatIf(db, { circuit, plan: 'unlimited' }, NOW),
    )
    expect(data).toMatchObject({
      words: 'Standard Unlimited 1 Gb/s',
      change: 'in_place',
      oneWay: true,
      cost: { p50: { amount: '5700.00', currency: 'USD' } },
    })
  })
})

describe('what-if beyond the price list', () => {
  const ask = async (more: Record<string, string>) =>
    allApiEndpoints.costWhatIf.response.parse(await getCostWhatIf(db, { circuit, ...more }, NOW)).data

  it('asks for what Global Reach and a port pair cost, unless it is sent or declared', async () => {
    expect((await ask({ globalReach: 'true' })).why).toMatch(/Global Reach is in no price list/)
    expect((await ask({ direct: 'true' })).why).toMatch(/port pair is in no price list/)
    const reach = await ask({ globalReach: 'true', reachMonthly: '50', reachPerGb: '0.04', reachGb: '1000' })
    // monthly fee and 1,000 GB: 50 + 1,000 x 0.04
    expect(reach.difference?.p50.amount).toBe('90.00')
    expect((await ask({ direct: 'true', directMonthly: '8000' })).change).toBe('new_circuit')
  })
})

describe('weekly reviews', () => {
  const MONDAY = Date.UTC(2026, 10, 16, 2)
  const weekly = async (week: string | undefined, now: number) =>
    allApiEndpoints.costWeekly.response.parse(await getCostWeekly(db, { week }, now)).data
  let published: Awaited<ReturnType<typeof weekly>>

  it('close on Monday at 02:00 UTC, once', async () => {
    expect(await publishDueCostReview(db, MONDAY - 1)).toBe('2026-W45')
    expect(await publishDueCostReview(db, MONDAY)).toBe('2026-W46')
    expect(await publishDueCostReview(db, MONDAY + 60_000)).toBeNull()
    published = await weekly('2026-W46', MONDAY + 60_000)
    expect(published).toMatchObject({ closedAt: '2026-11-16T02:00:00.000Z', weeks: ['2026-W46', '2026-W45'] })
    // 15 of 30 days: port 218.00; data 2,592 GB x 0.025 = 64.80
    expect(published.projections.circuits[0]?.costToDate).toEqual({ amount: '282.80', currency: 'USD' })
  })

  it('stay as they were published; what changes since is a correction in the next one', async () => {
    const charge: CostOverrideBody = {
      kind: 'discount',
      share: 0.5,
      meterName: 'Metered Data - Data Transfer Out',
      circuitIds: null,
      from: null,
      until: null,
    }
    await putCostOverrides(db, { version: 4, add: [charge], withdraw: [], why: 'credit note' }, NOW - 1_000)
    expect(await weekly('2026-W46', NOW)).toEqual(published)
    const open = await weekly(undefined, NOW)
    expect(open).toMatchObject({ week: '2026-W47', closedAt: null })
    expect(open.corrections).toEqual([
      {
        week: '2026-W46',
        circuitId: circuit,
        published: { amount: '282.80', currency: 'USD' },
        // port 218.00; data 2,592 GB x 0.0125 = 32.40
        now: { amount: '250.40', currency: 'USD' },
        reason: expect.stringMatching(/prices/),
      },
    ])
    const [move] = open.variance
    const parts = move?.parts.map(({ amount }) => Number(amount.amount)) ?? []
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(Number(move?.difference.amount), 6)
    // the price change affects 5,184 GB, at half of 0.025
    expect(move?.parts.find(({ cause }) => cause === 'price')?.amount.amount).toBe('-64.80')
  })

  it('hold what was decided, and what came of it', async () => {
    const { data } = await recordCostDecision(
      db,
      { circuitId: TEST_ESTATE_CIRCUIT_ARM_ID, decided: 'Stay on metered', why: 'far below' },
      NOW,
    )
    await recordCostOutcome(db, data.id, { outcome: 'saved 5,134 USD' }, NOW)
    expect((await weekly(undefined, NOW + 1)).decisions).toMatchObject([
      { circuitId: circuit, by: 'local', decided: 'Stay on metered', outcome: 'saved 5,134 USD' },
    ])
    await expect(recordCostOutcome(db, 'none', { outcome: 'x' }, NOW)).rejects.toThrow(/no decision none/)
  })

  it('are held against the newest published one while that of the week before is not', async () => {
    const next = MONDAY + 7 * MS_PER_DAY
    // Monday 01:00: the previous week is over and will be closed in an hour
    const early = await weekly(undefined, next - 3_600_000)
    expect(early).toMatchObject({ week: '2026-W48', comparedWith: '2026-W46', closing: '2026-W47' })
    expect(early.variance).toHaveLength(1)
    expect(early.corrections).toHaveLength(1)
    // Monday 02:00: the job of this hour will close it
    const due = await weekly('2026-W47', next + 1_000)
    expect(due).toMatchObject({ closedAt: null, comparedWith: '2026-W46', closing: '2026-W47' })
    expect(await publishDueCostReview(db, next + 60_000)).toBe('2026-W47')
    expect(await weekly(undefined, next + 61_000)).toMatchObject({ comparedWith: '2026-W47', closing: null })
  })

  it.each([
    ['2026-W49', /lies ahead; send 2026-W47/],
    ['2026-W40', /was not published/],
    ['2025-W53', /is none; send a week such as/],
  ])('of %s are refused', async (week, says) => {
    await expect(weekly(week, NOW)).rejects.toThrow(says)
  })
})
