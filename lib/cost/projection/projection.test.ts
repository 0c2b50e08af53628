import { describe, expect, it } from 'vitest'
import { costProjection } from '#lib/contract/index.ts'
import type { Override } from '../prices/overrides.ts'
import { circuit, flat, frame, GB, LONDON, office } from '../testing/circuits.ts'
import { GB_DECIMAL } from '../usage/gigabyte.ts'
import { currentBand, projectCircuit, projectCircuits } from './project-circuit.ts'
import { whatIf } from './what-if.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 20)
const NOV = Date.UTC(2026, 10, 1)
const DEC = Date.UTC(2026, 11, 1)
const since = (days: number) => NOW - days * DAY

describe('a projection', () => {
  it('of a closed month is its bill', () => {
    // 100 GB an hour, 720 h: 72,000 GB x 0.025 = 1,800; with the port of 436: 2,236. Unlimited 5,700: break-even 210,560 GB
    const result = projectCircuit(
      circuit(flat(NOV, DEC, 100n * GB)),
      frame(DEC, { month: { name: '2026-11', from: NOV, to: DEC } }),
    )
    expect(costProjection.parse(result)).toEqual(result)
    expect(result).toMatchObject({
      zone: 'Zone 1',
      plan: 'metered',
      billedBytesToDate: String(72_000n * GB),
      coveredShare: 1,
      costToDate: { amount: '2236.00', currency: 'USD' },
      metered: { p10: { amount: '2236.00' }, p50: { amount: '2236.00' }, p90: { amount: '2236.00' } },
      unlimited: { amount: '5700.00' },
      breakEvenBytes: String(210_560n * GB),
      chanceOfWrongSide: 0,
    })
    expect(result.lines.map(({ meter, cost, quantity }) => [meter, quantity.p50, cost.p50.amount])).toEqual([
      ['Standard Metered Data 1 Gbps Circuit', '1', '436.00'],
      ['Metered Data - Data Transfer Out', '72000', '1800.00'],
    ])
    // 72,000 / 1.073741824 = 67,055.22 GiB x 0.025 = 1,676.38: 123.62 less
    expect(result.gb).toEqual({
      bytes: GB_DECIMAL,
      calibrated: false,
      otherBytes: 1_073_741_824,
      otherDifference: { amount: '-123.62', currency: 'USD' },
    })
  })

  it('in the middle of a month is what passed and a band for the rest', () => {
    const result = projectCircuit(circuit(office(since(150), NOW, 100e9)), frame(NOW))
    expect(costProjection.parse(result)).toEqual(result)
    const [p10, p50, p90] = [result.forecast?.p10, result.forecast?.p50, result.forecast?.p90].map((one) =>
      BigInt(one ?? 0),
    )
    expect(p10).toBeGreaterThan(BigInt(result.billedBytesToDate))
    expect(p50).toBeGreaterThan(p10 ?? 0n)
    expect(p90).toBeGreaterThan(p50 ?? 0n)
    expect(result.pastError.months).toBeGreaterThan(20)
    expect(result.pastError.mape).toBeLessThan(0.03)
    expect(result.twelveMonths.map(({ month }) => month).slice(0, 2)).toEqual(['2026-12', '2027-01'])
    expect(result.twelveMonths).toHaveLength(12)
    expect(result.recommendation.action).toBe('stay')
    expect(result.assumptions.join(' ')).toMatch(/uncalibrated.*00:00 UTC/)
    expect(result.assumptions[0]).toMatch(/came with Peerwatch, of 2026-09-19, 62 days old/)
  })

  it('lists every offer that exists there, the present one first', () => {
    const result = projectCircuit(circuit(office(since(60), NOW, 100e9)), frame(NOW))
    const words = result.options.map((one) => `${one.tier} ${one.plan} ${one.bandwidthMbps} ${one.change}`)
    expect(words).toEqual([
      'Standard metered 1000 in_place',
      'Standard unlimited 1000 in_place',
      'Premium metered 1000 in_place',
      'Premium unlimited 1000 in_place',
      'Local local 1000 new_circuit',
      // the busiest hour carries some 500 Mbit/s
      'Standard metered 50 impossible',
      'Standard metered 100 impossible',
      'Standard metered 200 impossible',
      expect.stringContaining('Standard metered 500') as string,
      'Standard metered 2000 in_place',
      'Standard metered 5000 in_place',
      'Standard metered 10000 in_place',
    ])
    expect(result.options.find(({ tier }) => tier === 'Local')?.blockedBy.join()).toMatch(/eligibility unknown/)
  })

  it('has no Local where there is none, and none under 1 Gbps', () => {
    const tiers = (facts: object) =>
      projectCircuit(circuit(office(since(60), NOW, 1e9), facts), frame(NOW)).options.map(({ tier }) => tier)
    expect(tiers({ peeringLocation: 'Dallas' })).not.toContain('Local')
    expect(tiers({ bandwidthMbps: 500 })).not.toContain('Local')
    expect(tiers({})).toContain('Local')
  })

  it('holds no plan against another on ExpressRoute Direct, where the port decides it', () => {
    const input = circuit(flat(since(150), NOW, 400n * GB), { direct: true })
    const result = projectCircuit(input, frame(NOW))
    expect(result).toMatchObject({
      unlimited: null,
      breakEvenBytes: null,
      chanceOfWrongSide: null,
      recommendation: { action: 'stay' },
    })
    expect(result.options.map(({ plan, tier }) => `${tier} ${plan}`)).toEqual(['Standard metered'])
    expect(whatIf(input, frame(NOW), result, { plan: 'unlimited' })).toMatchObject({ ok: false })
  })

  it('of a circuit that changed its plan is charged in two parts, that of the future at the new one', () => {
    const configured = [
      { from: 0, to: Date.UTC(2026, 10, 11), facts: LONDON },
      { from: Date.UTC(2026, 10, 11), to: null, facts: { ...LONDON, family: 'UnlimitedData' } },
    ]
    const result = projectCircuit(circuit(flat(since(60), NOW, 100n * GB), {}, { configured }), frame(NOW))
    // 436 x 10/30 = 145.33, 24,000 GB x 0.025 = 600, 5,700 x 20/30 = 3,800
    expect(result.lines.map(({ cost }) => cost.p50.amount)).toEqual(['145.33', '600.00', '3800.00'])
    expect(currentBand(result)?.p50.amount).toBe('4545.33')
    expect(result).toMatchObject({ plan: 'unlimited', costToDate: { amount: '2455.33' } })
  })

  it('of a circuit that was deleted forecasts nothing any more', () => {
    const configured = [{ from: 0, to: Date.UTC(2026, 10, 11), facts: LONDON }]
    const result = projectCircuit(
      circuit(flat(since(60), Date.UTC(2026, 10, 11), 100n * GB), {}, { configured }),
      frame(NOW),
    )
    expect(result.forecast).toEqual({ p10: String(24_000n * GB), p50: String(24_000n * GB), p90: String(24_000n * GB) })
    expect(currentBand(result)?.p50.amount).toBe('745.33')
  })

  it('of a circuit that was made in mid-month holds no gap before it', () => {
    const from = Date.UTC(2026, 10, 11)
    const configured = [{ from, to: null, facts: LONDON }]
    const result = projectCircuit(circuit(flat(from, NOW, 100n * GB), {}, { configured }), frame(NOW))
    expect(result).toMatchObject({ coveredShare: 1, gaps: [] })
    expect(result.lines[0]?.cost.p50.amount).toBe('290.67')
  })

  it('of a circuit without a price says why, and still has its bytes', () => {
    const result = projectCircuits(
      [circuit(flat(since(40), NOW, GB), { peeringLocation: 'Atlantis' }), circuit(flat(since(40), NOW, GB))],
      frame(NOW),
    )
    expect(result.unpriced).toBe(1)
    expect(result.totals).toHaveLength(1)
    expect(result.circuits[0]).toMatchObject({
      unpricedBecause: expect.stringContaining('Atlantis') as string,
      recommendation: { action: 'unpriced' },
      options: [],
    })
    expect(costProjection.parse(result.circuits[0])).toEqual(result.circuits[0])
    expect(BigInt(result.circuits[0]?.forecast?.p50 ?? 0)).toBeGreaterThan(0n)
  })

  it('holds two currencies apart', () => {
    const euro: Override = {
      id: '1',
      circuitIds: ['eu'],
      from: 0,
      until: null,
      by: 'kim',
      at: 1,
      why: 'contract',
      kind: 'currency',
      currency: 'EUR',
      perUnit: '0.9',
    }
    const result = projectCircuits(
      [circuit(flat(since(40), NOW, GB)), circuit(flat(since(40), NOW, GB), {}, { circuitId: 'eu' })],
      frame(NOW, { overrides: [euro] }),
    )
    expect(result.totals.map(({ p50 }) => p50.currency)).toEqual(['EUR', 'USD'])
  })
})

describe('a recommendation', () => {
  const decide = (hours: ReturnType<typeof flat>, facts = {}, more = {}) =>
    projectCircuit(circuit(hours, facts, more), frame(NOW)).recommendation

  it.each([
    { name: 'two days: too early', days: 2, gbPerHour: 400n, action: 'too_early', reason: /Less than a week/ },
    // 400 GB an hour: 288,000 GB against 210,560
    {
      name: 'months above the break-even: switch',
      days: 150,
      gbPerHour: 400n,
      action: 'switch',
      reason: /last 3 months were above.*only a new circuit/,
    },
    {
      name: 'well below it: stay',
      days: 150,
      gbPerHour: 100n,
      action: 'stay',
      reason: /Nothing is cheaper: Standard Unlimited/,
    },
    // an office of 297 GB in the mean hour ends next to 210,560 GB
    { name: 'at it: too close', days: 30, gbPerHour: 297n, action: 'too_close', reason: /Too close to call/ },
  ])('$name', ({ days, gbPerHour, action, reason }) => {
    const hours = office(since(days), NOW, Number(gbPerHour * GB))
    expect(decide(action === 'too_close' ? hours : flat(since(days), NOW, gbPerHour * GB))).toMatchObject({
      action,
      reason: expect.stringMatching(reason) as string,
    })
  })

  // 300 GB an hour: 216,000 GB of 10^9 are above the break-even, 201,166 of 2^30 below it
  it('takes no one-way door while the reading of a GB alone turns the answer', () => {
    const input = circuit(flat(since(150), NOW, 300n * GB))
    const of = (calibrated: boolean) =>
      projectCircuit(input, frame(NOW, { gb: { bytes: GB_DECIMAL, calibrated } })).recommendation
    expect(of(false)).toMatchObject({
      action: 'too_close',
      reason: expect.stringMatching(/the other reading/) as string,
    })
    expect(of(true)).toMatchObject({ action: 'switch', saving: { p50: { amount: '136.00' } } })
  })

  it('takes no one-way door on a single month', () => {
    const hours = [...flat(since(150), since(20), 20n * GB), ...flat(since(20), NOW, 420n * GB)]
    expect(decide(hours).action).not.toBe('switch')
  })

  it('prices the new circuit that going back takes', () => {
    const unlimited = decide(flat(since(150), NOW, 20n * GB), { family: 'UnlimitedData' })
    expect(unlimited).toMatchObject({
      action: 'switch',
      to: { plan: 'metered' },
      reason: expect.stringMatching(/new circuit.*paid back within/) as string,
    })
  })

  it('takes Local once it is known to reach all that is linked', () => {
    const hours = flat(since(150), NOW, 100n * GB)
    // Standard Metered 2,236 against Local 1,200
    expect(decide(hours, {}, { linkedRegions: ['uksouth'] })).toMatchObject({
      action: 'switch',
      to: { tier: 'Local' },
      saving: { p50: { amount: '1036.00' } },
    })
    expect(decide(hours, {}, { linkedRegions: ['uksouth', 'westeurope'] }).action).toBe('stay')
    expect(decide(hours).action).toBe('stay')
  })

  it('turns Premium off only where nothing is known to need it', () => {
    const hours = flat(since(150), NOW, 100n * GB)
    expect(decide(hours, { tier: 'Premium' }, { premiumNeeds: [] })).toMatchObject({
      action: 'switch',
      to: { tier: 'Standard' },
      saving: { p50: { amount: '750.00' } },
    })
    expect(
      decide(hours, { tier: 'Premium' }, { premiumNeeds: ['12 networks are linked, Standard takes 10'] }).action,
    ).toBe('stay')
    expect(decide(hours, { tier: 'Premium' }).action).toBe('stay')
  })
})
