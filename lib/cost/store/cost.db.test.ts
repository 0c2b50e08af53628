import { describe, expect, it } from 'vitest'
import type { BilledMeterCost } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  findNewestReviewedWeek,
  addCostDecision,
  saveStatementChanges,
  readCostCheckMemory,
  readCostDecisions,
  readCostReview,
  readPublishedReviewWeeks,
  readCostStatements,
  readCostTraffic,
  readCostTrafficRevision,
  deleteCostTraffic,
  saveCostTraffic,
  publishCostReview,
  recordDecisionOutcome,
  saveCostCheckMemory,
  StatementConflictError,
  getCostStatementsVersion,
} from './index.ts'
import {
  readBilledRows,
  readBillReadAttempts,
  saveBill,
  saveGbSize,
  readLastGbSize,
  readNewestBilledDay,
  recordBillReadAttempt,
} from './cost-bills.ts'
import {
  savePriceSheet,
  readLastPriceCheck,
  readPriceSheetWithMeters,
  readPriceSheetWithoutMeters,
  recordPriceFailure,
  readPriceMeters,
  readPriceVersions,
} from './price-sheets.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20)

describe('bills', () => {
  const row = (day: string, resourceId: string, meter: string, cost: string): BilledMeterCost =>
    ({ day, resourceId, meter, currency: 'USD', quantity: '2', cost }) as BilledMeterCost
  const read = (from: number, days: number, rows: BilledMeterCost[], unread: string | null = null) =>
    db.transaction((client) =>
      saveBill(client, {
        subscriptionId: 'SUB',
        from: T0 + from * MS_PER_DAY,
        to: T0 + (from + days) * MS_PER_DAY,
        readAt: T0,
        rows,
        unread,
      }),
    )

  it('are empty before one was read', async () => {
    expect(await readNewestBilledDay(db.pool)).toBeNull()
    expect(await readBillReadAttempts(db.pool)).toEqual([])
  })

  it('hold for each day what the last reading of it said', async () => {
    await read(0, 2, [
      row('2026-11-20', '/A', 'm', '1.1'),
      row('2026-11-20', '/a', 'm', '2.2'),
      row('2026-11-21', '', 'x', '3'),
    ])
    await read(1, 2, [row('2026-11-21', '', 'x', '4'), row('2026-11-22', '/a', 'm', '5')])
    const rows = await readBilledRows(db.pool, { from: T0, to: T0 + 3 * MS_PER_DAY })
    expect(
      rows.map(({ day, resourceKey, quantity, cost }) => [(day - T0) / MS_PER_DAY, resourceKey, quantity, cost]),
    ).toEqual([
      [1, '', '2', '4'],
      [0, '/a', '4', '3.3'],
      [2, '/a', '2', '5'],
    ])
    expect(await readBilledRows(db.pool, { from: T0 + MS_PER_DAY, to: T0 + 2 * MS_PER_DAY })).toHaveLength(1)
    expect(await readNewestBilledDay(db.pool)).toBe(T0 + 2 * MS_PER_DAY)
  })

  it('keep how each subscription was read last, and when it last went well', async () => {
    const failed = { outcome: 'throttled' as const, error: 'busy', retryAfterSeconds: 7 }
    await read(2, 1, [], '1 of 9 rows')
    expect(await readBillReadAttempts(db.pool)).toMatchObject([{ outcome: 'incomplete', unread: '1 of 9 rows' }])
    await recordBillReadAttempt(db.pool, { subscriptionId: 'Sub', at: T0 + MS_PER_DAY, ...failed })
    await recordBillReadAttempt(db.pool, { subscriptionId: 'other', at: T0 + MS_PER_DAY, ...failed })
    expect(await readBillReadAttempts(db.pool)).toEqual([
      { subscriptionId: 'other', at: T0 + MS_PER_DAY, ...failed, goodAt: null, unread: null },
      { subscriptionId: 'sub', at: T0 + MS_PER_DAY, ...failed, goodAt: T0, unread: '1 of 9 rows' },
    ])
  })

  it('keep which reading of a GB they show, of one moment the first', async () => {
    expect(await readLastGbSize(db.pool)).toBeNull()
    const calibration = { at: T0, gbBytes: 1e9, measuredBytes: 2n ** 65n, billedGb: '12.5' }
    await saveGbSize(db.pool, calibration)
    await saveGbSize(db.pool, { ...calibration, gbBytes: 2 ** 30 })
    await saveGbSize(db.pool, { ...calibration, at: T0 - MS_PER_DAY, gbBytes: 2 ** 30 })
    const { measuredBytes, billedGb, ...kept } = calibration
    expect(await readLastGbSize(db.pool)).toEqual({ ...kept, sums: { measuredBytes, billedGb } })
  })
})

describe('price lists', () => {
  const prices = (readAt: number, meters: unknown[]) =>
    db.transaction((client) => savePriceSheet(client, { currency: 'USD', effectiveAt: T0, readAt, meters }))

  it('are none at first', async () => {
    expect(await readPriceSheetWithMeters(db.pool)).toBeNull()
    expect(await readPriceSheetWithoutMeters(db.pool)).toBeNull()
    expect(await readLastPriceCheck(db.pool)).toBeNull()
    expect(await readPriceMeters(db.pool, 1)).toEqual([])
  })

  it('become a version when they say something new, and are read again when they do not', async () => {
    expect(await prices(T0, [{ m: 1 }])).toBe('taken')
    expect(await prices(T0 + MS_PER_DAY, [{ m: 1 }])).toBe('same')
    expect(await prices(T0 + 2 * MS_PER_DAY, [{ m: 2 }, { n: 1 }])).toBe('taken')
    expect(await readLastPriceCheck(db.pool)).toEqual({
      at: T0 + 2 * MS_PER_DAY,
      outcome: 'taken',
      faults: [],
      oddRows: null,
      unused: null,
    })
    await recordPriceFailure(db.pool, {
      at: T0 + 3 * MS_PER_DAY,
      outcome: 'refused',
      faults: [{ check: 'currency', detail: 'EUR' }],
    })
    expect(await readLastPriceCheck(db.pool)).toMatchObject({ outcome: 'refused', faults: [{ check: 'currency' }] })

    const second = { version: 2, currency: 'USD', lastReadAt: T0 + 2 * MS_PER_DAY }
    expect(await readPriceSheetWithoutMeters(db.pool)).toMatchObject({ ...second, fingerprint: expect.any(String) })
    const meters = [{ m: 2 }, { n: 1 }]
    expect(await readPriceSheetWithMeters(db.pool)).toEqual({
      ...second,
      effectiveAt: T0,
      firstReadAt: T0 + 2 * MS_PER_DAY,
      meters,
    })
    expect(await readPriceMeters(db.pool, 1)).toEqual([{ m: 1 }])
    const first = {
      version: 1,
      currency: 'USD',
      effectiveFrom: T0,
      firstReadAt: T0,
      lastReadAt: T0 + MS_PER_DAY,
      meters: 1,
    }
    expect(await readPriceVersions(db.pool, 5)).toMatchObject([{ version: 2, meters: 2 }, first])
    expect(await readPriceVersions(db.pool, 1)).toHaveLength(1)
  })
})

describe.each(['override', 'budget'] as const)('statements of kind %s', (kind) => {
  const change = (make: unknown[], withdraw: string[], at: number, expected: number) =>
    db.transaction((client) =>
      saveStatementChanges(client, kind, { make, withdraw, by: 'ops', why: 'because', at }, expected),
    )

  it('are made and withdrawn, never edited; a change of another version is refused', async () => {
    await change([{ n: 1 }], [], T0, 0)
    const [first] = await readCostStatements(db.pool, kind)
    expect(first).toMatchObject({ body: { n: 1 }, made: { at: T0, by: 'ops', why: 'because' }, withdrawn: null })
    await change([{ n: 2 }], [first?.id ?? ''], T0 + 1, 1)
    const all = await readCostStatements(db.pool, kind)
    expect(all).toMatchObject([
      { body: { n: 2 }, withdrawn: null },
      { body: { n: 1 }, withdrawn: { at: T0 + 1, by: 'ops', why: 'because' } },
    ])
    expect(getCostStatementsVersion(all)).toBe(3)
    const refused = change([{ n: 3 }], [], T0 + 2, 1)
    await expect(refused).rejects.toThrow(StatementConflictError)
    await expect(refused).rejects.toMatchObject({ current: 3 })
    // a withdrawn statement keeps its first withdrawal
    await change([], [first?.id ?? ''], T0 + 9, 3)
    expect(await readCostStatements(db.pool, kind)).toEqual(all)
  })
})

describe('reviews', () => {
  it('are published once, and found by week', async () => {
    const review = (week: string, body: unknown) => publishCostReview(db.pool, { week, closedAt: T0, body })
    expect(await review('2026-W46', { n: 46 })).toBe(true)
    expect(await review('2026-W47', { n: 47 })).toBe(true)
    expect(await review('2026-W47', { n: 0 })).toBe(false)
    expect(await readCostReview(db.pool, '2026-W47')).toEqual({ week: '2026-W47', closedAt: T0, body: { n: 47 } })
    expect(await readCostReview(db.pool, '2026-W48')).toBeNull()
    expect(await readPublishedReviewWeeks(db.pool, 5)).toEqual(['2026-W47', '2026-W46'])
    expect(await readPublishedReviewWeeks(db.pool, 1)).toEqual(['2026-W47'])
  })

  it.each([
    { from: '2026-W01', until: '2026-W52', week: '2026-W47' },
    { from: '2026-W01', until: '2026-W47', week: '2026-W46' },
    { from: '2026-W47', until: '2026-W48', week: '2026-W47' },
    { from: '2026-W01', until: '2026-W46', week: null },
  ])('the newest from $from until $until is $week', async ({ from, until, week }) =>
    expect(await findNewestReviewedWeek(db.pool, { from, until })).toBe(week),
  )
})

describe('decisions', () => {
  it('are listed newest first, with their outcome once it is known', async () => {
    const decide = (at: number, decided: string) =>
      addCostDecision(db.pool, { circuitId: 'er1', at, by: 'ops', decided, why: 'traffic' })
    const first = await decide(T0, 'stay')
    const second = await decide(T0 + 1, 'upgrade')
    expect(await recordDecisionOutcome(db.pool, { id: 'none', outcome: 'x', by: 'ops', at: T0 })).toBeNull()
    const known = await recordDecisionOutcome(db.pool, { id: first.id, outcome: 'cheaper', by: 'ops', at: T0 + 2 })
    expect(known).toEqual({ ...first, outcome: 'cheaper' })
    expect(await readCostDecisions(db.pool, T0 + 2, 5)).toEqual([second, known])
    expect(await readCostDecisions(db.pool, T0 + 1, 5)).toEqual([known])
    expect(await readCostDecisions(db.pool, T0 + 2, 1)).toEqual([second])
  })
})

describe('traffic of a month', () => {
  it('is what was computed last, and is forgotten with its month', async () => {
    const keep = (month: string, circuitId: string, madeAt: number) =>
      saveCostTraffic(db.pool, month, { circuitId, madeAt, madeFrom: 'x', body: { madeAt } })
    await keep('2026-10', 'er1', T0)
    await keep('2026-11', 'er1', T0 + 1)
    await keep('2026-11', 'er1', T0)
    await keep('2026-11', 'er2', T0)
    await keep('2026-11', 'er2', T0 + 5)
    const made = async (month: string) =>
      [...(await readCostTraffic(db.pool, month))].map(([id, { madeAt }]) => [id, madeAt - T0]).toSorted()
    expect(await made('2026-11')).toEqual([
      ['er1', 1],
      ['er2', 5],
    ])
    await deleteCostTraffic(db.pool, '2026-11')
    expect(await made('2026-10')).toEqual([])
    expect(await made('2026-11')).toHaveLength(2)
  })

  it('has another revision as soon as anything of it is another', async () => {
    const keep = (circuitId: string, madeAt: number, madeFrom: string) =>
      saveCostTraffic(db.pool, '2026-12', { circuitId, madeAt, madeFrom, body: {} })
    const revisions = [await readCostTrafficRevision(db.pool)]
    for (const change of [
      () => keep('er1', T0, 'x'),
      () => keep('er1', T0 + 1, 'x'),
      () => keep('er1', T0 + 1, 'y'),
      () => keep('er2', T0, 'x'),
      () => deleteCostTraffic(db.pool, '2027-01'),
    ]) {
      await change()
      revisions.push(await readCostTrafficRevision(db.pool))
      expect(await readCostTrafficRevision(db.pool)).toBe(revisions.at(-1))
    }
    expect(new Set(revisions).size).toBe(revisions.length)
  })
})

describe('a check of cost', () => {
  const db = withTestDatabase()

  it('leaves what the next one needs to know', async () => {
    expect(await readCostCheckMemory(db.pool)).toBeNull()
    await saveCostCheckMemory(db.pool, { at: MS_PER_DAY })
    expect(await readCostCheckMemory(db.pool)).toEqual({ at: MS_PER_DAY })
  })
})
