import { describe, expect, it } from 'vitest'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  nothingByOthers,
} from '../testing/circuits.ts'
import type { RecentCircuitTraffic } from './carried-traffic.ts'
import type { CircuitOffer } from '../prices/quote-offer.ts'
import { type PlanChangeInput, judgePlanChange } from './plan-change.ts'
import { type FailoverTraffic, hideNamesOfInvisibleLosses } from './failover-traffic.ts'
import { projectCircuit } from './project-circuit.ts'
import { computeCircuitWhatIf } from './what-if.ts'

const NOV = Date.UTC(2026, 10, 1)
const DEC = Date.UTC(2026, 11, 1)

const takingOver = (atMostBitsPerSecond: number | null, rise: number | null = 1): FailoverTraffic => ({
  at: 0,
  losses: [
    {
      term: 'erclondon1',
      name: 'erc-london',
      path: 'primary',
      direction: 'out',
      atMostBitsPerSecond,
      circuits: ['erclondon1'],
      rise,
    },
  ],
  isUnsure: false,
})
const carrying = (mbps: number, peakMbps: number | null = mbps): RecentCircuitTraffic => ({
  p95Mbps: mbps,
  busiestHourMbps: mbps,
  direction: 'in',
  peakMbps,
  pastHourMbps: mbps,
  growth: 1,
  rise: { in: 1, out: 1 },
})

describe('a change', () => {
  const facts = {
    premiumNeeds: [],
    localRegions: ['UK South'],
    linkedRegions: ['uksouth'],
    globalReach: false,
    microsoft365: false,
    offeredMbps: null,
    carried: carrying(120),
    pathShare: 1,
    provider: 'Fabrikam Fibre',
    takeOver: { at: 0, losses: [], isUnsure: false },
  }
  const local = { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 } as const
  const standard = { plan: 'metered', tier: 'Standard', bandwidthMbps: 1_000 } as const
  const offer = (words: string): CircuitOffer => {
    const [plan, tier, mbps] = words.split(' ') as [CircuitOffer['plan'], CircuitOffer['tier'], string]
    return { plan, tier, bandwidthMbps: Number(mbps) }
  }
  it.each([
    ['metered Standard 1000', 'unlimited Standard 1000', 'in_place', true],
    ['unlimited Standard 1000', 'metered Standard 1000', 'new_circuit', false],
    ['metered Standard 1000', 'metered Standard 2000', 'in_place', true],
    ['metered Standard 1000', 'metered Standard 500', 'new_circuit', false],
    ['metered Standard 1000', 'metered Standard 100', 'impossible', false],
    ['metered Standard 1000', 'metered Premium 1000', 'in_place', false],
    // Local is unlimited: back to metered is a new circuit
    ['metered Standard 1000', 'local Local 1000', 'in_place', true],
    ['unlimited Standard 1000', 'local Local 1000', 'in_place', false],
    ['local Local 1000', 'unlimited Standard 1000', 'in_place', false],
    ['local Local 1000', 'unlimited Premium 1000', 'in_place', false],
    ['local Local 1000', 'metered Standard 1000', 'new_circuit', false],
    ['local Local 2000', 'local Local 1000', 'new_circuit', false],
    // a smaller unlimited circuit is as irreversible as a change to unlimited in place
    ['metered Standard 1000', 'unlimited Standard 500', 'new_circuit', true],
  ])('from %s to %s: %s', (from, to, change, oneWay) => {
    expect(judgePlanChange(offer(from), offer(to), facts)).toMatchObject({ change, oneWay })
  })

  const [UNLIMITED, SMALL, TINY] = ['unlimited Standard 1000', 'metered Standard 500', 'metered Standard 100']
  const [LARGE, LOCAL] = ['metered Standard 2000', 'local Local 1000']
  const TAKEN = 'losing erc-london moves prefixes to it'
  it.each<[string, Partial<PlanChangeInput>, string, string, RegExp | string]>([
    ['a region that Local does not reach', { linkedRegions: ['uksouth', 'westus'] }, LOCAL, 'impossible', /westus/],
    ['regions that are not known', { linkedRegions: null }, LOCAL, 'in_place', /eligibility unknown/],
    ['Microsoft 365 on Local', { microsoft365: true }, LOCAL, 'impossible', /Microsoft 365.*needs Premium/],
    ['Microsoft 365 on another Standard', { microsoft365: true }, UNLIMITED, 'impossible', /Microsoft 365/],
    ['nothing, of Microsoft 365 on Premium', { microsoft365: true }, 'metered Premium 1000', 'in_place', ''],
    [
      'more bytes than it has room for',
      { carried: carrying(120.2) },
      TINY,
      'impossible',
      /carries 121 Mb\/s into Azure in the busiest hour of 30 days.*one path of it has 100/,
    ],
    [
      'five minutes that carried more',
      { carried: carrying(80, 101) },
      TINY,
      'impossible',
      /101 in the busiest five min/,
    ],
    [
      'its growth',
      { carried: { ...carrying(80), growth: 1.3 } },
      TINY,
      'impossible',
      /^it grows: .* carries 104 Mb.* has 100$/,
    ],
    [
      'an hour of half a year that was busier than these 30 days',
      { carried: { ...carrying(80), pastHourMbps: 101 } },
      TINY,
      'impossible',
      'it carried 101 Mb/s in its busiest hour of half a year, and one path of it has 100',
    ],
    [
      'a setting that leaves a fifth free',
      { carried: carrying(90), pathShare: 0.8 },
      TINY,
      'impossible',
      /path of it has 100/,
    ],
    [
      'speeds that are not known',
      { carried: null },
      SMALL,
      'new_circuit',
      /^its traffic in both directions is known for too little/,
    ],
    [
      'what it must take over',
      { takeOver: takingOver(701e6) },
      SMALL,
      'impossible',
      `${TAKEN}: up to 701 Mb/s on one path, 1.40 of 500 Mb/s`,
    ],
    [
      'that at its own size',
      { takeOver: takingOver(1_100e6) },
      UNLIMITED,
      'in_place',
      `${TAKEN}: up to 1100 Mb/s on one path, 1.10 of 1000 Mb/s`,
    ],
    [
      'what it must take over once that has grown',
      { takeOver: takingOver(400e6, 1.3) },
      SMALL,
      'impossible',
      `${TAKEN}: up to 400 Mb/s on one path; by its busiest month and its growth 520 within a year`,
    ],
    [
      'what it must take over of which the growth is not known',
      { takeOver: takingOver(400e6, null) },
      SMALL,
      'new_circuit',
      'the growth of the traffic that it must take over is not calculated yet',
    ],
    [
      'what it must take over and nobody measured',
      { takeOver: takingOver(null) },
      SMALL,
      'new_circuit',
      /^losing erc-london.*is not known$/,
    ],
    ['what it must take over, not worked out', { takeOver: null }, SMALL, 'new_circuit', /not calculated yet/],
    ['nothing, of a take-over that it has room for', { takeOver: takingOver(500e6) }, SMALL, 'new_circuit', ''],
    [
      'a busier hour than its path has now',
      { carried: carrying(1_001) },
      UNLIMITED,
      'in_place',
      /1001 Mb\/s.* has 1000/,
    ],
    ['nothing, of bytes that just fit', { carried: carrying(100) }, TINY, 'new_circuit', ''],
    [
      'a bandwidth that the provider does not sell',
      { offeredMbps: [50, 1_000, 10_000] },
      LARGE,
      'impossible',
      'the provider does not offer 2000 Mb/s: it has 50, 1000, 10000',
    ],
    [
      'nothing but the port, of one that it sells',
      { offeredMbps: [1_000, 2_000] },
      LARGE,
      'in_place',
      "only while the provider's port has room",
    ],
    [
      'nothing, of its own bandwidth that the provider sells no more',
      { offeredMbps: [2_000] },
      UNLIMITED,
      'in_place',
      '',
    ],
  ])('is prevented by %s', (_, more, to, change, blocked) => {
    const result = judgePlanChange(standard, offer(to), { ...facts, ...more })
    expect(result.change).toBe(change)
    if (typeof blocked === 'string') expect(result.blockedBy.join()).toBe(blocked)
    else expect(result.blockedBy.join()).toMatch(blocked)
  })

  it('names what refuses it, and whom to ask what', () => {
    const of = (to: Partial<CircuitOffer>, more: Partial<PlanChangeInput> = {}, from: CircuitOffer = standard) =>
      judgePlanChange(from, { ...standard, ...to }, { ...facts, ...more }).hindrances.map(
        ({ kind, words, ask }) => `${kind}: ${words}${ask === null ? '' : `. ${ask}`}`,
      )
    const [small, large, unlimited] = [{ bandwidthMbps: 500 }, { bandwidthMbps: 2_000 }, { plan: 'unlimited' } as const]
    const ROOM = "question: only while the provider's port has room. Ask"
    const taken = 'losing erc-london moves prefixes to it'
    const unsure = { at: 0, losses: [], isUnsure: true }
    const all = [
      of(local, { linkedRegions: null, globalReach: null }),
      of(local, { localRegions: null }),
      of(local, { linkedRegions: ['westus'], globalReach: true }),
      of({}, { microsoft365: null }, { ...standard, tier: 'Premium' }),
      of({}, { premiumNeeds: null, microsoft365: true }, { ...standard, tier: 'Premium' }),
      of(large),
      of(large, { provider: null }),
      of(large, { carried: carrying(2_001) }),
      of(small, { carried: null }),
      of(unlimited, { carried: null }),
      of(small, { carried: carrying(80, null) }),
      of({ bandwidthMbps: 100 }, { carried: carrying(101) }),
      of(unlimited, { takeOver: takingOver(1_001e6) }),
      of(unlimited, { takeOver: takingOver(1_000e6) }),
      of(small, { takeOver: takingOver(501e6) }),
      of(small, { takeOver: takingOver(null) }),
      of(small, { takeOver: unsure }),
      of(large, { takeOver: unsure }),
      of(small, { takeOver: null }),
    ]
    expect(all.flat()).toEqual([
      'question: eligibility unknown: whether Global Reach is on is not known. Find out whether Global Reach is on',
      'question: eligibility unknown: which regions it is linked to is not known. Find out which regions it is linked to',
      'question: eligibility unknown: which regions Local reaches from here is not known. Find out which regions Local reaches from here',
      'refusal: Global Reach is not available on Local',
      'refusal: it is linked to westus, which Local does not reach from here',
      'question: whether anything needs Premium is not known. Find out whether anything needs Premium',
      'refusal: Microsoft 365, in its route filter, needs Premium',
      'question: whether anything needs Premium is not known. Find out whether anything needs Premium',
      `${ROOM} Fabrikam Fibre for room on the port, and what it charges for 2000 Mb/s`,
      `${ROOM} the provider for room on the port, and what it charges for 2000 Mb/s`,
      `${ROOM} Fabrikam Fibre for room on the port, and what it charges for 2000 Mb/s`,
      'question: it carries 2001 Mb/s into Azure in the busiest hour of 30 days, 2001 in the busiest five minutes, and one path of it has 2000. Decide first whether 2000 Mb/s is enough',
      'question: its traffic in both directions is known for too little of the last 30 days',
      'question: its traffic in five minutes is not known',
      'refusal: it carries 101 Mb/s into Azure in the busiest hour of 30 days, 101 in the busiest five minutes, and one path of it has 100',
      `question: ${taken}: up to 1001 Mb/s on one path, 1.00 of 1000 Mb/s. Decide first whether 1000 Mb/s is enough`,
      `refusal: ${taken}: up to 501 Mb/s on one path, 1.00 of 500 Mb/s`,
      `question: ${taken}, and their traffic is not known`,
      'question: the path of some prefixes after a loss is not known',
      `${ROOM} Fabrikam Fibre for room on the port, and what it charges for 2000 Mb/s`,
      'question: the traffic that it must take over from others is not calculated yet',
    ])
  })

  it('names no loss of circuits that the reader does not see, and counts it', () => {
    const seen = hideNamesOfInvisibleLosses(takingOver(701e6), new Set(['ercamsterdam1']))
    expect(seen.losses).toMatchObject([{ name: null, atMostBitsPerSecond: 701e6 }])
    const { blockedBy } = judgePlanChange(standard, { ...standard, bandwidthMbps: 500 }, { ...facts, takeOver: seen })
    expect(blockedBy.join()).toMatch(/^the loss of something that you do not see moves prefixes to it: up to 701 Mb/)
    expect(hideNamesOfInvisibleLosses(takingOver(701e6), null).losses[0]?.name).toBe('erc-london')
  })
})

describe('what if', () => {
  const input = createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES))
  const closed = createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } })
  const ask = (wish: Parameters<typeof computeCircuitWhatIf>[3]) =>
    computeCircuitWhatIf(input, closed, projectCircuit(input, closed), wish)

  it.each([
    { wish: { plan: 'unlimited' as const }, p50: '5700.00', difference: '3464.00' },
    // 1,186 + 1,800
    { wish: { tier: 'Premium' as const }, p50: '2986.00', difference: '750.00' },
    // 872 + 1,800
    { wish: { bandwidthMbps: 2_000 }, p50: '2672.00', difference: '436.00' },
    { wish: { plan: 'local' as const }, p50: '1200.00', difference: '-1036.00' },
    { wish: { secondCircuit: true }, p50: '2672.00', difference: '436.00' },
    // 2,236 + 50 + 100 x 0.02 + 10 x 0.16, because the far end is in a more expensive zone
    {
      wish: {
        globalReach: {
          perMonth: { amount: '50', currency: 'USD' },
          sent: { perGb: { amount: '0.02', currency: 'USD' }, gbPerMonth: '100' },
          received: { perGb: { amount: '0.16', currency: 'USD' }, gbPerMonth: '10' },
        },
      },
      p50: '2289.60',
      difference: '53.60',
    },
    // the declared price of the port pair, without a port of the circuit itself, and 1,800 of data
    { wish: { directPort: { amount: '8000', currency: 'USD' } }, p50: '9800.00', difference: '7564.00' },
  ])('$wish', ({ wish, p50, difference }) => {
    expect(ask(wish)).toMatchObject({
      ok: true,
      cost: { p50: { amount: p50 } },
      difference: { p50: { amount: difference } },
    })
  })

  it('is a new circuit where it moves onto a port of ExpressRoute Direct', () => {
    expect(ask({ directPort: { amount: '8000', currency: 'USD' } })).toMatchObject({
      words: 'Standard Metered 1 Gb/s, on ExpressRoute Direct',
      change: 'new_circuit',
    })
  })

  it('adds no two currencies up', () => {
    expect(ask({ directPort: { amount: '8000', currency: 'EUR' } })).toMatchObject({
      ok: false,
      why: 'EUR was declared, and the circuit is priced in USD; they do not add up',
    })
  })

  const direct = createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES), {
    direct: true,
  })
  it.each<[string, typeof input, Parameters<typeof computeCircuitWhatIf>[3], RegExp]>([
    ['a circuit without a configuration', { ...input, configured: [] }, {}, /has no configuration/],
    ['a place without a price', createTestProjectionInput([], { peeringLocation: 'Atlantis' }), {}, /Atlantis/],
    ['too little traffic', createTestProjectionInput([]), {}, /./],
    ['another plan on a port of ExpressRoute Direct', direct, { plan: 'unlimited' }, /the port decides/],
    ['another port of it', direct, { directPort: { amount: '1', currency: 'USD' } }, /already/],
  ])('has no answer for %s', (_, of, wish, why) => {
    const projection = projectCircuit(input, closed)
    expect(computeCircuitWhatIf(of, createTestCostContext(NOV + 3_600_000), projection, wish)).toMatchObject({
      ok: false,
      why: expect.stringMatching(why),
    })
  })

  it('does not use declared charges for another bandwidth in place, and says so', () => {
    const declared = createTestCostContext(DEC, {
      month: { name: '2026-11', from: NOV, to: DEC },
      overrides: nothingByOthers(),
    })
    const answer = computeCircuitWhatIf(input, declared, projectCircuit(input, declared), { bandwidthMbps: 2_000 })
    expect(answer).toMatchObject({
      change: 'in_place',
      payback: { months: null, cost: null, words: expect.not.stringContaining('not declared') as string },
    })
  })

  it('says what is not sold', () => {
    expect(ask({ bandwidthMbps: 300 })).toMatchObject({ ok: false, why: expect.stringContaining('300 Mbps') as string })
  })
})
