import { expect, it } from 'vitest'
import { type WhatIfLoss, parseWhatIfLosses } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getCostProjections, refreshCostTraffic, computeWhatIfCost } from '#lib/cost/answers/index.ts'
import { computeWhatIf } from '#lib/resilience/answers/index.ts'

import { rollUpUsage } from '#lib/history/index.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from '../simulator/index.ts'
import { startPastGenerator } from './make-past.ts'
import { createTemporaryTestDatabase } from './testing.ts'

const ORIGIN = Date.parse('2026-11-26T03:30:00Z')

/** Prices of September 2026 for a month and for a GB, and the expected action. */
const CIRCUITS = {
  'erc-amsterdam': { port: 436, perGb: 0.025, action: 'stay', asks: [] },
  'erc-london': { port: 436, perGb: 0.025, action: 'stay', asks: [] },
  // a change to Local 1 Gb/s for 2,000 requires capacity on the provider's port
  'erc-johannesburg': { port: 290, perGb: 0.14, action: 'stay', asks: [[2_000, 0]] },
  'erc-zurich': { port: 2_180, perGb: 0.025, action: 'stay', asks: [] },
  // circuits on ExpressRoute Direct cost only their traffic, because the LAG is paid for
  'erc-basel-1': { port: 0, perGb: 0.025, action: 'stay', asks: [] },
  'erc-basel-2': { port: 0, perGb: 0.025, action: 'stay', asks: [] },
  // a change to 50 Mb/s for 55 saves 90 a month, which is below `saving.least` (500)
  'erc-northwind-uk': { port: 145, perGb: 0.025, action: 'stay', asks: [] },
  // a change to Local 1 Gb/s for 1,200 in place; as a new circuit: metered, 200 Mb/s for 145, 500 for 290, Premium 200
  // for 295
  useasterc1cust1: {
    port: 5_700,
    perGb: 0,
    action: 'switch',
    asks: [
      [145, 0.025],
      [290, 0.025],
      [295, 0.025],
    ],
  },
}

const termsOf = (text: string): WhatIfLoss[] => {
  const read = parseWhatIfLosses(text)
  if ('terms' in read) return read.terms
  throw new Error(read.wrong)
}

it("the demo's advice is what hand arithmetic says, and what each circuit takes over is what its what-if says", {
  timeout: 900_000,
}, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const world = createWorld(parseSimulatorScenario(createBuiltInEstate([{ from: ORIGIN, until: ORIGIN }])), ORIGIN)
    const past = await startPastGenerator({
      db,
      world,
      from: ORIGIN - 35 * MS_PER_DAY + 3_300,
      origin: ORIGIN,
      horizon: ORIGIN + MS_PER_DAY,
    })
    await past.upTo(ORIGIN + 2 * MS_PER_MINUTE)
    past.close()
    await rollUpUsage(db)
    const now = ORIGIN + 2 * MS_PER_MINUTE + 5_000
    await refreshCostTraffic(db.pool, now, new AbortController().signal)
    const { circuits } = (await getCostProjections(db, {}, now)).data
    expect(circuits.map(({ name }) => name).toSorted()).toEqual(Object.keys(CIRCUITS).toSorted())
    for (const { name, circuitId, forecast, options, recommendation, takesOver } of circuits) {
      const known = CIRCUITS[name as keyof typeof CIRCUITS]
      const gb = Number(forecast?.p50) / 1e9
      const cost = known.port + gb * known.perGb
      expect(Number(options.find(({ current }) => current)?.p50.amount), name).toBeCloseTo(cost, 1)
      expect(recommendation.action, name).toBe(known.action)
      const savings = recommendation.asks.map(({ saving }) => Number(saving.p50.amount))
      const byHand = known.asks.map(([port = 0, perGb = 0]) => cost - port - gb * perGb)
      expect(savings.map(Math.round), name).toEqual(byHand.map(Math.round))
      for (const { term, atMostBitsPerSecond } of takesOver?.losses ?? []) {
        const lose = termsOf(term ?? '')
        const { data } = await computeWhatIf(
          db,
          { lose, change: [], rows: 'changed' },
          { costOfMonth: computeWhatIfCost },
          now,
        )
        const own = data.load.flatMap((one) =>
          one.circuitId === circuitId ? (one.p95BitsPerSecond?.atMost ?? []) : [],
        )
        expect([name, term, Math.max(...own)]).toEqual([name, term, atMostBitsPerSecond])
      }
    }
    const chosen = circuits.find(({ name }) => name === 'useasterc1cust1')?.recommendation
    expect(chosen).toMatchObject({
      to: { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 },
      saving: { p50: { amount: '4500.00' } },
      payback: { months: 0 },
      reversal: { change: 'in_place' },
    })
    // the circuit in Amsterdam carries 527 Mb/s into Azure, and 701 if London is lost, so that no smaller bandwidth is
    // possible
    const amsterdam = circuits.find(({ name }) => name === 'erc-amsterdam')
    const smaller = amsterdam?.options.filter(({ bandwidthMbps }) => bandwidthMbps < 1_000) ?? []
    expect(new Set(smaller.map(({ change }) => change))).toEqual(new Set(['impossible']))
    expect(
      Math.max(...(amsterdam?.takesOver?.losses ?? []).map((one) => one.atMostBitsPerSecond ?? 0)),
    ).toBeGreaterThan(500e6)
  } finally {
    await drop()
  }
})
