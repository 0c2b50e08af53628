import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { AzureReportDifferenceReason } from '../api/index.ts'
import {
  type LearnedPrefixesAtMoment,
  type PathRanksByPrefix,
  compareScoreComponent,
  compareRoutes,
  compareFailoverTest,
  compareRouteRanksWithAzure,
  findNonRedundantPrefixes,
  judgeAzureReportState,
} from './azure-reports.ts'

const P = '10.0.0.0/16'
const by = (...circuits: string[]) => ({ circuits: new Set(circuits), hasUnmapped: false })
const table = (prefixes: [string, ReturnType<typeof by>][] = [], isSeen = true): LearnedPrefixesAtMoment => ({
  isSeen,
  prefixes: new Map(prefixes),
})
const circuit = (name: string, location: string | null = name) => ({ resourceId: name, name, location })
const sets = (...circuits: string[]) => ({
  computedAt: 0,
  nextAt: null,
  circuits: { x0: circuit('lon'), x1: circuit('ams'), x9: circuit('foreign') },
  routes: circuits.length > 0 ? [{ prefix: P, circuits }] : [],
})
const names: Record<string, string> = { x0: 'lon', x1: 'ams' }
const circuitOf = (key: string) => names[key] ?? null
const lon = table([[P, by('lon')]])

describe('a difference of route sets has its reason', () => {
  it.each<[string, string[], LearnedPrefixesAtMoment, LearnedPrefixesAtMoment, AzureReportDifferenceReason | null]>([
    ['the same circuits', ['x0'], lon, lon, null],
    ['nothing on either side', [], table(), table(), null],
    ['a prefix over VPN alone is none of theirs', [], table([[P, by()]]), table(), null],
    ['the table was not read', ['x0'], table([], false), lon, 'not_seen'],
    ['a circuit that is not ours', ['x0', 'x9'], lon, lon, 'circuit_unknown'],
    ['it was so when Azure computed', ['x0', 'x1'], lon, table([[P, by('lon', 'ams')]]), 'age'],
    [
      'a neighbor that is mapped to no circuit',
      ['x0', 'x1'],
      table([[P, { ...by('lon'), hasUnmapped: true }]]),
      lon,
      'unmapped',
    ],
    ['nobody read the table of that time', ['x0', 'x1'], lon, table([], false), 'not_seen'],
    ['none', ['x0', 'x1'], lon, lon, 'unexplained'],
    ['Azure lacks it', [], lon, lon, 'unexplained'],
  ])('%s', (_, azure, now, then, reason) => {
    const { agreed, differences } = compareRoutes(sets(...azure), { now, computed: then, circuitOf })
    expect(differences.map((one) => one.reason)).toEqual(reason === null ? [] : [reason])
    expect(agreed).toBe(reason === null && azure.length > 0 ? 1 : 0)
  })

  it('two circuits of one location are no redundancy', () => {
    const one = { ...sets('x0', 'x1'), circuits: { x0: circuit('lon', 'London'), x1: circuit('lon2', 'london') } }
    expect(findNonRedundantPrefixes(one)).toEqual([P])
    expect(findNonRedundantPrefixes(sets('x0', 'x1'))).toEqual([])
  })
})

describe('what a test lost beside what the table at its start would lose', () => {
  const then = table([
    [P, by('lon')],
    ['10.1.0.0/16', by('lon', 'ams')],
  ])
  const locationOf = (id: string) => ({ lon: 'london', ams: 'amsterdam' })[id] ?? null
  it.each<[string, string[] | null, LearnedPrefixesAtMoment, AzureReportDifferenceReason | null]>([
    ['predicted = lost', [P], then, null],
    ['the table was not read', [P], table([], false), 'not_seen'],
    ['Azure did not say', null, then, 'not_read'],
    ['more was lost', [P, '10.1.0.0/16'], then, 'unexplained'],
    [
      'a circuit without a location',
      [P, '10.2.0.0/16'],
      table([
        [P, by('lon')],
        ['10.2.0.0/16', by('new')],
      ]),
      'location_unknown',
    ],
    [
      'an unmapped neighbor',
      [P, '10.2.0.0/16'],
      table([
        [P, by('lon')],
        ['10.2.0.0/16', { ...by(), hasUnmapped: true }],
      ]),
      'unmapped',
    ],
  ])('%s', (_, lost, at, reason) => {
    expect(compareFailoverTest({ location: 'London', lost }, at, locationOf).reason).toBe(reason)
  })
})

it.each([
  ['Route Resiliency', 80, { redundant: 2, all: 2 }, [30, 20], null],
  ['Route Resiliency', 60, { redundant: 2, all: 2 }, [31, 40], null],
  ['Route Resiliency', 40, { redundant: 2, all: 2 }, [30], null],
  ['Route Resiliency', 5, { redundant: 0, all: 2 }, [], null],
  ['Route Resiliency', 20, { redundant: 0, all: 2 }, [], 'unexplained'],
  ['Route Resiliency', 20, { redundant: 1, all: 2 }, [], 'not_published'],
  ['Route Resiliency', 20, null, [], 'not_read'],
  ['Zone Redundant Gateway', 10, null, [], null],
  ['Zone Redundant Gateway', 0, null, [], 'unexplained'],
  ['Advisory Recommendations', 10, null, [], 'not_read'],
  ['Disaster Recovery', null, null, [], 'not_published'],
])('%s of %s points, of %j with tests %j days ago: %s', (name, score, routes, days, reason) => {
  const most = name.startsWith('Zone') ? 10 : 80
  const computedAt = 100 * MS_PER_DAY
  const facts = { routes, zones: 'pass' as const, tests: days.map((n) => computedAt - n * MS_PER_DAY), computedAt }
  expect(compareScoreComponent({ name, score, most }, facts).reason).toBe(reason)
})

it('a refusal, what Azure does not do and a failure are different', () => {
  const part = { detail: null, missingAction: null, data: null, httpStatus: null }
  expect(judgeAzureReportState({ ...part, outcome: 'forbidden', httpStatus: 403 })).toBe('refused')
  expect(judgeAzureReportState({ ...part, outcome: 'unavailable', httpStatus: 400 })).toBe('unsupported')
  expect(judgeAzureReportState({ ...part, outcome: 'timeout' })).toBe('failed')
  expect(judgeAzureReportState({ ...part, outcome: 'incomplete', data: [] })).toBe('read')
})

describe('Azure’s ranks of the paths of a prefix beside ours', () => {
  const ranked = (azure: [string, string | null][]): Parameters<typeof compareRouteRanksWithAzure>[0] => ({
    ...sets(),
    routes: [
      {
        prefix: P,
        circuits: azure.map(([key]) => key),
        ranks: azure.map(([key, rank]) => ({ circuit: key, connection: null, primary: rank, secondary: rank })),
      },
    ],
  })
  const ours = (...ranks: [string, number][]) =>
    new Map([
      [
        P,
        ranks.flatMap(([name, rank]) =>
          (['primary', 'secondary'] as const).map((path) => ({ circuit: name, path, rank, why: 'shorter AS path' })),
        ),
      ],
    ])
  const lonFirst = ours(['lon', 1], ['ams', 2])
  const both = (x0: string, x1: string): [string, string | null][] => [
    ['x0', x0],
    ['x1', x1],
  ]

  it.each<
    [string, [string, string | null][], PathRanksByPrefix, PathRanksByPrefix, AzureReportDifferenceReason | null]
  >([
    ['the same order', both('1', '2'), lonFirst, null, null],
    ['the same order on another scale', both('10', '30'), lonFirst, null, null],
    ['it was so when Azure computed', both('2', '1'), lonFirst, ours(['lon', 2], ['ams', 1]), 'age'],
    ['equal routes here, an order there', both('1', '2'), ours(['lon', 1], ['ams', 1]), null, 'equal_routes'],
    ['none', both('2', '1'), lonFirst, null, 'unexplained'],
    ['a circuit that is not ours', [['x9', '1']], lonFirst, null, 'circuit_unknown'],
    ['the table was not read', [['x0', '1']], null, null, 'not_seen'],
    ['no neighbor is mapped', [['x0', '1']], new Map(), null, 'unmapped'],
  ])('%s', (_, azure, now, computed, reason) => {
    const [row] = compareRouteRanksWithAzure(ranked(azure), { now, computed, circuitOf })
    expect(row).toMatchObject({ prefix: P, reason })
    expect(row?.azure).toHaveLength(2 * azure.length)
  })

  it('that Azure does not report are not compared', () => {
    expect(compareRouteRanksWithAzure(ranked([['x0', null]]), { now: lonFirst, computed: null, circuitOf })).toEqual([])
    expect(compareRouteRanksWithAzure(sets('x0'), { now: lonFirst, computed: null, circuitOf })).toEqual([])
  })
})
