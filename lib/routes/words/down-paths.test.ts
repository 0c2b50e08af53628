import { expect, it } from 'vitest'
import type { LookupCandidate, LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import { listDownPaths } from './down-paths.ts'
import { formatLookupLead, pickDrawnLookup } from './lookup-text.ts'
import { testCandidate } from './testing.ts'

const [FROM, EARLIEST, BEGIN, AT] = [
  '2030-03-04T09:45:00.000Z',
  '2030-03-04T09:58:46.000Z',
  '2030-03-04T09:58:54.000Z',
  '2030-03-04T10:00:00.000Z',
] as const
type States = LookupContext['paths'][number]['states']
const failed: States = [
  { from: FROM, to: BEGIN, is: 'up' },
  { from: BEGIN, to: AT, is: 'down' },
]
const second = testCandidate({ path: 'secondary' })

const lookup = (states: States, candidates: LookupCandidate[] = [second]) =>
  ({
    ip: '10.10.4.7',
    at: AT,
    known: 'observed',
    system: null,
    candidates,
    around: {
      from: FROM,
      to: AT,
      paths: [
        { circuitId: 'c1', circuitName: 'erc-london', path: 'primary', inUse: false, states },
        {
          circuitId: 'c1',
          circuitName: 'erc-london',
          path: 'secondary',
          inUse: true,
          states: [{ from: FROM, to: AT, is: 'up' }],
        },
      ],
    },
  }) as unknown as RouteLookup
const since = (states: States, candidates?: LookupCandidate[]) =>
  listDownPaths(lookup(states, candidates)).map((one) => `${one.path} ${one.since}`)

it('lists the path that is down, if the other path of the circuit has a route', () => {
  expect(since(failed)).toEqual([`primary ${BEGIN},${BEGIN}`])
  expect(since(failed, [testCandidate({ circuitId: 'c2' }), { ...second, rank: 2 }])).toHaveLength(1)
  expect(since([{ from: FROM, to: AT, is: 'down' }])).toEqual(['primary null'])
  expect(since(failed, [second, testCandidate({})])).toEqual([])
  expect(since(failed, [testCandidate({ circuitId: 'c2' })])).toEqual([])
  expect(since([])).toEqual([])
  for (const is of ['up', 'unknown', 'indeterminate', 'planned'] as const)
    expect(since([{ from: BEGIN, to: AT, is }])).toEqual([])
  // the outage is over at the time of the look-up, or its state is not known until then
  expect(since([...failed, { from: AT, to: AT, is: 'up' }])).toEqual([])
  expect(since([{ from: FROM, to: BEGIN, is: 'down' }])).toEqual([])
})

it('last known routes have the paths that were down at their time', () => {
  const { candidates, known, system, ...rest } = lookup([
    { from: FROM, to: EARLIEST, is: 'down' },
    { from: EARLIEST, to: AT, is: 'unknown' },
  ])
  const lastKnown = { at: '2030-03-04T09:58:00.000Z', known, match: null, system, candidates }
  const unpolled = { ...rest, known: 'unknown' as const, system, candidates: [], lastKnown }
  expect(listDownPaths(unpolled)).toEqual([])
  expect(listDownPaths(pickDrawnLookup(unpolled)).map(({ path }) => path)).toEqual(['primary'])
})

it('the headline names the path that is down next to the path in use', () => {
  const names = { circuit: () => 'erc-london', moment: 'now', past: false }
  expect(formatLookupLead(lookup(failed), names)).toBe(
    '10.10.4.7 is routed via erc-london, secondary path (primary down since 09:58:54 UTC)',
  )
  const unsure: States = [
    { from: FROM, to: EARLIEST, is: 'up' },
    { from: EARLIEST, to: BEGIN, is: 'indeterminate' },
    { from: BEGIN, to: AT, is: 'down' },
  ]
  expect(formatLookupLead(lookup(unsure), names)).toMatch(/ path \(primary down since 09:58:46–09:58:54 UTC\)$/)
  // the bounds of its event come before those of its states
  const { around, ...rest } = lookup(unsure)
  const loss = { kind: 'path_down', scope: 'c1', subject: 'AzurePrivatePeering/primary' }
  const withLoss = (startedBetween: string[], endedBetween: string[] | null = null, path = 'primary') =>
    formatLookupLead(
      {
        ...rest,
        around: {
          ...around,
          events: [{ ...loss, subject: `AzurePrivatePeering/${path}`, startedBetween, endedBetween }],
        },
      } as unknown as RouteLookup,
      names,
    )
  expect(withLoss([EARLIEST, '2030-03-04T09:58:51.000Z'])).toMatch(/ since 09:58:46–09:58:51 UTC\)$/)
  expect(withLoss(['2030-03-04T09:20:00.000Z', '2030-03-04T09:20:05.000Z'])).toMatch(/ since 09:20:00–09:20:05 UTC\)$/)
  expect(withLoss([FROM, FROM], [FROM, FROM])).toMatch(/ since 09:58:46–09:58:54 UTC\)$/)
  expect(withLoss([FROM, FROM], null, 'secondary')).toMatch(/ since 09:58:46–09:58:54 UTC\)$/)
  expect(formatLookupLead(lookup(unsure.slice(1)), names), 'the gap began before the period').toMatch(
    / path \(primary down\)$/,
  )
  expect(formatLookupLead(lookup([{ from: FROM, to: AT, is: 'down' }]), names)).toMatch(/ path \(primary down\)$/)
})

it('the headline names both paths that are down, if it is unknown which path of the circuit is in use', () => {
  const names = { circuit: () => 'erc-london', moment: 'now', past: false }
  const { around, ...rest } = lookup(failed, [testCandidate({ path: null })])
  const [primary] = around?.paths ?? []
  const secondary = { ...primary, path: 'secondary', states: [{ from: FROM, to: AT, is: 'down' }] }
  const both = { ...rest, around: { ...around, paths: [primary, secondary] } } as unknown as RouteLookup
  expect(formatLookupLead(both, names)).toBe(
    '10.10.4.7 is routed via erc-london (primary down since 09:58:54 UTC, secondary down)',
  )
})

it('the headline has no start of an outage that may have begun during announced work', () => {
  const names = { circuit: () => 'erc-london', moment: 'now', past: false }
  const after = (...is: ('up' | 'planned' | 'indeterminate')[]) => {
    const ends = ['2030-03-04T09:50:00.000Z', BEGIN]
    const before = is.map((one, n) => ({ from: ends[n - 1] ?? FROM, to: ends[n + 2 - is.length] ?? BEGIN, is: one }))
    return formatLookupLead(lookup([...before, { from: BEGIN, to: AT, is: 'down' }]), names)
  }
  expect(after('up', 'planned')).toMatch(/ \(primary down\)$/)
  expect(after('planned')).toMatch(/ \(primary down\)$/)
  // the outage began after the work, because it is not certain at the end of the work
  expect(after('planned', 'indeterminate')).toMatch(/ \(primary down since 09:50:00–09:58:54 UTC\)$/)
})
