import { describe, expect, it } from 'vitest'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { canBeSingleFault } from './symptoms.ts'
import { groupEventsIntoIncidents } from '../incidents.ts'
import { GATEWAY_INSTANCE_ADDRESSES, HUB_GATEWAY_NAME } from '../../../testing/estates.ts'
import {
  addPathDownTestEvent,
  contextWithPolls,
  storeDownTestSessions,
  storeLostTestInstance,
  TEST_PATH_SUBJECTS,
} from './testing.ts'

describe('paths of two circuits at one place', () => {
  const siblings = ['ckt-lon', 'ckt-lon2'].map((circuit) => `${circuit} ${TEST_PATH_SUBJECTS[1]} summary`)
  it.each<[string, Record<string, EpochMs>, boolean]>([
    ['may be one fault while nobody has checked the others', {}, true],
    ['while the others were seen only before', { [siblings[0] ?? '']: 9 * MS_PER_MINUTE }, true],
    ['while they may yet fall with them', { [siblings[0] ?? '']: 10 * MS_PER_MINUTE + 59_000 }, true],
    ['are two faults once one of the others is seen to be well', { [siblings[1] ?? '']: 11 * MS_PER_MINUTE }, false],
  ])('%s', (_, lastGoodPollAt, isOne) => {
    const estate = contextWithPolls(lastGoodPollAt)
    expect(
      canBeSingleFault(estate, [addPathDownTestEvent(estate, 'ckt-lon')], addPathDownTestEvent(estate, 'ckt-lon2')),
    ).toBe(isOne)
  })

  it('and nothing speaks against one where no path fell at all', () => {
    const estate = contextWithPolls({ [siblings[0] ?? '']: 15 * MS_PER_MINUTE })
    const [one, other] = ['ckt-lon', 'ckt-lon2'].map((circuit) =>
      addPathDownTestEvent(estate, circuit, 'bandwidth_high'),
    )
    expect(one && other && canBeSingleFault(estate, [one], other)).toBe(true)
  })
})

describe('a lost gateway instance with many sessions', () => {
  it('and one lost path are two faults in either order', () => {
    const estate = contextWithPolls({})
    const [instance, path] = [storeLostTestInstance(estate), addPathDownTestEvent(estate, 'ckt-ams')]
    expect(canBeSingleFault(estate, [instance], path)).toBe(false)
    expect(canBeSingleFault(estate, [path], instance)).toBe(false)
  })

  it('does not separate the circuits of a provider that is lost soon afterwards', () => {
    const estate = contextWithPolls({})
    const instance = storeLostTestInstance(estate)
    groupEventsIntoIncidents(estate)
    const paths = ['ckt-ams', 'ckt-lon2'].map((circuit) => addPathDownTestEvent(estate, circuit))
    groupEventsIntoIncidents(estate)
    const [own, ...others] = new Set(paths.map(({ event }) => event.incident))
    expect(own).toBeDefined()
    expect(own).not.toBe(instance.event.incident)
    expect(others).toEqual([])
  })
})

describe('a circuit that was lost with all paths of a site', () => {
  const [first, second] = GATEWAY_INSTANCE_ADDRESSES
  it.each([
    ['gateway_instance_lost', second],
    ['session_down', `${first}~${second}`],
  ] as const)('is a separate incident from %s', (kind, subject) => {
    const estate = contextWithPolls({})
    storeDownTestSessions(estate, ['10.0.4.20', '10.0.4.21'])
    const { sessions = {} } = estate.scopes[HUB_GATEWAY_NAME] ?? {}
    for (const session of Object.values(sessions))
      sessions['between instances'] ??= { ...session, localAddress: first, neighbor: second }
    const circuit = addPathDownTestEvent(estate, 'ckt-ams', 'circuit_down')
    const outage = addPathDownTestEvent(estate, HUB_GATEWAY_NAME, 'no_path', 'dc-b')
    outage.peersBefore = estate.topology.mappings.flatMap((one) => (one.circuit === 'ckt-ams' ? one.neighbor : []))
    groupEventsIntoIncidents(estate)
    expect(outage.event.incident).toBe(circuit.event.incident)
    const instance = addPathDownTestEvent(estate, HUB_GATEWAY_NAME, kind, subject)
    groupEventsIntoIncidents(estate)
    expect(instance.event.incident).toBeTruthy()
    expect(instance.event.incident).not.toBe(circuit.event.incident)
  })
})

it.each([
  ['circuit_down ckt-lon', 'global_reach_disconnected ckt-lon2'],
  ['global_reach_disconnected ckt-lon2', 'circuit_down ckt-lon'],
])('%s and then %s at the same place are separate incidents', (...order) => {
  const estate = contextWithPolls({})
  const incidents = order.map((text) => {
    const isReach = text.startsWith('global_reach')
    const live = isReach
      ? addPathDownTestEvent(estate, 'ckt-lon2', 'global_reach_disconnected', 'reach-1')
      : addPathDownTestEvent(estate, 'ckt-lon', 'circuit_down')
    groupEventsIntoIncidents(estate)
    return live.event.incident
  })
  expect(incidents.every(Boolean)).toBe(true)
  expect(new Set(incidents).size).toBe(2)
})

describe('a session that was lost before the provider of its circuit', () => {
  it('does not separate the circuits of the provider', () => {
    const estate = contextWithPolls({})
    const neighbor = estate.topology.mappings.find(({ circuit }) => circuit === 'ckt-ams')?.neighbor ?? ''
    storeDownTestSessions(estate, [neighbor])
    const earlier = addPathDownTestEvent(estate, HUB_GATEWAY_NAME, 'session_down', `10.0.4.13~${neighbor}`)
    earlier.event = { ...earlier.event, started: { earliest: 7 * MS_PER_MINUTE, latest: 8 * MS_PER_MINUTE } }
    groupEventsIntoIncidents(estate)
    const paths = ['ckt-ams', 'ckt-lon2'].map((circuit) => addPathDownTestEvent(estate, circuit, 'circuit_down'))
    groupEventsIntoIncidents(estate)
    expect(new Set([earlier, ...paths].map(({ event }) => event.incident)).size).toBe(1)
  })
})
