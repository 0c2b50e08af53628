import { expect, it } from 'vitest'
import type { ObservedChange, PollObservation } from '#lib/contract/index.ts'
import { listChangedTopics } from './changed-topics.ts'

const poll = (kind: PollObservation['kind'], outcome = 'ok') => ({ kind, outcome }) as PollObservation
const change = (type: ObservedChange['type']) => ({ type }) as ObservedChange
interface Found {
  changes: ObservedChange[]
  events: number
  sessionsChanged: boolean
}
const quiet: Found = { changes: [], events: 0, sessionsChanged: false }

it.each<[string, PollObservation, Partial<Found>, string[], 'counters only'?]>([
  ['a quiet poll changes nothing', poll('peers'), {}, []],
  [
    'a session',
    poll('peers'),
    { changes: [change('session')], events: 1 },
    ['events', 'gateways', 'overview', 'sessions'],
  ],
  ['a session of a circuit', poll('summary'), { changes: [change('session')] }, ['circuits', 'overview', 'sessions']],
  ['a prefix count', poll('summary'), { sessionsChanged: true }, ['circuits', 'sessions'], 'counters only'],
  ['a route', poll('learned'), { changes: [change('route')] }, ['routes']],
  [
    'an outcome',
    poll('peers', 'timeout'),
    { changes: [change('outcome')] },
    ['gateways', 'overview', 'sessions', 'sources'],
  ],
  ['a layer-2 entry', poll('arp'), { changes: [change('arp')] }, ['circuits', 'overview']],
  ['bytes', poll('stats'), {}, ['circuits'], 'counters only'],
  ['bytes of a connection', poll('connection'), {}, ['gateways'], 'counters only'],
  [
    'bytes beside a counter that was reset',
    poll('stats'),
    { changes: [change('counterReset')] },
    ['circuits', 'overview'],
  ],
  ['bytes that were not read', poll('stats', 'timeout'), {}, []],
  [
    'configuration',
    poll('inventory'),
    { changes: [change('config')] },
    ['circuits', 'cost', 'gateways', 'overview', 'routes', 'sessions', 'sources'],
  ],
])('%s', (_, observation, more, expected, counters) => {
  const { topics, countersOnly } = listChangedTopics(observation, { ...quiet, ...more })
  expect(topics.sort()).toEqual(expected)
  if (expected.length > 0) expect(countersOnly).toBe(counters !== undefined)
})
