import { expect, it } from 'vitest'
import { type SecondsByUptimeState, computeAvailabilityBounds } from './up-share.ts'
import { findLowestPeering, computeLowestShare, formatAvailabilityBounds, listPeeringLosses } from './words/up-share.ts'

const time = (
  seconds: number,
  atLeast: number,
  atMost: number,
  unknownSeconds = 0,
  plannedSeconds = 0,
): SecondsByUptimeState => ({
  seconds,
  upSeconds: { atLeast, atMost },
  unknownSeconds,
  plannedSeconds,
})

it.each<[string, SecondsByUptimeState, ReturnType<typeof computeAvailabilityBounds>, string]>([
  ['all of it is up', time(100, 100, 100), { atLeast: 1, atMost: 1 }, '100.000 %'],
  [
    'bounds stay bounds',
    time(1_000_000, 999_999, 1_000_000),
    { atLeast: 0.999_999, atMost: 1 },
    '99.999 % – 100.000 %',
  ],
  ['a gap is left out', time(100, 60, 60, 40), { atLeast: 1, atMost: 1 }, '100.000 %'],
  ['a gap hides no downtime', time(100, 30, 45, 40), { atLeast: 0.5, atMost: 0.75 }, '50.000 % – 75.000 %'],
  ['planned work is left out', time(100, 45, 45, 0, 50), { atLeast: 0.9, atMost: 0.9 }, '90.000 %'],
  ['nothing was observed', time(100, 0, 0, 100), null, 'not observed'],
  ['all of it was planned', time(100, 0, 0, 0, 100), null, 'planned work'],
  ['it has not begun', time(0, 0, 0), null, 'not begun'],
])('%s', (_, given, share, words) => {
  expect(computeAvailabilityBounds(given)).toEqual(share)
  expect(formatAvailabilityBounds(given)).toBe(words)
})

it('the loss of a peering is named although another peering kept the circuit up', () => {
  const lost = (atLeast: number, atMost: number) => ({ downSeconds: { atLeast, atMost } })
  const london = { circuitName: 'erc-london' } as const
  const peerings = [
    { ...london, peering: 'private' as const, session: lost(2_457, 2_520) },
    { ...london, peering: 'microsoft' as const, session: lost(0, 0) },
  ]
  expect(listPeeringLosses(peerings, lost(0, 0))).toEqual(['private peering down 40 min 57 s – 42 min 00 s'])
  // an outage of the whole circuit is reported once
  expect(listPeeringLosses(peerings, lost(2_457, 2_520))).toEqual([])
  const other = { circuitName: 'erc-leeds', peering: 'microsoft' as const, session: lost(60, 60) }
  expect(listPeeringLosses([...peerings, other], lost(0, 0))).toEqual([
    'erc-london private peering down 40 min 57 s – 42 min 00 s',
    'erc-leeds Microsoft peering down 1 min 00 s',
  ])
})

it('a peering is shown in place of its circuit only if its availability is lower than that of every layer', () => {
  const microsoft = { peering: 'microsoft' as const, session: time(100, 99, 99) }
  const own = { peering: 'private' as const, session: time(100, 97, 98) }
  const circuit = (forwarding: number) => ({
    times: { session: time(100, 100, 100), forwarding: time(100, forwarding, forwarding), reachability: null },
    peerings: [microsoft, own],
  })
  expect([findLowestPeering(circuit(100)), computeLowestShare(circuit(100))]).toEqual([own, 0.97])
  expect([findLowestPeering(circuit(96)), computeLowestShare(circuit(96))]).toEqual([null, 0.96])
  const unseen = { times: { session: time(100, 0, 0, 100), forwarding: null, reachability: null } }
  expect([findLowestPeering(unseen), computeLowestShare(unseen)]).toEqual([null, null])
})
