import { describe, expect, it } from 'vitest'
import { circuit, flat, frame, GB } from '../testing/circuits.ts'
import type { Carried } from './carried.ts'
import { changeTo } from './change.ts'
import { type TakeOver, takeOverSeenBy } from './take-over.ts'
import { projectCircuit } from './project-circuit.ts'
import { whatIfOfCircuit } from './what-if.ts'

const NOV = Date.UTC(2026, 10, 1)
const DEC = Date.UTC(2026, 11, 1)

const takingOver = (atMostBitsPerSecond: number | null, rise: number | null = 1): TakeOver => ({
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
const carrying = (mbps: number, peakMbps: number | null = mbps): Carried => ({
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
  it.each([
    { from: standard, to: { ...standard, plan: 'unlimited' as const }, change: 'in_place', oneWay: true },
    { from: { ...standard, plan: 'unlimited' as const }, to: standard, change: 'new_circuit', oneWay: false },
    { from: standard, to: { ...standard, bandwidthMbps: 2_000 }, change: 'in_place', oneWay: true },
    { from: standard, to: { ...standard, bandwidthMbps: 500 }, change: 'new_circuit', oneWay: false },
    { from: standard, to: { ...standard, bandwidthMbps: 100 }, change: 'impossible', oneWay: false },
    { from: standard, to: { ...standard, tier: 'Premium' as const }, change: 'in_place', oneWay: false },
    {
      from: standard,
      to: { plan: 'local' as const, tier: 'Local' as const, bandwidthMbps: 1_000 },
      change: 'in_place',
      // Local is unlimited: back to metered is a new circuit
      oneWay: true,
    },
    { from: { ...standard, plan: 'unlimited' as const }, to: local, change: 'in_place', oneWay: false },
    { from: local, to: { ...standard, plan: 'unlimited' as const }, change: 'in_place', oneWay: false },
    {
      from: local,
      to: { ...standard, plan: 'unlimited' as const, tier: 'Premium' as const },
      change: 'in_place',
      oneWay: false,
    },
    { from: local, to: standard, change: 'new_circuit', oneWay: false },
    { from: { ...local, bandwidthMbps: 2_000 }, to: local, change: 'new_circuit', oneWay: false },
    // a smaller unlimited circuit is as far from metered as the same one in place
    {
      from: standard,
      to: { ...standard, plan: 'unlimited' as const, bandwidthMbps: 500 },
      change: 'new_circuit',
      oneWay: true,
    },
  ])(
    'from $from.plan $from.bandwidthMbps to $to.tier $to.plan $to.bandwidthMbps: $change',
    ({ from, to, change, oneWay }) => {
      expect(changeTo(from, to, facts)).toMatchObject({ change, oneWay })
    },
  )

  it.each([
    {
      name: 'a region that Local does not reach',
      more: { linkedRegions: ['uksouth', 'westus'] },
      to: local,
      change: 'impossible',
      blocked: /westus/,
    },
    {
      name: 'regions that are not known',
      more: { linkedRegions: null },
      to: local,
      change: 'in_place',
      blocked: /eligibility unknown/,
    },
    {
      name: 'Microsoft 365 on Local',
      more: { microsoft365: true },
      to: local,
      change: 'impossible',
      blocked: /Microsoft 365.*needs Premium/,
    },
    {
      name: 'Microsoft 365 on another Standard',
      more: { microsoft365: true },
      to: { ...standard, plan: 'unlimited' as const },
      change: 'impossible',
      blocked: /Microsoft 365/,
    },
    {
      name: 'nothing, of Microsoft 365 on Premium',
      more: { microsoft365: true },
      to: { ...standard, tier: 'Premium' as const },
      change: 'in_place',
      blocked: /^$/,
    },
    {
      name: 'more bytes than it has room for',
      more: { carried: carrying(120.2) },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'impossible',
      blocked: /carries 121 Mb\/s into Azure in the busiest hour of 30 days.*one path of it has 100/,
    },
    {
      name: 'five minutes that carried more',
      more: { carried: carrying(80, 101) },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'impossible',
      blocked: /101 in the busiest five minutes/,
    },
    {
      name: 'what it grows to in a year',
      more: { carried: { ...carrying(80), growth: 1.3 } },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'impossible',
      blocked: /it grows: at this pace it carries 104 Mb/,
    },
    {
      name: 'an hour of half a year that was busier than these 30 days',
      more: { carried: { ...carrying(80), pastHourMbps: 101 } },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'impossible',
      blocked: /^it carried 101 Mb\/s in its busiest hour of half a year/,
    },
    {
      name: 'a setting that leaves a fifth free',
      more: { carried: carrying(90), pathShare: 0.8 },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'impossible',
      blocked: /one path of it has 100/,
    },
    {
      name: 'speeds that are not known',
      more: { carried: null },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'new_circuit',
      blocked: /^how much it carries in both directions is not known/,
    },
    {
      name: 'what it must take over',
      more: { takeOver: takingOver(701e6) },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'impossible',
      blocked: /^losing erc-london moves prefixes to it: up to 701 Mb\/s on one path, 1\.40 of 500 Mb\/s$/,
    },
    {
      name: 'what it must take over at the size that it has',
      more: { takeOver: takingOver(1_100e6) },
      to: { ...standard, plan: 'unlimited' as const },
      change: 'in_place',
      blocked: /up to 1100 Mb\/s on one path, 1\.10 of 1000 Mb\/s$/,
    },
    {
      name: 'what it must take over once that has grown',
      more: { takeOver: takingOver(400e6, 1.3) },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'impossible',
      blocked: /up to 400 Mb\/s on one path; by its busiest month and its growth 520 within a year$/,
    },
    {
      name: 'what it must take over of which the growth is not known',
      more: { takeOver: takingOver(400e6, null) },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'new_circuit',
      blocked: /^how what it must take over grows is not worked out yet$/,
    },
    {
      name: 'what it must take over and nobody measured',
      more: { takeOver: takingOver(null) },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'new_circuit',
      blocked: /losing erc-london.*is not known/,
    },
    {
      name: 'what it must take over and was not worked out',
      more: { takeOver: null },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'new_circuit',
      blocked: /not worked out yet/,
    },
    {
      name: 'nothing, of a take-over that it has room for',
      more: { takeOver: takingOver(500e6) },
      to: { ...standard, bandwidthMbps: 500 },
      change: 'new_circuit',
      blocked: /^$/,
    },
    {
      name: 'a busiest hour above the path that it has already',
      more: { carried: carrying(1_001) },
      to: { ...standard, plan: 'unlimited' as const },
      change: 'in_place',
      blocked: /1001 Mb\/s.*one path of it has 1000/,
    },
    {
      name: 'nothing, of bytes that just fit',
      more: { carried: carrying(100) },
      to: { ...standard, bandwidthMbps: 100 },
      change: 'new_circuit',
      blocked: /^$/,
    },
    {
      name: 'a bandwidth that the provider does not sell',
      more: { offeredMbps: [50, 1_000, 10_000] },
      to: { ...standard, bandwidthMbps: 2_000 },
      change: 'impossible',
      blocked: /does not offer 2000 Mb\/s: it has 50, 1000, 10000/,
    },
    {
      name: 'nothing but the port, of one that it sells',
      more: { offeredMbps: [1_000, 2_000] },
      to: { ...standard, bandwidthMbps: 2_000 },
      change: 'in_place',
      blocked: /^only while the provider's port has room$/,
    },
    {
      name: 'nothing, of the bandwidth that it has and the provider sells no more',
      more: { offeredMbps: [2_000] },
      to: { ...standard, plan: 'unlimited' as const },
      change: 'in_place',
      blocked: /^$/,
    },
  ])('is prevented by $name', ({ more, to, change, blocked }) => {
    const result = changeTo(standard, to, { ...facts, ...more })
    expect(result.change).toBe(change)
    expect(result.blockedBy.join()).toMatch(blocked)
  })

  it('names no loss of circuits that the reader does not see, and counts it', () => {
    const seen = takeOverSeenBy(takingOver(701e6), new Set(['ercamsterdam1']))
    expect(seen.losses).toMatchObject([{ name: null, atMostBitsPerSecond: 701e6 }])
    const { blockedBy } = changeTo(standard, { ...standard, bandwidthMbps: 500 }, { ...facts, takeOver: seen })
    expect(blockedBy.join()).toMatch(/^the loss of something that you do not see moves prefixes to it: up to 701 Mb/)
    expect(takeOverSeenBy(takingOver(701e6), null).losses[0]?.name).toBe('erc-london')
  })

  it('from Premium waits for what is known to need it', () => {
    const premium = { ...standard, tier: 'Premium' as const }
    const of = (more: object) => changeTo(premium, standard, { ...facts, ...more })
    expect(of({})).toMatchObject({ change: 'in_place', blockedBy: [] })
    expect(of({ microsoft365: null }).blockedBy).toEqual(['whether anything needs Premium is not known'])
    expect(of({ microsoft365: true }).change).toBe('impossible')
  })

  it('to Local is impossible with Global Reach', () => {
    expect(
      changeTo(standard, { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 }, { ...facts, globalReach: true }),
    ).toMatchObject({ change: 'impossible', blockedBy: ['Global Reach is not available on Local'] })
  })

  it('to Local waits until it is known whether Global Reach is on', () => {
    expect(changeTo(standard, local, { ...facts, globalReach: null })).toMatchObject({
      change: 'in_place',
      blockedBy: ['eligibility unknown: whether Global Reach is on is not known'],
    })
  })
})

describe('what if', () => {
  const input = circuit(flat(NOV, DEC, 100n * GB))
  const closed = frame(DEC, { month: { name: '2026-11', from: NOV, to: DEC } })
  const ask = (wish: Parameters<typeof whatIfOfCircuit>[3]) =>
    whatIfOfCircuit(input, closed, projectCircuit(input, closed), wish)

  it.each([
    { wish: { plan: 'unlimited' as const }, p50: '5700.00', difference: '3464.00' },
    // 1,186 + 1,800
    { wish: { tier: 'Premium' as const }, p50: '2986.00', difference: '750.00' },
    // 872 + 1,800
    { wish: { bandwidthMbps: 2_000 }, p50: '2672.00', difference: '436.00' },
    { wish: { plan: 'local' as const }, p50: '1200.00', difference: '-1036.00' },
    { wish: { secondCircuit: true }, p50: '2672.00', difference: '436.00' },
    // 2,236 + 50 + 100 x 0.02 + 10 x 0.16, the far end being in a more expensive zone
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
    // the port pair as declared, no port of the circuit's own, 1,800 of data
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

  const direct = circuit(flat(NOV, DEC, 100n * GB), { direct: true })
  it.each<[string, typeof input, Parameters<typeof whatIfOfCircuit>[3], RegExp]>([
    ['a circuit without a configuration', { ...input, configured: [] }, {}, /has no configuration/],
    ['a place without a price', circuit([], { peeringLocation: 'Atlantis' }), {}, /Atlantis/],
    ['too little traffic', circuit([]), {}, /./],
    ['another plan on a port of ExpressRoute Direct', direct, { plan: 'unlimited' }, /the port decides/],
    ['another port of it', direct, { directPort: { amount: '1', currency: 'USD' } }, /already/],
  ])('has no answer for %s', (_, of, wish, why) => {
    const projection = projectCircuit(input, closed)
    expect(whatIfOfCircuit(of, frame(NOV + 3_600_000), projection, wish)).toMatchObject({
      ok: false,
      why: expect.stringMatching(why),
    })
  })

  it('says what is not sold', () => {
    expect(ask({ bandwidthMbps: 300 })).toMatchObject({ ok: false, why: expect.stringContaining('300 Mbps') as string })
  })
})
