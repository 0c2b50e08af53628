/**
 * The Activity log: entries of the timeline's configuration happenings, which appear minutes after the change, and
 * entries of a poller's own POSTs. One change is three events with one correlation ID. The newest event is first.
 */
import { computeHappeningOccurrenceTimes } from '../consequences.ts'
import { formatIsoTimestamp, parseDuration } from '../duration.ts'
import { generateEffectOccurrences } from '../effect.ts'
import type { SimulatedWorld } from '../world.ts'
import { type ConfigurationHappening, findGroupOfConfiguredResource } from './configured-group.ts'
import { type ArmOperationContext, gatewayId, resourceId, getSubscriptionOfRequestPath } from './context.ts'
import { listStartedSiteFailoverTests } from './gateway-reports.ts'
import { listMaintenancesOfSubscription } from './health.ts'
import { ArmError } from './message.ts'

const RETENTION = 90 * 86_400_000
/** Interval of an artificial entry for each gateway, in milliseconds. */
const NOISE_EVERY = 300_000
const NOISE_DELAY = 240_000
const MAX_NOISE = 2_000

interface Entry {
  readonly at: number
  readonly seen: number
  readonly operation: string
  readonly resource: string
  readonly group: string
  readonly caller: string
  readonly status: string
  readonly correlation: string
  /** Provider of the entry. Azure's portal finds Service Health's notices by `Azure.Health`. */
  readonly provider: 'Microsoft.Network' | 'Azure.Health'
  readonly notice?: Readonly<Record<string, string | null>>
}

const TYPES = {
  circuit: ['expressRouteCircuits', 'expressRouteCircuits/write'],
  peering: ['expressRouteCircuits', 'expressRouteCircuits/peerings/write'],
  connection: ['connections', 'connections/write'],
  gateway: ['virtualNetworkGateways', 'virtualNetworkGateways/write'],
  vnet: ['virtualNetworks', 'virtualNetworks/write'],
  'vnet-peering': ['virtualNetworks', 'virtualNetworks/virtualNetworkPeerings/write'],
  'route-filter': ['routeFilters', 'routeFilters/write'],
  lag: ['expressRouteLags', 'expressRouteLags/write'],
  'route-map': ['virtualHubs', 'virtualHubs/routeMaps/write'],
  hub: ['virtualHubs', 'virtualHubs/write'],
} as const
const CHILDREN: Partial<Record<ConfigurationHappening['kind'], string>> = {
  peering: 'peerings',
  'vnet-peering': 'virtualNetworkPeerings',
  'route-map': 'routeMaps',
}

function changes(world: SimulatedWorld, h: ConfigurationHappening, id: string, from: number, to: number): Entry[] {
  const group = findGroupOfConfiguredResource(world.scenario, h)
  if (!group) return []
  const [type, write] = TYPES[h.kind]
  const child = h.child ? `/${CHILDREN[h.kind]}/${h.child}` : ''
  const resource = `${resourceId(world, group, type, h.name)}${child}`
  const operation = h.operation ?? `Microsoft.Network/${write}`
  const { caller } = h
  const delay = parseDuration(h.logDelay) ?? 0
  const entry = (at: number, status: string, after: number, verb: string, n: string): Entry => ({
    at: at + after,
    seen: at + after + delay,
    operation: verb,
    resource,
    group,
    caller,
    status,
    provider: 'Microsoft.Network',
    correlation: world.topology.guid(`${id}/${n}`),
  })
  const window = computeHappeningOccurrenceTimes(h, world.origin)
  return [...generateEffectOccurrences({ ...window }, from - 60_000, to)].flatMap((o) =>
    // the begin of a happening changes the configuration, and its end changes it back; both are logged
    [
      { at: o.from, verb: h.absent ? operation.replace(/write$/, 'delete') : operation },
      { at: o.until, verb: operation },
    ]
      .filter(({ at }) => Number.isFinite(at) && at >= world.timeline.epoch)
      .flatMap(({ at, verb }) => [
        entry(at, 'Started', 0, verb, String(at)),
        entry(at, 'Accepted', 900, verb, String(at)),
        entry(at, 'Succeeded', 4_200, verb, String(at)),
      ]),
  )
}

function noise(world: SimulatedWorld, subscription: string, from: number, to: number): Entry[] {
  const gateways = world.scenario.gateways.filter(
    (g) => world.topology.groups.get(g.group)?.subscription === subscription,
  )
  const first = Math.max(Math.ceil(from / NOISE_EVERY), Math.floor(to / NOISE_EVERY) - MAX_NOISE)
  return gateways.flatMap((g) =>
    Array.from({ length: Math.max(0, Math.floor(to / NOISE_EVERY) - first + 1) }, (_, n): Entry => {
      const at = (first + n) * NOISE_EVERY
      return {
        at,
        seen: at + NOISE_DELAY,
        operation: 'microsoft.network/virtualnetworkgateways/getbgppeerstatus/action',
        resource: gatewayId(world, g),
        group: g.group,
        caller: '00000000-c0de-4000-8000-0000000000aa',
        status: 'Succeeded',
        provider: 'Microsoft.Network',
        correlation: world.topology.guid(`noise/${g.name}/${at}`),
      }
    }),
  )
}

interface Filter {
  readonly from: number
  readonly to: number
  readonly keep: (e: Entry) => boolean
}

/**
 * Parses the filter of a request. It may limit the time, and it may name at most one of group, resource, provider and
 * correlation ID. Other forms are refused.
 */
function parseFilter(c: ArmOperationContext): Filter {
  const text = c.query.get('$filter')
  if (!text) throw new ArmError(400, 'BadRequest', "The query parameter '$filter' is required.")
  let from = c.at - RETENTION
  let to = c.at
  let keep: Filter['keep'] = () => true
  let narrowed = 0
  for (const part of text.split(/\s+and\s+/i)) {
    const [, name, operator, value = ''] = /^\s*(\w+)\s+(ge|le|eq)\s+'([^']*)'\s*$/i.exec(part) ?? []
    const key = `${name?.toLowerCase()} ${operator?.toLowerCase()}`
    const same = (a: string): boolean => a.toLowerCase() === value.toLowerCase()
    if (key === 'eventtimestamp ge') from = Math.max(from, Date.parse(value))
    else if (key === 'eventtimestamp le') to = Date.parse(value)
    else {
      narrowed += 1
      if (key === 'resourcegroupname eq') keep = (e) => same(e.group)
      else if (key === 'resourceuri eq' || key === 'resourceid eq') keep = (e) => same(e.resource)
      else if (key === 'resourceprovider eq') keep = (e) => same(e.provider)
      else if (key === 'correlationid eq') keep = (e) => same(e.correlation)
      else throw new ArmError(400, 'BadRequest', `The filter '${part}' is not supported.`)
    }
  }
  if (Number.isNaN(from) || Number.isNaN(to)) throw new ArmError(400, 'BadRequest', 'A time in the filter is invalid.')
  if (narrowed > 1) throw new ArmError(400, 'BadRequest', 'The filter may narrow by one field only.')
  return { from, to, keep }
}

/** Returns Service Health's notices about maintenance: planned, in progress, complete. */
function notices(world: SimulatedWorld, subscription: string): Entry[] {
  return listMaintenancesOfSubscription(world, subscription).flatMap((work): Entry[] =>
    work.stages.map(({ at, stage, status }) => ({
      at,
      seen: at + work.noticeDelay,
      operation: 'Microsoft.ServiceHealth/maintenance/action',
      resource: `/subscriptions/${subscription}`,
      group: '',
      caller: '',
      status,
      correlation: world.topology.guid(`health/${work.trackingId}/${stage}`),
      provider: 'Azure.Health',
      notice: {
        title: work.title,
        service: work.service,
        region: work.region,
        communication: work.text,
        incidentType: 'Maintenance',
        trackingId: work.trackingId,
        impactStartTime: formatIsoTimestamp(work.from),
        impactMitigationTime: formatIsoTimestamp(work.until),
        stage,
        communicationId: work.trackingId,
        version: '0.1.1',
      },
    })),
  )
}

/** Returns starts and stops of failover tests, with the names of their operations. */
function siteTests(world: SimulatedWorld, subscription: string, at: number): Entry[] {
  return world.scenario.gateways
    .filter(({ group }) => world.topology.groups.get(group)?.subscription === subscription)
    .flatMap((gateway) =>
      listStartedSiteFailoverTests(world, gateway, at).flatMap(({ id, from, until, status }) =>
        (status === 'Completed' ? (['start', 'stop'] as const) : (['start'] as const)).map((word): Entry => {
          const moment = word === 'start' ? from : until
          return {
            at: moment,
            seen: moment + NOISE_DELAY,
            operation: `Microsoft.Network/virtualNetworkGateways/${word}SiteFailoverTest/action`,
            resource: gatewayId(world, gateway),
            group: gateway.group,
            caller: 'ada@example.com',
            status: 'Succeeded',
            provider: 'Microsoft.Network',
            correlation: world.topology.guid(`${id}/${word}`),
          }
        }),
      ),
    )
}

const both = (value: string) => ({ value, localizedValue: value })

function body(c: ArmOperationContext, subscription: string, e: Entry) {
  const id = c.world.topology.guid(`${e.correlation}/${e.status}`)
  return {
    id: `${e.resource}/events/${id}/ticks/${e.at * 10_000}`,
    eventDataId: id,
    correlationId: e.correlation,
    operationId: e.correlation,
    eventName: both(e.status === 'Started' ? 'BeginRequest' : 'EndRequest'),
    category: both('Administrative'),
    level: e.status === 'Failed' ? 'Error' : 'Informational',
    operationName: both(e.operation),
    status: both(e.status),
    subStatus: both(
      e.status === 'Started' || e.status === 'Failed'
        ? ''
        : e.status === 'Accepted'
          ? 'Accepted (HTTP Status Code: 202)'
          : 'OK (HTTP Status Code: 200)',
    ),
    caller: e.caller,
    channels: 'Operation',
    eventTimestamp: formatIsoTimestamp(e.at),
    submissionTimestamp: formatIsoTimestamp(e.seen),
    resourceGroupName: e.group,
    resourceId: e.resource,
    resourceProviderName: both('Microsoft.Network'),
    resourceType: both(`Microsoft.Network/${e.resource.split('/')[7] ?? ''}`),
    subscriptionId: subscription,
    authorization: { action: e.operation, scope: e.resource },
    properties: {
      statusCode: e.status === 'Succeeded' ? 'OK' : e.status,
      eventCategory: 'Administrative',
      entity: e.resource,
    },
  }
}

function noticeBody(c: ArmOperationContext, subscription: string, e: Entry) {
  const id = c.world.topology.guid(`${e.correlation}/${e.status}`)
  return {
    id: `${e.resource}/events/${id}/ticks/${e.at * 10_000}`,
    eventDataId: id,
    correlationId: e.correlation,
    operationId: e.correlation,
    channels: 'Admin',
    description: `${e.status}: ${e.notice?.title}`,
    eventName: { value: null },
    category: { value: 'ServiceHealth', localizedValue: 'Service Health' },
    level: 'Informational',
    operationName: both(e.operation),
    status: both(e.status),
    subStatus: { value: null },
    eventTimestamp: formatIsoTimestamp(e.at),
    submissionTimestamp: formatIsoTimestamp(e.seen),
    resourceId: e.resource,
    resourceProviderName: { value: null },
    resourceType: { value: null, localizedValue: '' },
    subscriptionId: subscription,
    properties: e.notice,
  }
}

/** Returns the entries of the pollers' own POSTs. */
function actions(c: ArmOperationContext, subscription: string, from: number, to: number): Entry[] {
  const { log } = c.memory
  if (!log) return noise(c.world, subscription, from, to)
  return log.entries(subscription, from, to, c.at).map(({ action, at, seen, status }) => ({
    at,
    seen,
    operation: action.operation,
    resource: action.resource,
    group: action.group,
    caller: action.caller,
    status,
    provider: 'Microsoft.Network',
    correlation: c.world.topology.guid(`action/${action.resource}/${action.operation}/${action.at}`),
  }))
}

/** Returns a function that keeps the fields in `$select`; by default all fields of an event. */
function selection(c: ArmOperationContext): (event: object) => object {
  const text = c.query.get('$select')
  if (!text) return (event) => event
  const names = new Set(text.split(',').map((name) => name.trim().toLowerCase()))
  return (event) => Object.fromEntries(Object.entries(event).filter(([name]) => names.has(name.toLowerCase())))
}

/** Rows that are built only for the requested page. */
export interface LazilyPagedRows {
  readonly length: number
  readonly slice: (from: number, to: number) => unknown[]
}

/**
 * Answers GET /subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values. It filters by time and at
 * most one other field, but never by caller ("Activity Logs - List", `$filter` and `$select`).
 */
export function answerActivityLogEvents(c: ArmOperationContext): LazilyPagedRows {
  const { id } = getSubscriptionOfRequestPath(c)
  const { from, to, keep } = parseFilter(c)
  const { world } = c
  const written = world.timeline.entries.flatMap(({ id: entry, happening }) => {
    if (happening.op !== 'configuration' || !happening.logged) return []
    const group = findGroupOfConfiguredResource(world.scenario, happening)
    return group && world.topology.groups.get(group)?.subscription === id
      ? changes(world, happening, entry, from, to)
      : []
  })
  const select = selection(c)
  const found = [...written, ...notices(world, id), ...siteTests(world, id, to), ...actions(c, id, from, to)]
    .filter((e) => e.seen <= c.at && e.at >= from && e.at <= to && keep(e))
    .sort((a, b) => b.at - a.at || (a.status < b.status ? -1 : 1))
  return {
    length: found.length,
    slice: (first, end) => found.slice(first, end).map((e) => select(e.notice ? noticeBody(c, id, e) : body(c, id, e))),
  }
}
