import { expect, it } from 'vitest'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { rollUpUsage, computeShortId } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { circuitId, recordPoll } from '#lib/questions/testing/record-feed.ts'
import type { WhatIfFacts } from '../what-if/what-if-facts.ts'
import { readPathRates } from '../what-if/read-load.ts'
import { OutlookPathRateCache } from './rate-cache.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const facts = { topology: { circuits: [] } } as unknown as WhatIfFacts

it('gives the rates of some hours as they are read, and reads them once an hour, both directions together', async () => {
  const resourceId = circuitId('erc-one')
  for (let n = 0; n <= 150; n++) {
    const row = { path: 'primary' as const, bytesIn: BigInt(n) ** 3n * 1_000n, bytesOut: BigInt(n) * 60_000_000n }
    await recordPoll(db, { kind: 'stats', resourceId, at: T0 + n * MS_PER_MINUTE, rows: [row] })
  }
  await rollUpUsage(db)
  let asked = 0
  const q = {
    query: (...given: Parameters<SqlExecutor['query']>) => {
      asked += 1
      return db.pool.query(...given)
    },
  } as SqlExecutor
  const path = { circuit: computeShortId(resourceId), path: 'primary' } as const
  const now = T0 + 151 * MS_PER_MINUTE
  const all = await readPathRates(db.pool, facts, path, now)
  const rates = new OutlookPathRateCache()
  const isThen = (at: number) => at >= T0 + MS_PER_HOUR && at < T0 + 2 * MS_PER_HOUR
  for (const direction of ['in', 'out'] as const) {
    const read = all.get(`${path.circuit}/primary/${direction}`) ?? new Map<number, number>()
    const found = await rates.during(q, facts, { ...path, direction }, { now, isThen })
    expect([...found]).toEqual([...read].filter(([at]) => isThen(at)))
    expect(found.size).toBe(12)
  }
  const once = asked
  const ask = (at: number) => rates.during(q, facts, { ...path, direction: 'in' }, { now: at, isThen: () => true })
  expect((await ask(now + MS_PER_HOUR - 1)).size).toBeGreaterThan(12)
  expect(asked).toBe(once)
  await ask(now + MS_PER_HOUR)
  expect(asked).toBe(2 * once)
})

it('computes what takes over again after an hour, or where it failed', async () => {
  const rates = new OutlookPathRateCache()
  let computed = 0
  const load = (key: string, now: number) =>
    rates.load(key, now, async () => {
      computed += 1
      if (computed === 1) throw new Error('no rates')
      return []
    })
  await expect(load('a', T0)).rejects.toThrow('no rates')
  for (const at of [T0, T0 + MS_PER_HOUR - 1]) await load('a', at)
  expect(computed).toBe(2)
  await load('b', T0)
  await load('a', T0 + MS_PER_HOUR)
  expect(computed).toBe(4)
})
