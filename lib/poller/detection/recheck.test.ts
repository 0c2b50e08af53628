import { expect, it } from 'vitest'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '#lib/detection/testing/happenings.ts'
import { runTestTimeline } from '../memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimelineChange } from '../memory/testing/timeline.ts'
import { createPostgresStore } from './detection-store.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const PATHS = ['primary', 'secondary'] as const
const from = (act: TestTimelineChange['do']): TestTimelineChange => ({ at: '10:00:30', do: act })
const until = (act: TestTimelineChange['do']): TestTimelineChange => ({ at: '10:03:30', do: act })

// Each circuit and gateway waits for a condition during the fault, and part of the fault happens in another circuit or
// gateway.
it.each<[string, TestTimelineChange[]]>([
  [
    'sessions of a gateway',
    [
      from((w) => LON.forEach((neighbor) => endSimulatedNeighborSessions(w, neighbor))),
      until((w, at) => LON.forEach((neighbor) => startSimulatedNeighborSessions(w, neighbor, at))),
    ],
  ],
  [
    'a path of a circuit',
    [
      from((w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
      until((w, at) => startSimulatedCustomerSession(w, 'ckt-lon', 'primary', at)),
    ],
  ],
  [
    'both paths and their routes',
    [
      from((w) => {
        for (const path of PATHS) endSimulatedCustomerSession(w, 'ckt-lon', path)
        withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
      }),
      until((w, at) => {
        for (const path of PATHS) startSimulatedCustomerSession(w, 'ckt-lon', path, at)
        announceSimulatedPrefixes(w, LON, SITE_A_PREFIXES, [65001])
        announceSimulatedPrefixes(w, LON, SITE_B_PREFIXES, [65001, 65001, 65001])
      }),
    ],
  ],
])('nothing is folded for its own sake once %s are well again', async (_, truth) => {
  const player = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:55', to: '10:50', truth })
  expect(player.events).not.toEqual([])
  const scopes = ['ckt-lon', 'ckt-ams', 'ergw-hub']
  const due = await Promise.all(scopes.map((scope) => player.isRecheckDue([scope], parseTimeOfSimulatedDay('10:50'))))
  expect(scopes.filter((_scope, i) => due[i])).toEqual([])
})

it('when a scope must be folded again is written where that differs from what is kept', async () => {
  const kept = { scope: 'lon', state: {}, recheck_at: new Date(5), awaits: [] }
  const writes: string[] = []
  const query = async (text: string, [values]: [unknown]) => {
    if (/^(INSERT|UPDATE)/.test(text)) writes.push(String(values))
    return { rows: text.includes('FROM detection_scope') ? [kept] : [] }
  }
  const store = createPostgresStore({ query } as never)
  await store.loadScopes(['lon'])
  await store.saveRechecks([{ scope: 'lon', recheckAt: 5 }])
  expect(writes).toEqual([])
  await store.saveRechecks([{ scope: 'lon', recheckAt: 5, awaits: ['bytes'] }])
  await store.saveRechecks([{ scope: 'lon', recheckAt: 5, awaits: ['bytes'] }])
  await store.saveScopes([{ scope: 'lon', state: {}, recheckAt: 9 }])
  await store.saveRechecks([{ scope: 'lon', recheckAt: 9 }])
  await store.saveRechecks([{ scope: 'lon', recheckAt: 5 }])
  expect(writes.map((text) => JSON.parse(text)[0])).toMatchObject([
    { awaits: ['bytes'] },
    { recheckAt: 9 },
    { recheckAt: 5 },
  ])
})
