import { expect, it } from 'vitest'
import { testIncident } from '../incidents/testing.ts'
import { listAffectedResources, listShiftIncidents } from './shift-incidents.ts'

it('an incident that was opened, acknowledged and closed stands there once', () => {
  const done = testIncident({ id: 'done', state: 'closed', openedAt: '2026-11-20T03:00:00Z' })
  const later = testIncident({ id: 'later', state: 'closed', openedAt: '2026-11-20T04:00:00Z' })
  const lesser = testIncident({ id: 'lesser', state: 'closed', severity: 'minor', openedAt: '2026-11-20T05:00:00Z' })
  const old = testIncident({
    id: 'old',
    state: 'open',
    phase: 'ongoing',
    severity: 'warning',
    openedAt: '2026-11-18T03:00:00Z',
  })
  const worse = testIncident({
    id: 'worse',
    state: 'open',
    phase: 'ongoing',
    severity: 'critical',
    openedAt: '2026-11-20T02:00:00Z',
  })
  const rows = listShiftIncidents({
    stillOpen: [old, worse],
    opened: [done, later, worse],
    closed: [lesser, later, done],
    acknowledged: [done, old],
  })
  expect(rows.map(({ incident: { id }, happened }) => [id, happened])).toEqual([
    ['worse', ['opened']],
    ['old', ['acknowledged']],
    ['later', ['opened', 'closed']],
    ['done', ['opened', 'acknowledged', 'closed']],
    ['lesser', ['closed']],
  ])
})

it('circuits and gateways with incidents stand there once, those with most first; the estate is neither', () => {
  const of = (id: string, scope: string, state: 'open' | 'closed' = 'closed') => testIncident({ id, scope, state })
  const lists = {
    stillOpen: [of('a', 'c1', 'open')],
    opened: [of('a', 'c1', 'open'), of('b', 'g1'), of('c', 'g1'), of('d', 'estate')],
    closed: [of('b', 'g1'), of('c', 'g1')],
    acknowledged: [],
  }
  const known = {
    circuits: [
      { id: 'c1', name: 'erc-a' },
      { id: 'c2', name: 'erc-b' },
    ],
    gateways: [{ id: 'g1', name: 'ergw' }],
  }
  expect(listAffectedResources(lists, known)).toEqual([
    { id: 'g1', name: 'ergw', type: 'gateway', incidents: 2 },
    { id: 'c1', name: 'erc-a', type: 'circuit', incidents: 1 },
  ])
})
