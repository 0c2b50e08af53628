import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { costProjectionSchema } from '../../api/index.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  LONDON_STANDARD_1_GBPS,
  nothingByOthers,
  createOfficeTrafficHours,
  projectTestCircuits,
} from '../testing/circuits.ts'
import { GB_DECIMAL } from '../usage/gigabyte.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import { computeCostSoFar, findCurrentOfferCost, projectCircuit, projectCircuitTraffic } from './project-circuit.ts'
import { computeCircuitWhatIf } from './what-if.ts'

const NOW = Date.UTC(2026, 10, 20)
const NOV = Date.UTC(2026, 10, 1)
const DEC = Date.UTC(2026, 11, 1)
const since = (days: number) => NOW - days * MS_PER_DAY

it.each([20, 29, 40, 400])(
  'projects a circuit whose newest known hour is %d days old, as after a clock that jumped',
  (days) => {
    const known = createTestProjectionInput(
      createHoursWithEqualBytes(since(days + 60), since(days), 100n * DECIMAL_GB_BYTES),
    )
    const traffic = projectCircuitTraffic(known, createTestCostContext(NOW))
    expect(traffic.toDate.gaps.length).toBeGreaterThan(0)
    expect(traffic.basis).toBe(days < 28 ? 'own_past' : 'too_early')
  },
)

describe('what a figure rests on', () => {
  const hours = createHoursWithEqualBytes(since(60), NOW, 100n * DECIMAL_GB_BYTES)
  const of = (more: Parameters<typeof createTestCostContext>[1] = {}, input = createTestProjectionInput(hours)) =>
    projectCircuit(input, createTestCostContext(NOW, more)).assumptions
  const usage = (more: object) =>
    createTestProjectionInput(hours, {}, { usage: { ...createTestProjectionInput(hours).usage, ...more } })
  const reach = { globalReach: [] }
  const sheet = (source: 'retail' | 'negotiated', days: number) => ({
    sheet: { ...loadShippedPrices(), source, readAt: since(days) },
  })
  const zone = {
    id: 'z',
    kind: 'zone' as const,
    zone: 'Zone 2',
    circuitIds: null,
    from: 0,
    until: null,
    by: 'kim',
    at: 1,
    why: 'order',
  }

  it.each<[string, () => string[], RegExp[]]>([
    [
      'usual',
      () => of(),
      [
        /^A billed GB is assumed to be 1,000,000,000 bytes; uncal/,
        /^The billing month is assumed to begin at 00:00 UTC/,
        /^Prices apply to Zone 1, by peering location\.$/,
        /^The circuit is assumed to carry no Global Reach traffic\.$/,
        /^Prices are before tax\.$/,
      ],
    ],
    [
      'read 45 days ago',
      () => of(sheet('retail', 45)),
      [/^List prices of Azure's Retail Prices API, read on 2026-10-06\.$/],
    ],
    ['read 46 days ago', () => of(sheet('retail', 46)), [/read on 2026-10-05, 46 days old\.$/]],
    [
      'loaded by hand',
      () => of(sheet('negotiated', 1)),
      [/^Prices of a sheet that was loaded by hand, of 2026-11-19\.$/],
    ],
    [
      'another zone',
      () => of({ overrides: [zone] }),
      [
        /^Prices apply to Zone 2, by peering location, as declared\.$/,
        /^Override: Zone 2 declared \(kim, 1970-01-01: order\)\.$/,
      ],
    ],
    [
      'a bill',
      () => of({ gb: { bytes: 1_000_000_000, calibrated: true } }),
      [/^A billed GB is 1,000,000,000 bytes, as matched to a bill\.$/],
    ],
    [
      'Global Reach that is on',
      () => of({}, createTestProjectionInput(hours, {}, { globalReach: true })),
      [/^Global Reach is on, but its bytes were not measured/],
    ],
    [
      'Global Reach of which nobody knows',
      () => of({}, createTestProjectionInput(hours, {}, { globalReach: null })),
      [/no Global Reach traffic; it is unknown whether Global Reach is on\.$/],
    ],
    [
      'Global Reach that was measured',
      () => of({}, usage({ ...reach, reachBasis: 'measured' })),
      [/subtracted from the billed bytes, as measured by Azure Monitor/],
    ],
    [
      'Global Reach that was declared',
      () => of({}, usage(reach)),
      [/subtracted from the billed bytes, by the declared share/],
    ],
    [
      'metrics',
      () => of({}, usage({ hours: hours.map((hour) => ({ ...hour, metricSeconds: 900 })) })),
      [/^25\.0 % of the time is known from Azure Monitor's metrics/],
    ],
    [
      'a gap of a day in 19',
      () => of({}, usage({ hours: hours.filter(({ start }) => start < since(1)) })),
      [/^5\.3 % of the time so far was not measured/],
    ],
    [
      'a part of a month',
      () =>
        of(
          {},
          createTestProjectionInput(
            hours,
            {},
            { configured: [{ from: since(5), to: null, facts: LONDON_STANDARD_1_GBPS }] },
          ),
        ),
      [/^A part of a month is assumed to be charged by its hours/],
    ],
  ])('%s', (_, of, expected) => {
    const sentences = of()
    for (const words of expected) expect(sentences.filter((one) => words.test(one))).toHaveLength(1)
  })

  it('is no more than holds', () => {
    expect(of()).toHaveLength(6)
    expect(of({ sheet: { ...loadShippedPrices(), meters: [] } }).some((one) => /tax/.test(one))).toBe(false)
  })
})

it('what a circuit cost so far is what its projection says, and nothing while it has no price', () => {
  const mid = createTestProjectionInput(
    createHoursWithEqualBytes(since(10), NOW, 100n * DECIMAL_GB_BYTES),
    {},
    { configured: [{ from: since(10) + 600_000, to: null, facts: LONDON_STANDARD_1_GBPS }] },
  )
  for (const input of [createTestProjectionInput(createHoursWithEqualBytes(NOV, NOW, 100n * DECIMAL_GB_BYTES)), mid]) {
    const { costToDate, billedBytesToDate } = projectCircuit(input, createTestCostContext(NOW))
    const { bytes, cost } = computeCostSoFar(input, createTestCostContext(NOW)) ?? {}
    expect([String(bytes), cost]).toEqual([billedBytesToDate, costToDate])
  }
  expect(
    computeCostSoFar(createTestProjectionInput([], { peeringLocation: 'Atlantis' }), createTestCostContext(NOW)),
  ).toBeNull()
  expect(() =>
    computeCostSoFar(createTestProjectionInput([], {}, { configured: [] }), createTestCostContext(NOW)),
  ).toThrow(/erc-1 has no configuration/)
})

describe('a projection', () => {
  it('of a closed month is its bill', () => {
    // 100 GB an hour, 720 h: 72,000 GB x 0.025 = 1,800; with the port of 436: 2,236. Unlimited 5,700: break-even
    // 210,560 GB
    const result = projectCircuit(
      createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES)),
      createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } }),
    )
    expect(costProjectionSchema.parse(result)).toEqual(result)
    expect(result).toMatchObject({
      zone: 'Zone 1',
      plan: 'metered',
      billedBytesToDate: String(72_000n * DECIMAL_GB_BYTES),
      coveredShare: 1,
      costToDate: { amount: '2236.00', currency: 'USD' },
      metered: { p10: { amount: '2236.00' }, p50: { amount: '2236.00' }, p90: { amount: '2236.00' } },
      unlimited: { amount: '5700.00' },
      breakEvenBytes: String(210_560n * DECIMAL_GB_BYTES),
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
    const result = projectCircuit(
      createTestProjectionInput(
        createOfficeTrafficHours(since(150), NOW, 100e9),
        {},
        { linkedRegions: ['westeurope'] },
      ),
      createTestCostContext(NOW, { overrides: nothingByOthers() }),
    )
    expect(costProjectionSchema.parse(result)).toEqual(result)
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
    // every hour fits into 500 Mb/s
    expect(result.recommendation).toMatchObject({ action: 'switch', to: { plan: 'metered', bandwidthMbps: 500 } })
    expect(result.assumptions.join(' ')).toMatch(/uncalibrated.*00:00 UTC/)
    expect(result.assumptions[0]).toMatch(/came with Peerwatch, of 2026-09-19, 62 days old/)
  })

  it('lists every combination of plan, tier and bandwidth that exists there, the present one first', () => {
    const result = projectCircuit(
      createTestProjectionInput(createOfficeTrafficHours(since(60), NOW, 100e9)),
      createTestCostContext(NOW),
    )
    const words = result.options.map((one) => `${one.tier} ${one.plan} ${one.bandwidthMbps}`)
    expect(words[0]).toBe('Standard metered 1000')
    const sold = [50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    const expected = sold.flatMap((mbps) => [
      ...['Standard', 'Premium'].flatMap((tier) => ['metered', 'unlimited'].map((plan) => `${tier} ${plan} ${mbps}`)),
      ...(mbps >= 1_000 ? [`Local local ${mbps}`] : []),
    ])
    expect(words.toSorted()).toEqual(expected.toSorted())
    // 95 of 100 hours are below about 500 Mbit/s
    const impossible = result.options.filter(({ change }) => change === 'impossible')
    expect(new Set(impossible.map(({ bandwidthMbps }) => bandwidthMbps))).toEqual(new Set([50, 100, 200]))
    expect(result.options.find(({ tier }) => tier === 'Local')?.blockedBy.join()).toMatch(/eligibility unknown/)
  })

  it('prices each by the list', () => {
    // data: 72,000 GB x 0.025 = 1,800
    const closed = createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } })
    const { options } = projectCircuit(
      createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES)),
      closed,
    )
    const price = (wanted: string) =>
      options.find(({ tier, plan, bandwidthMbps }) => `${tier} ${plan} ${bandwidthMbps}` === wanted)?.p50.amount
    expect(price('Standard metered 500')).toBe('2090.00')
    expect(price('Premium metered 500')).toBe('2490.00')
    expect(price('Standard unlimited 500')).toBe('2750.00')
    expect(price('Premium unlimited 2000')).toBe('12900.00')
    expect(price('Local local 2000')).toBe('2200.00')
  })

  it('has no Local where there is none, and none under 1 Gbps', () => {
    const tiers = (facts: object) =>
      projectCircuit(
        createTestProjectionInput(createOfficeTrafficHours(since(60), NOW, 1e9), facts),
        createTestCostContext(NOW),
      ).options.map(({ tier }) => tier)
    expect(tiers({ peeringLocation: 'Dallas' })).not.toContain('Local')
    const small = projectCircuit(
      createTestProjectionInput(createOfficeTrafficHours(since(60), NOW, 1e9), { bandwidthMbps: 500 }),
      createTestCostContext(NOW),
    ).options
    expect(small.filter(({ tier, bandwidthMbps }) => tier === 'Local' && bandwidthMbps < 1_000)).toEqual([])
    expect(tiers({})).toContain('Local')
  })

  it('holds no plan against another on ExpressRoute Direct, where the port decides it', () => {
    const input = createTestProjectionInput(createHoursWithEqualBytes(since(150), NOW, 400n * DECIMAL_GB_BYTES), {
      direct: true,
    })
    const result = projectCircuit(input, createTestCostContext(NOW))
    expect(result).toMatchObject({
      unlimited: null,
      breakEvenBytes: null,
      chanceOfWrongSide: null,
      recommendation: { action: 'stay' },
    })
    expect(result.options.map(({ plan, tier }) => `${tier} ${plan}`)).toEqual(['Standard metered'])
    expect(computeCircuitWhatIf(input, createTestCostContext(NOW), result, { plan: 'unlimited' })).toMatchObject({
      ok: false,
    })
  })

  it('of a circuit that changed its plan is charged in two parts, that of the future at the new one', () => {
    const configured = [
      { from: 0, to: Date.UTC(2026, 10, 11), facts: LONDON_STANDARD_1_GBPS },
      { from: Date.UTC(2026, 10, 11), to: null, facts: { ...LONDON_STANDARD_1_GBPS, family: 'UnlimitedData' } },
    ]
    const result = projectCircuit(
      createTestProjectionInput(createHoursWithEqualBytes(since(60), NOW, 100n * DECIMAL_GB_BYTES), {}, { configured }),
      createTestCostContext(NOW),
    )
    // port: 436 x 10/30 = 145.33; data: 24,000 GB x 0.025 = 600; unlimited port: 5,700 x 20/30 = 3,800
    expect(result.lines.map(({ cost }) => cost.p50.amount)).toEqual(['145.33', '600.00', '3800.00'])
    expect(findCurrentOfferCost(result)?.p50.amount).toBe('4545.33')
    expect(result).toMatchObject({ plan: 'unlimited', costToDate: { amount: '2455.33' }, assumedToDate: null })
    // the day before the change was not listed: a 30th of 436, and 2,400 GB x 0.025; unread time in other months does
    // not count
    const unread = [
      { from: Date.UTC(2026, 8, 1), to: Date.UTC(2026, 8, 2) },
      { from: Date.UTC(2026, 10, 10), to: Date.UTC(2026, 10, 11) },
    ]
    const partly = projectCircuit(
      createTestProjectionInput(
        createHoursWithEqualBytes(since(60), NOW, 100n * DECIMAL_GB_BYTES),
        {},
        { configured, unread },
      ),
      createTestCostContext(NOW),
    )
    expect(partly).toMatchObject({
      costToDate: { amount: '2455.33' },
      assumedToDate: { amount: '74.53' },
      termsUnread: [{ from: '2026-11-10T00:00:00.000Z', to: '2026-11-11T00:00:00.000Z' }],
    })
    expect(partly.assumptions).toContainEqual(
      expect.stringContaining('not polled from 2026-11-10 00:00 UTC to 2026-11-11 00:00 UTC'),
    )
  })

  it('of a circuit that was deleted forecasts nothing any more', () => {
    const configured = [{ from: 0, to: Date.UTC(2026, 10, 11), facts: LONDON_STANDARD_1_GBPS }]
    const result = projectCircuit(
      createTestProjectionInput(
        createHoursWithEqualBytes(since(60), Date.UTC(2026, 10, 11), 100n * DECIMAL_GB_BYTES),
        {},
        { configured },
      ),
      createTestCostContext(NOW),
    )
    expect(result.forecast).toEqual({
      p10: String(24_000n * DECIMAL_GB_BYTES),
      p50: String(24_000n * DECIMAL_GB_BYTES),
      p90: String(24_000n * DECIMAL_GB_BYTES),
    })
    expect(findCurrentOfferCost(result)?.p50.amount).toBe('745.33')
  })

  it('of a circuit that was made in mid-month holds no gap before it', () => {
    const from = Date.UTC(2026, 10, 11)
    const configured = [{ from, to: null, facts: LONDON_STANDARD_1_GBPS }]
    const result = projectCircuit(
      createTestProjectionInput(createHoursWithEqualBytes(from, NOW, 100n * DECIMAL_GB_BYTES), {}, { configured }),
      createTestCostContext(NOW),
    )
    expect(result).toMatchObject({ coveredShare: 1, gaps: [] })
    expect(result.lines[0]?.cost.p50.amount).toBe('290.67')
  })

  it('of a circuit without a price says why, and still has its bytes', () => {
    const result = projectTestCircuits(
      [
        createTestProjectionInput(createHoursWithEqualBytes(since(40), NOW, DECIMAL_GB_BYTES), {
          peeringLocation: 'Atlantis',
        }),
        createTestProjectionInput(createHoursWithEqualBytes(since(40), NOW, DECIMAL_GB_BYTES)),
      ],
      createTestCostContext(NOW),
    )
    expect(result.unpriced).toBe(1)
    expect(result.totals).toHaveLength(1)
    expect(result.circuits[0]).toMatchObject({
      unpricedBecause: expect.stringContaining('Atlantis') as string,
      recommendation: { action: 'unpriced' },
      options: [],
    })
    expect(costProjectionSchema.parse(result.circuits[0])).toEqual(result.circuits[0])
    expect(BigInt(result.circuits[0]?.forecast?.p50 ?? 0)).toBeGreaterThan(0n)
  })

  it('holds two currencies apart', () => {
    const euro: PriceOverride = {
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
    const result = projectTestCircuits(
      [
        createTestProjectionInput(createHoursWithEqualBytes(since(40), NOW, DECIMAL_GB_BYTES)),
        createTestProjectionInput(createHoursWithEqualBytes(since(40), NOW, DECIMAL_GB_BYTES), {}, { circuitId: 'eu' }),
      ],
      createTestCostContext(NOW, { overrides: [euro] }),
    )
    expect(result.totals.map(({ p50 }) => p50.currency)).toEqual(['EUR', 'USD'])
  })
})

describe('a recommendation', () => {
  const decide = (hours: ReturnType<typeof createHoursWithEqualBytes>, facts = {}, more = {}, limits = {}) =>
    projectCircuit(
      createTestProjectionInput(hours, facts, { linkedRegions: ['uksouth', 'westeurope'], ...more }),
      createTestCostContext(NOW, { overrides: nothingByOthers(), ...limits }),
    ).recommendation

  it.each([
    { name: 'two days: too early', days: 2, gbPerHour: 400n, action: 'too_early', reason: /Less than a week/ },
    // 400 GB an hour: 288,000 GB, above the break-even of 210,560
    {
      name: 'months above the break-even: switch',
      days: 150,
      gbPerHour: 400n,
      action: 'switch',
      reason: /last 3 months were above.*only a new circuit/,
    },
    // 100 GB an hour are 222 Mbit/s: a smaller circuit costs 290 instead of 436 a month
    {
      name: 'well below it: a smaller one',
      days: 150,
      gbPerHour: 100n,
      action: 'switch',
      reason: /Standard Metered 500 Mb\/s saves \$146 a month over the whole band. As a new circuit/,
    },
    // 260 GB an hour are 578 Mbit/s, too much for a smaller circuit
    {
      name: 'below it: stay',
      days: 150,
      gbPerHour: 260n,
      action: 'stay',
      reason: /Nothing is cheaper: Standard Unlimited 1 Gb/,
    },
    // an office with 297 GB in the mean hour ends close to 210,560 GB
    { name: 'at it: too close', days: 30, gbPerHour: 297n, action: 'too_close', reason: /Too close to call/ },
  ])('$name', ({ days, gbPerHour, action, reason }) => {
    const hours = createOfficeTrafficHours(since(days), NOW, Number(gbPerHour * DECIMAL_GB_BYTES))
    expect(
      decide(
        action === 'too_close' ? hours : createHoursWithEqualBytes(since(days), NOW, gbPerHour * DECIMAL_GB_BYTES),
      ),
    ).toMatchObject({
      action,
      reason: expect.stringMatching(reason) as string,
    })
  })

  // 300 GB an hour: 216,000 GB of 10^9 bytes are above the break-even, 201,166 GB of 2^30 bytes are below it
  it('takes no one-way door while the reading of a GB alone turns the answer', () => {
    const input = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 300n * DECIMAL_GB_BYTES),
      {},
      { linkedRegions: ['westeurope'] },
    )
    const of = (calibrated: boolean) =>
      projectCircuit(input, createTestCostContext(NOW, { gb: { bytes: GB_DECIMAL, calibrated } })).recommendation
    expect(of(false)).toMatchObject({
      action: 'too_close',
      reason: expect.stringMatching(/the other size of a billed GB/) as string,
    })
    expect(of(true)).toMatchObject({ action: 'switch', saving: { p50: { amount: '136.00' } } })
  })

  it('takes no one-way door on a single month', () => {
    const hours = [
      ...createHoursWithEqualBytes(since(150), since(20), 20n * DECIMAL_GB_BYTES),
      ...createHoursWithEqualBytes(since(20), NOW, 420n * DECIMAL_GB_BYTES),
    ]
    expect(decide(hours).action).not.toBe('switch')
  })

  it('prices the new circuit that going back takes', () => {
    // 3,600 GB: 55 + 90 on metered 50 Mb/s, compared with 300 on unlimited
    const unlimited = decide(createHoursWithEqualBytes(since(150), NOW, 5n * DECIMAL_GB_BYTES), {
      family: 'UnlimitedData',
    })
    expect(unlimited).toMatchObject({
      action: 'switch',
      to: { plan: 'metered', bandwidthMbps: 50 },
      reason: expect.stringMatching(/As a new circuit.*paid back within/) as string,
    })
  })

  it('takes Local once it is known to reach all that is linked', () => {
    const hours = createHoursWithEqualBytes(since(150), NOW, 100n * DECIMAL_GB_BYTES)
    // Standard Metered 2,236 compared with Local 1,200; 500 Mb/s at 2,090
    expect(decide(hours, {}, { linkedRegions: ['uksouth'] })).toMatchObject({
      action: 'switch',
      to: { tier: 'Local' },
      saving: { p50: { amount: '1036.00' } },
      reason: expect.stringMatching(
        /changed in place; only a new circuit takes it back.*A Microsoft engineer published/,
      ) as string,
    })
    const smaller = { action: 'switch', to: { tier: 'Standard', plan: 'metered', bandwidthMbps: 500 } }
    expect(decide(hours, {}, { linkedRegions: ['uksouth', 'westeurope'] })).toMatchObject(smaller)
    // a new circuit is recommended only after the hindrance is resolved
    const ask = { to: { tier: 'Local' }, confidence: { word: 'high' } }
    const asked = { action: 'too_close', confidence: null, asks: [ask] }
    expect(decide(hours, {}, { linkedRegions: null })).toMatchObject(asked)
    // Global Reach is on but its bytes were not measured
    expect(decide(hours, {}, { linkedRegions: ['uksouth'], globalReach: true })).toMatchObject(smaller)
    expect(decide(hours, {}, { linkedRegions: ['uksouth'], globalReach: null })).toMatchObject({ action: 'too_close' })
    // Microsoft 365 requires Premium, which costs more
    expect(decide(hours, {}, { linkedRegions: ['uksouth'], microsoft365: true }).action).toBe('stay')
  })

  it('gives the reason of each cheaper plan of the same bandwidth that it does not recommend', () => {
    // 10 GB an hour: about 616 on Metered, 1,200 on Local, 5,700 on Unlimited
    const hours = createHoursWithEqualBytes(since(150), NOW, 10n * DECIMAL_GB_BYTES)
    const of = (overrides: PriceOverride[], more = {}) =>
      decide(hours, { family: 'UnlimitedData' }, { linkedRegions: ['uksouth'], ...more }, { overrides })
    const metered = { plan: 'metered', tier: 'Standard', bandwidthMbps: 1_000 }
    const expensive = nothingByOthers().map((one) => ({ ...one, once: '100000' }))
    expect(of(expensive)).toMatchObject({
      action: 'switch',
      to: { plan: 'local', bandwidthMbps: 1_000 },
      declined: [
        {
          to: metered,
          reason: expect.stringMatching(
            /^Standard Metered 1 Gb\/s would save \$5,\d+ a month, but that takes over 12 months to pay back\.$/,
          ) as string,
        },
      ],
    })
    expect(of([]).declined).toMatchObject([
      { to: metered, reason: expect.stringMatching(/^Declare what.*Standard Metered 1 Gb/) as string },
    ])
    const refused = of([], { microsoft365: true }).declined ?? []
    // Local is impossible, too, and the chart of plan costs does not show it
    expect(refused.map(({ to }) => to.plan)).toEqual(['metered'])
    expect(refused[0]?.reason).toMatch(/, but is not possible: Microsoft 365/)
    // 260 GB an hour on Metered: Unlimited costs more, and Local is impossible
    expect(decide(createHoursWithEqualBytes(since(150), NOW, 260n * DECIMAL_GB_BYTES))).not.toHaveProperty('declined')
  })

  it('turns Premium off only where nothing is known to need it', () => {
    // 260 GB an hour are 578 Mbit/s, so the bandwidth must not be reduced
    const hours = createHoursWithEqualBytes(since(150), NOW, 260n * DECIMAL_GB_BYTES)
    expect(decide(hours, { tier: 'Premium' }, { premiumNeeds: [] })).toMatchObject({
      action: 'switch',
      to: { tier: 'Standard' },
      saving: { p50: { amount: '750.00' } },
    })
    expect(
      decide(hours, { tier: 'Premium' }, { premiumNeeds: ['12 networks are linked, Standard takes 10'] }).action,
    ).toBe('stay')
    // a hindrance without an answer: the offer is named but not recommended
    const asked = decide(hours, { tier: 'Premium' })
    expect(asked.action).not.toBe('switch')
    expect(asked.asks[0]).toMatchObject({
      to: { tier: 'Standard' },
      words: expect.stringMatching(
        /^Find out whether anything needs Premium: Standard Metered 1 Gb\/s, in place, saves \$750 a month/,
      ) as string,
    })
  })

  it('takes the cheapest of all combinations that are possible, and names what needs no new circuit', () => {
    // Unlimited 1 Gb/s at 5,700, for an office with 35.5 GB in the mean hour; 95 of 100 hours are below 200 Mb/s but
    // above 100
    const input = createTestProjectionInput(
      createOfficeTrafficHours(since(150), NOW, 35.5e9),
      { family: 'UnlimitedData' },
      { linkedRegions: ['uksouth'] },
    )
    const declared = createTestCostContext(NOW, { overrides: nothingByOthers() })
    const { options, recommendation, forecast, p95Mbps } = projectCircuit(input, declared)
    expect(p95Mbps).toBeGreaterThan(100)
    expect(p95Mbps).toBeLessThan(200)
    const possible = options.filter(({ change, blockedBy }) => change !== 'impossible' && blockedBy.length === 0)
    const [cheapest] = possible.toSorted((a, b) => Number(a.p50.amount) - Number(b.p50.amount))
    expect(cheapest).toMatchObject({ plan: 'metered', tier: 'Standard', bandwidthMbps: 200, change: 'new_circuit' })
    expect(recommendation).toMatchObject({
      action: 'switch',
      to: { plan: 'metered', tier: 'Standard', bandwidthMbps: 200 },
      // Local 1 Gb/s costs 1,200 instead of 5,700
      reason: expect.stringMatching(/As a new circuit.*In place, Local 1 Gb\/s would save \$4,500/) as string,
    })
    // unlimited less metered: 5,700 - 145 - 0.025 for each GB
    const expected = 5_700 - 145 - 0.025 * (Number(forecast?.p50) / 1e9)
    expect(Number(recommendation.saving?.p50.amount)).toBeCloseTo(expected, 1)
  })
})

describe('advice that an engineer can act on', () => {
  const RACK = { limits: { 'capacity.n1': 1, 'saving.least': 500 } }
  const advise = (input: ReturnType<typeof createTestProjectionInput>, more = {}) =>
    projectCircuit(input, createTestCostContext(NOW, { ...RACK, ...more }))

  it('goes by all that a circuit carries, not by what is billed', () => {
    // 100 GB an hour out are 222 Mb/s, of which 90 GB pass Global Reach; into Azure 245 GB an hour: 544 Mb/s
    const hours = createHoursWithEqualBytes(since(100), NOW, 100n * DECIMAL_GB_BYTES).map((hour) => ({
      ...hour,
      bytesIn: 245n * DECIMAL_GB_BYTES,
    }))
    const input = createTestProjectionInput(hours, { bandwidthMbps: 2_000, family: 'UnlimitedData' })
    const reach = hours.map((hour) => ({ ...hour, bytesOut: 90n * DECIMAL_GB_BYTES }))
    const result = advise({ ...input, usage: { ...input.usage, globalReach: reach } }, { overrides: nothingByOthers() })
    expect(result).toMatchObject({
      p95Mbps: expect.closeTo(544.4, 1) as number,
      busiestHourMbps: expect.closeTo(544.4, 1) as number,
    })
    const half = result.options.find(
      ({ plan, tier, bandwidthMbps }) => `${tier} ${plan} ${bandwidthMbps}` === 'Standard unlimited 500',
    )
    expect(half).toMatchObject({
      change: 'impossible',
      hindrances: [
        { kind: 'refusal', words: expect.stringMatching(/545 Mb\/s into Azure in the busiest hour/) as string },
      ],
    })
    expect(result.recommendation.to?.bandwidthMbps).toBe(1_000)
  })

  it('names the best offer with whom to ask', () => {
    // 130 GB an hour in Zone 3: 93,600 GB x 0.14 are 13,104; Local 1 Gb/s costs 2,000
    const input = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 50n * DECIMAL_GB_BYTES),
      { bandwidthMbps: 500, peeringLocation: 'Johannesburg' },
      { linkedRegions: ['southafricanorth'], provider: 'Contoso Carrier', offeredMbps: [200, 500, 1_000] },
    )
    const { recommendation } = advise(input)
    expect(recommendation.action).not.toBe('switch')
    expect(recommendation.asks[0]).toMatchObject({
      to: { plan: 'local', bandwidthMbps: 1_000 },
      change: 'in_place',
      oneWay: true,
      words: expect.stringMatching(
        /^Ask Contoso Carrier for room on the port, and what it charges for 1000 Mb\/s: Local 1 Gb\/s, in place, saves \$3,\d+ a month/,
      ) as string,
    })
  })

  it('counts no saving while the provider’s part is not declared, and all of it once it is', () => {
    const input = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 5n * DECIMAL_GB_BYTES),
      { family: 'UnlimitedData' },
      { linkedRegions: ['westeurope'] },
    )
    const undeclared = advise(input).recommendation
    expect(undeclared).toMatchObject({ action: 'stay', saving: null })
    expect(undeclared.asks[0]).toMatchObject({
      to: { plan: 'metered', bandwidthMbps: 50 },
      payback: { months: null, cost: null },
      words: expect.stringMatching(/payback not known: the provider's part is not declared/) as string,
    })
    // Premium costs more and is not needed
    expect(undeclared.asks.filter(({ to }) => to.tier === 'Premium')).toEqual([])
    // 55 / 2 for Azure's port, and 2,000 for each of 6 months until the old contract ends (at least half a month):
    // 12,000 compared with a saving of 5,555
    const costs = (contractEnds: number | null) =>
      nothingByOthers().map((one) => (one.charge === 'provider_l2' ? { ...one, monthly: '2000', contractEnds } : one))
    const half = advise(input, { overrides: costs(NOW + (365.25 / 2) * MS_PER_DAY) }).recommendation
    expect(half).toMatchObject({ action: 'switch', payback: { cost: { amount: '12027.50' }, missing: [] } })
    expect(half.payback?.months).toBeCloseTo(12_027.5 / 5_555, 1)
    // 36 months are 72,000: more than a year to pay back
    expect(advise(input, { overrides: costs(NOW + 3 * 365.25 * MS_PER_DAY) }).recommendation.action).toBe('stay')
    expect(advise(input, { overrides: costs(null) }).recommendation.asks[0]?.payback.missing).toEqual([
      'the end of its contract is not declared',
    ])
  })

  it('passes no one-way door by a new circuit either', () => {
    // 60 GB an hour now, 8 % less each week: Unlimited 200 Mb/s would save now, but not in three months
    const hours = createHoursWithEqualBytes(since(150), NOW, 0n).map((hour) => ({
      ...hour,
      bytesOut: BigInt(Math.round(60e9 * 0.92 ** ((hour.start - NOW) / (7 * MS_PER_DAY)))),
    }))
    const input = createTestProjectionInput(hours, {}, { linkedRegions: ['westeurope'] })
    const { recommendation } = advise(input, {
      overrides: nothingByOthers(),
      gb: { bytes: GB_DECIMAL, calibrated: true },
      // limits that prevent the busier past months from deciding
      limits: { 'capacity.n1': 4, 'saving.least': 300 },
    })
    const door = projectCircuit(
      input,
      createTestCostContext(NOW, { limits: { 'capacity.n1': 4, 'saving.least': 300 } }),
    ).options.find((one) => one.plan === 'unlimited' && one.tier === 'Standard' && one.bandwidthMbps === 200)
    expect(door).toMatchObject({ change: 'new_circuit', oneWay: true })
    expect(recommendation).toMatchObject({
      action: 'too_close',
      to: { plan: 'unlimited', bandwidthMbps: 200 },
      reason: expect.stringMatching(/only a new circuit takes it back, and the months ahead/) as string,
      reversal: { change: 'new_circuit', days: 15 },
    })
  })

  it('says the reversal with its price and its time', () => {
    const input = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 400n * DECIMAL_GB_BYTES),
      {},
      { linkedRegions: ['westeurope'] },
    )
    const { recommendation, oneWay } = advise(input)
    expect(recommendation).toMatchObject({
      action: 'switch',
      to: { plan: 'unlimited', bandwidthMbps: 1_000 },
      reversal: {
        change: 'new_circuit',
        days: 15,
        words: expect.stringMatching(
          /^Back to Standard Metered 1 Gb\/s only as a new circuit: \$218 of Azure's/,
        ) as string,
      },
    })
    expect(oneWay).toBe(true)
    const ask = advise(
      createTestProjectionInput(
        createHoursWithEqualBytes(since(150), NOW, 260n * DECIMAL_GB_BYTES),
        { tier: 'Premium' },
        { linkedRegions: ['westeurope'] },
      ),
    )
    expect(ask.recommendation.asks[0]?.reversal).toMatchObject({
      change: 'in_place',
      days: 0,
      cost: { amount: '0.00' },
    })
  })

  it('is not worth an engineer’s day below the setting', () => {
    const hours = createHoursWithEqualBytes(since(150), NOW, 100n * DECIMAL_GB_BYTES)
    const input = createTestProjectionInput(hours, {}, { linkedRegions: ['westeurope'] })
    // a circuit of 500 Mb/s would save 146 a month
    expect(advise(input, { overrides: nothingByOthers() }).recommendation).toMatchObject({
      action: 'stay',
      reason: expect.stringMatching(/\$146 a month, too little to be worth a change: less than \$500/) as string,
    })
  })

  it('has the steps of the change, in order, with commands and what proves it', () => {
    const input = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 400n * DECIMAL_GB_BYTES),
      {},
      { linkedRegions: ['westeurope'] },
    )
    const { plan } = advise(input).recommendation
    expect(plan.map(({ title, by, words, breaks, proof }) => [title, by, words, breaks, proof].join(' | '))).toEqual([
      "Change the circuit | azure | In place, without downtime (ExpressRoute FAQ). |  | The circuit's page shows Standard Unlimited 1 Gb/s, its state is Provisioned, and no session was established again.",
      'Follow it up | you | Log the decision. In the month after it, the weekly review compares the cost with the cost that the last review before it expected for the new offer of the circuit. |  | The weekly review: Standard Unlimited 1 Gb/s, and its cost within the band that was expected.',
    ])
    expect(plan[0]?.commands).toEqual([
      'az network express-route update --name erc-london --resource-group hub --subscription 00000000-0000-4000-8000-000000000001 --sku-tier Standard --sku-family UnlimitedData',
    ])
    const smaller = createTestProjectionInput(
      createHoursWithEqualBytes(since(150), NOW, 5n * DECIMAL_GB_BYTES),
      { family: 'UnlimitedData' },
      {
        linkedRegions: ['westeurope'],
        hubGateways: ['/subscriptions/s/resourceGroups/wan/providers/Microsoft.Network/expressRouteGateways/ergw-vhub'],
      },
    )
    const steps = advise(smaller, { overrides: nothingByOthers() }).recommendation.plan
    expect(steps.map(({ title, by, words, breaks, proof }) => [title, by, words, breaks, proof].join(' | '))).toEqual([
      'Ask the provider | provider | What does a second service of 50 Mb/s at London cost, once and a month? When would it be there, and on which port and VLANs beside the old one? It runs until 1970-01-01: what does an earlier end cost? |  | ',
      'Create the new circuit | azure | Azure charges from here on, when it issues the service key. The old one stays: 15 days of both are counted. |  | It is among the circuits, with the provider state NotProvisioned.',
      'Have it provisioned | provider | Give the service key to the provider. |  | Its provider state is Provisioned.',
      'Peer and connect it | you | Its own /30 subnets and VLAN, the same ASN; then the gateways. Have the customer’s routers prepend on it at first. |  | Both paths are established, and the diff of routes shows the same prefixes on both circuits.',
      'Move the traffic | you | Take the prepends off the new one and put them on the old one, a path at a time. | Each prefix changes its path while both are learned: packets in flight, seconds at the most. A stateful firewall that sees one direction alone may cut its connections. | Traffic on both paths of the new circuit, none on erc-london, and no prefix cut off by any single failure.',
      'Release the old circuit | you | Follow its decommissioning steps. Azure and the provider charge until both have released it. |  | erc-london is gone from the circuits, and from the bill of the next month.',
      'Follow it up | you | Log the decision, and note its outcome a month later: the review shows the new circuit separately, without the history of the old circuit. |  | The weekly review: Standard Metered 50 Mb/s, and its cost within the band that was expected.',
    ])
    const own = '--resource-group hub --subscription 00000000-0000-4000-8000-000000000001'
    expect(steps.flatMap(({ commands }) => commands)).toEqual([
      `az network express-route create --name erc-london-new ${own} --peering-location London --provider '<provider>' --bandwidth 50 --sku-tier Standard --sku-family MeteredData`,
      `az network express-route show --name erc-london-new ${own} --query serviceKey --output tsv`,
      `az network express-route peering create --circuit-name erc-london-new ${own} --peering-type AzurePrivatePeering --peer-asn <asn> --vlan-id <vlan> --primary-peer-subnet <subnet> --secondary-peer-subnet <subnet>`,
      `az network vpn-connection create --name erc-london-new ${own} --vnet-gateway1 <gateway> --express-route-circuit2 <id of erc-london-new>`,
      'az network express-route gateway connection create --gateway-name ergw-vhub --name erc-london-new --resource-group wan --subscription s --peering <id of the AzurePrivatePeering of erc-london-new>',
      `az network express-route delete --name erc-london ${own}`,
    ])
  })
})
