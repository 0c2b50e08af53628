import { describe, expect, it } from 'vitest'
import { collectorFirst } from './problem-words.ts'
import type { ActiveProblem, Overview } from '#lib/overview/api/index.ts'
import { circuitCounts, gatewayCounts, overviewHeadline } from './counts.ts'

const problem = (fields: Partial<ActiveProblem>): ActiveProblem => ({
  id: 'ams',
  type: 'circuit',
  name: 'erc-amsterdam',
  state: 'impaired',
  kind: null,
  severity: 'degraded',
  reason: '',
  href: '/circuits/ams',
  since: null,
  unconfirmedSince: null,
  incidentId: null,
  ...fields,
})
const withdrawn = problem({ kind: 'mass_withdraw' })

function overviewOf(problems: ActiveProblem[], incidents: Partial<Overview['incidents']> = {}): Overview {
  const counted: Overview['counts']['problems'] = {}
  for (const { severity } of problems) counted[severity] = (counted[severity] ?? 0) + 1
  return {
    counts: {
      circuits: { redundant: 4 },
      gateways: { healthy: 2 },
      sessions: { up: 34 },
      sources: { fresh: 40 },
      problems: counted,
      impaired: { circuits: 1, gateways: 0, unknownCircuits: 0, unknownGateways: 0 },
    },
    worstFirst: problems,
    recentEvents: [],
    incidents: { counts: {}, recovered: 0, open: [], ...incidents },
    worstLosses: null,
    cost: null,
  }
}

describe('the headline', () => {
  it.each<[string, ActiveProblem[], Partial<Overview['incidents']>, string]>([
    ['nothing', [], {}, 'All circuits, gateways and sessions are up.'],
    ['withdrawn prefixes', [withdrawn], {}, '1 circuit with “Many prefixes withdrawn”.'],
    [
      'several of one kind, the worst first',
      [
        problem({ state: 'no_path', severity: 'down' }),
        problem({ state: 'reduced' }),
        problem({ id: 'lon', state: 'reduced' }),
        problem({ type: 'site', state: 'on_backup', kind: 'site_state_changed' }),
      ],
      {},
      '1 circuit without a path, 2 circuits on one path, 1 site on backup.',
    ],
    ['announced work', [problem({ state: 'reduced', severity: 'maintenance' })], {}, '1 in maintenance.'],
    [
      'an incident that has recovered',
      [],
      { counts: { major: 1 }, recovered: 1 },
      'All circuits, gateways and sessions are up. 1 incident recovered, monitoring.',
    ],
    ['a warning', [], { counts: { warning: 1 } }, 'All circuits, gateways and sessions are up. 1 incident open.'],
  ])('of %s', (_, problems, incidents, words) => {
    expect(overviewHeadline(overviewOf(problems, incidents))).toBe(words)
  })

  it('counts what is not listed', () => {
    const overview = overviewOf([withdrawn])
    overview.counts.problems = { degraded: 201 }
    expect(overviewHeadline(overview)).toBe('1 circuit with “Many prefixes withdrawn”, 200 further problems.')
  })
})

it('does not say that all are up before all are known', () => {
  const { counts, ...rest } = overviewOf([])
  const words = (more: Partial<Overview['counts']>) => overviewHeadline({ ...rest, counts: { ...counts, ...more } })
  expect(words({ sources: { fresh: 40, never: 2 } })).toBe('No problem is known; 2 polls not answered yet.')
  expect(words({ sessions: { up: 3, not_reported: 1 } })).toBe('No problem is known, but not all is known.')
})

it('what is unknown and has a problem is counted by the problem', () => {
  const { counts } = overviewOf([withdrawn])
  const impaired = { circuits: 0, gateways: 0, unknownCircuits: 1, unknownGateways: 0 }
  const words = circuitCounts({ ...counts, circuits: { unknown: 2 }, impaired }).filter(({ count }) => count > 0)
  expect(words).toMatchObject([
    { tone: 'degraded', count: 1 },
    { tone: 'unknown', count: 1 },
  ])
})

it('a redundant circuit with a problem is not counted as redundant', () => {
  const { counts } = overviewOf([withdrawn])
  const shown = (all: { word: string; count: number }[]) =>
    all.flatMap(({ word, count }) => (count > 0 ? [`${count} ${word}`] : []))
  expect(shown(circuitCounts(counts))).toEqual(['1 DEGRADED', '3 REDUNDANT'])
  expect(shown(gatewayCounts(counts))).toEqual(['2 HEALTHY'])
})

it('a late collector stands before what is unknown for it, and after what is proved', () => {
  const problems = [
    problem({ id: 'lon', state: 'reduced' }),
    problem({ id: 'ams', state: 'unknown', severity: 'unknown' }),
    problem({ id: 'collector', type: 'source', state: 'stale', severity: 'unknown' }),
  ]
  expect(collectorFirst(problems).map(({ id }) => id)).toEqual(['lon', 'collector', 'ams'])
})
