import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { applyActivityLogSignals } from '../../facts/apply-activity-log.ts'
import { findConfigurationCause } from './configuration-cause.ts'
import { assignCandidateCauses } from './index.ts'

const AT = 100 * MS_PER_MINUTE
const SUBSCRIPTION = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'

const rowOf = (resource: string, operation: string, group: string) => ({
  eventDataId: 'e1',
  correlationId: null,
  at: AT - 2 * MS_PER_MINUTE,
  submittedAt: null,
  operation,
  status: 'Succeeded',
  resourceId: `${SUBSCRIPTION.replace('/g/', `/${group}/`)}/connections/${resource}`,
  caller: 'alice',
  category: 'Administrative',
})

/** Returns an estate whose log reports a change of one resource, two minutes before the event. */
function changed(
  resource: string,
  operation = 'Microsoft.Network/connections/write',
  group = 'elsewhere',
): DetectionContext {
  const mark: DetectionContext['mark'] = {
    sourceId: 9,
    scope: 'subscription',
    subresource: '',
    kind: 'activity',
    startedAt: AT,
    finishedAt: AT + 2_000,
    outcome: 'ok',
    previousOkAt: AT - 5 * MS_PER_MINUTE,
    previousAttemptAt: AT - 5 * MS_PER_MINUTE,
    silentInstances: [],
  }
  const connections = [
    { scope: 'cxn-lon', gateway: HUB_GATEWAY_NAME, circuit: 'ckt-lon', weight: 0 },
    { scope: 'cxn-ams', gateway: HUB_GATEWAY_NAME, circuit: 'ckt-ams', weight: 0 },
  ]
  const known = createTwoCircuitEstate().topology()
  const circuits = known.circuits.map((circuit) => ({ ...circuit, resourceGroup: '/subscriptions/s/resourcegroups/g' }))
  const topology = { ...known, circuits, connections }
  const context: DetectionContext = {
    topology,
    scopes: {},
    mark,
    everyMs: 5 * MS_PER_MINUTE,
    settings: defaultSettings,
  }
  applyActivityLogSignals(
    context,
    [{ type: 'activity', rows: [rowOf(resource, operation, group)] }],
    (id) => id.split('/').at(-1) ?? '',
  )
  return context
}

const shiftOf = (scope: string): DetectedEvent => ({
  key: 'e',
  kind: 'best_path_shift',
  severity: 'minor',
  scope,
  subject: 'ckt-lon > ckt-ams',
  started: { earliest: AT - MS_PER_MINUTE, latest: AT },
  ended: null,
  duration: null,
  detectedAt: AT,
  evidence: [],
  causes: [],
  flags: [],
})

describe('a change that the log reports', () => {
  it.each([
    ['on the very object', 'ckt-lon', 'ckt-lon', 0.9],
    ['on the gateway that it hangs on', HUB_GATEWAY_NAME, 'ckt-lon', 0.7],
    ['on the connection of the circuit', 'cxn-lon', 'ckt-lon', 0.7],
    ['on a connection of the gateway', 'cxn-lon', HUB_GATEWAY_NAME, 0.7],
    ['on the connection of another circuit', 'cxn-ams', 'ckt-lon', null],
    ['on what nobody knows', 'cxn-elsewhere', 'ckt-lon', null],
  ])('%s', (_, resource, scope, confidence) => {
    expect(findConfigurationCause(changed(resource), shiftOf(scope))?.confidence ?? null).toBe(confidence)
  })

  it('is no more than a candidate where it only was made in the same resource group', () => {
    const context = changed('nsg', 'Microsoft.Network/networkSecurityGroups/write', 'G')
    const live = storeEventInScope(context, shiftOf('ckt-lon'))
    expect(findConfigurationCause(context, live.event)?.confidence).toBe(0.3)
    live.event = { ...live.event, kind: 'redundancy_lost' }
    assignCandidateCauses(context)
    expect(live.event.causes.map(({ class: name }) => name)).toEqual(['unknown_cause', 'configuration_change'])
    expect(findConfigurationCause(changed('cxn-lon', undefined, 'g'), shiftOf('ckt-lon'))?.confidence).toBe(0.7)
  })

  it('is kept of a crowded resource group a few times only', () => {
    const context = changed('nsg', undefined, 'g')
    const [entry] = context.scopes['ckt-lon']?.logged ?? []
    const rows = Array.from({ length: 100 }, (_, n) => ({
      ...rowOf('nsg', 'Microsoft.Network/networkSecurityGroups/write', 'g'),
      eventDataId: `more ${n}`,
    }))
    applyActivityLogSignals(context, [{ type: 'activity', rows }], (id) => id.split('/').at(-1) ?? '')
    expect(entry?.inGroup).toBe(true)
    expect(context.scopes['ckt-lon']?.logged).toHaveLength(20)
  })

  it('is none where somebody only read', () => {
    const read = changed('cxn-lon', 'Microsoft.Network/connections/read')
    expect(findConfigurationCause(read, shiftOf('ckt-lon'))).toBeNull()
  })

  it.each([
    // until a hold time and a poll after the change was done
    [4, ['Succeeded'], 0.7],
    [5, ['Succeeded'], null],
    // a change reported only as accepted counts for at most 15 minutes, or until it is done
    [15, ['Accepted'], 0.7],
    [16, ['Accepted'], null],
    [5, ['Accepted', 'Succeeded'], 0.7],
    [6, ['Accepted', 'Succeeded'], null],
  ] as const)('explains a loss %i minutes later if the log reports %j', (minutes, statuses, confidence) => {
    const context = { ...changed('cxn-lon'), scopes: {} }
    const rows = statuses.map((status, n) => ({
      ...rowOf('cxn-lon', 'Microsoft.Network/connections/write', 'g'),
      eventDataId: `e${n}`,
      at: AT + n * MS_PER_MINUTE,
      status,
    }))
    applyActivityLogSignals(context, [{ type: 'activity', rows }], (id) => id.split('/').at(-1) ?? '')
    const at = AT + minutes * MS_PER_MINUTE
    const event = { ...shiftOf('ckt-lon'), started: { earliest: at, latest: at } }
    expect(findConfigurationCause(context, event)?.confidence ?? null).toBe(confidence)
  })

  it('is none of a neighbor of another connection, nor of a lost instance', () => {
    const session = (neighbor: string): DetectedEvent => ({
      ...shiftOf(HUB_GATEWAY_NAME),
      kind: 'session_down',
      subject: `10.0.4.12~${neighbor}`,
    })
    const context = changed('cxn-lon')
    const neighborOfCircuit = (circuit: string) =>
      context.topology.mappings.find((known) => known.gateway === HUB_GATEWAY_NAME && known.circuit === circuit)
        ?.neighbor ?? ''
    expect(findConfigurationCause(context, session(neighborOfCircuit('ckt-lon')))?.confidence).toBe(0.7)
    expect(findConfigurationCause(context, session(neighborOfCircuit('ckt-ams')))).toBeNull()
    expect(
      findConfigurationCause(context, {
        ...shiftOf(HUB_GATEWAY_NAME),
        kind: 'gateway_instance_lost',
        subject: '10.0.4.12',
      }),
    ).toBeNull()
  })

  it.each(['listed', 'removed'])('is none of routes of other circuits than that of the %s connection', (connection) => {
    const context = changed('cxn-lon')
    if (connection === 'removed') context.topology.connections?.shift()
    const neighborsOf = (circuit: string) =>
      context.topology.mappings
        .filter((known) => known.gateway === HUB_GATEWAY_NAME && known.circuit === circuit)
        .map(({ neighbor }) => neighbor)
    const outage: DetectedEvent = { ...shiftOf(HUB_GATEWAY_NAME), kind: 'no_path', subject: 'dc-a' }
    const [lon, ams] = [neighborsOf('ckt-lon'), neighborsOf('ckt-ams')]
    expect(findConfigurationCause(context, outage, ams)).toBeNull()
    expect(findConfigurationCause(context, outage, lon)?.confidence).toBe(0.7)
    expect(findConfigurationCause(context, outage, [...lon, ...ams])?.confidence).toBe(0.7)
  })
})
