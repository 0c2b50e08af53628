/** Faults of ARM: the fault that applies to a call, and its effect on the response. */
import { type HappeningEffect, isEffectActiveAt, findLatestEffectOccurrence } from './effect.ts'
import { timeSpan } from './duration.ts'
import { hash32 } from './hash.ts'
import { type SimulatedHttpResponse, ArmError, errorAnswer, JSON_TYPE } from './wire/message.ts'
import type { SimulatedWorld } from './world.ts'

export type ApiFaultEffect = Extract<HappeningEffect, { kind: 'fault' }>

/** A request to which a fault may apply. */
export interface SimulatedApiCall {
  readonly operation: string
  readonly names: readonly string[]
  readonly subscription: string
  /** For a circuit's tables, the path of the circuit; otherwise ''. */
  readonly path: string
  /** The calling identity; '' if the operation needs none. */
  readonly principal: string
}

/**
 * Reports whether a fault's pattern matches an operation. `circuit` matches `circuit.arp`; `*` matches all operations
 * of ARM, but not those for tokens and prices.
 */
function covers(pattern: string, operation: string): boolean {
  if (pattern === '*') return !/^(?:token|prices)\b/.test(operation)
  return operation === pattern || operation.startsWith(`${pattern}.`)
}

/** Returns the fault that applies to a call. If there are several, the latest begun applies. */
export function findFaultOfApiCall(world: SimulatedWorld, at: number, call: SimulatedApiCall): ApiFaultEffect | null {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
  const hit = world.timeline.faults.filter(
    (f) =>
      isEffectActiveAt(f, at) &&
      covers(f.operation, call.operation) &&
      (f.resource === null || call.names.some((n) => same(n, f.resource ?? ''))) &&
      (f.subscription === null || same(f.subscription, call.subscription)) &&
      (f.principal === null || same(f.principal, call.principal)) &&
      (f.path === null || same(f.path, call.path)),
  )
  return hit.reduce<ApiFaultEffect | null>((best, f) => (best && best.from > f.from ? best : f), null)
}

/**
 * Reports whether an identity has no right at all in a subscription, because a 403 fault covers all its operations
 * there.
 */
export function isShutOut(
  world: SimulatedWorld,
  at: number,
  { subscription, principal }: Pick<SimulatedApiCall, 'subscription' | 'principal'>,
) {
  const fault = findFaultOfApiCall(world, at, {
    operation: 'subscription.get',
    names: [],
    path: '',
    subscription,
    principal,
  })
  return fault?.fault === '403' && fault.operation === '*' && fault.principal !== null
}

const ok = (body: string, type = JSON_TYPE): SimulatedHttpResponse => ({ status: 200, headers: type, body })

/** Returns the response of a fault that replaces the operation's response; null for other faults. */
export function createReplacingAnswer(fault: ApiFaultEffect, call: SimulatedApiCall): SimulatedHttpResponse | null {
  // Cost Management counts query units, and reports its Retry-After in a separate header
  const header =
    call.operation === 'bill.query' ? 'x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after' : 'retry-after'
  const wait: Record<string, string> = fault.retryAfter === null ? {} : { [header]: String(fault.retryAfter) }
  const error = (status: number, code: string, message: string): SimulatedHttpResponse =>
    errorAnswer(new ArmError(status, code, message, wait))
  switch (fault.fault) {
    case '429':
      return error(
        429,
        'TooManyRequests',
        'The server rejected the request because too many requests have been received.',
      )
    case '500':
      return error(500, 'InternalServerError', 'An error occurred.')
    case '503':
      return error(503, 'ServerBusy', 'The server is busy. Please retry.')
    case '401':
      return error(
        401,
        'ExpiredAuthenticationToken',
        'The access token expiry UTC time is earlier than current UTC time.',
      )
    case '403':
      return error(
        403,
        'AuthorizationFailed',
        `The client '${call.principal}' with object id '${call.principal}' does not have authorization to perform action '${actionOf(call)}' over scope '/subscriptions/${call.subscription}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
      )
    case '404':
      return error(404, 'ResourceNotFound', 'The resource was not found.')
    case '409':
      return error(409, 'AnotherOperationInProgress', 'Another operation on this or dependent resource is in progress.')
    case 'html':
      return {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
      }
    case 'nothing':
      return { ...ok(''), transport: 'hang' }
    case 'reset':
      return { ...ok(''), transport: 'reset' }
    default:
      return null
  }
}

/** Returns the permission that a call needs, as named in the error. */
function actionOf({ operation }: SimulatedApiCall): string {
  const [family = '', verb = ''] = operation.split('.')
  const types: Record<string, string> = {
    gateway: 'virtualNetworkGateways',
    connection: 'connections',
    circuit: 'expressRouteCircuits',
    vnet: 'virtualNetworks',
    hub: 'virtualHubs',
  }
  const actions: Record<string, string> = {
    'gateway.peers': 'getbgppeerstatus/action',
    'gateway.learned': 'getlearnedroutes/action',
    'gateway.advertised': 'getadvertisedroutes/action',
    'circuit.arp': 'peerings/arpTables/action',
    'circuit.routes': 'peerings/routeTables/action',
    'circuit.summary': 'peerings/routeTablesSummary/action',
    'circuit.stats': 'stats/read',
    'hub.effective': 'effectiveRoutes/action',
    'interface.effective': 'effectiveRouteTable/action',
    'hub.inbound': 'inboundRoutes/action',
    'hub.bgpConnections': 'bgpConnections/read',
    'hub.networkConnections': 'hubVirtualNetworkConnections/read',
  }
  if (family === 'bill') return 'Microsoft.CostManagement/query/action'
  if (family === 'metrics') return 'Microsoft.Insights/metrics/read'
  if (family === 'activity') return 'Microsoft.Insights/eventtypes/values/read'
  return `Microsoft.Network/${types[family] ?? family}/${actions[operation] ?? (verb === 'get' ? 'read' : 'read')}`
}

/**
 * Returns the virtual time whose state a response shows. A cached response always shows the state at the begin of the
 * fault.
 */
export function getStateTimeForResponse(fault: ApiFaultEffect | null, at: number): number {
  return fault?.fault === 'cached' ? (findLatestEffectOccurrence(fault, at)?.from ?? at) : at
}

type Row = Record<string, unknown>
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns a row with the same facts in other spellings: blanks, capitals, an empty last segment, numbers as text. */
function respell(r: Row): Row {
  const { network, asPath, weight } = r
  return {
    ...r,
    ...(typeof network === 'string' ? { network: `${network.toUpperCase()} ` } : {}),
    ...(typeof asPath === 'string' && asPath !== '' ? { asPath: `${asPath}-` } : {}),
    ...(typeof weight === 'number' && 'asPath' in r ? { weight: String(weight) } : {}),
    ...(r.nextHop === null ? { nextHop: '' } : {}),
  }
}

/** Formats an IPv6 prefix with all digits. */
function longForm(text: string): string {
  const [address = '', length] = text.split('/')
  const [head = '', tail] = address.split('::')
  const words = (part: string) => part.split(':').filter((word) => word !== '')
  const missing = tail === undefined ? 0 : 8 - words(head).length - words(tail).length
  const all = [...words(head), ...Array<string>(missing).fill('0'), ...words(tail ?? '')]
  return `${all.map((word) => word.padStart(4, '0')).join(':')}/${length}`
}

const TIME_SPAN = /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d{7}))?$/

/** Returns a TimeSpan that is shortened by `ms`, with the precision of a tick. It is never below zero. */
function shorter(text: string, ms: number): string {
  const [, days = 0, hours, minutes, seconds, fraction = 0] = TIME_SPAN.exec(text) ?? []
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  const elapsed = whole * 1000 + Math.floor(Number(fraction) / 10_000)
  return timeSpan(Math.max(0, elapsed - ms), Number(fraction) % 10_000)
}

function reshape(fault: ApiFaultEffect, rows: readonly unknown[]): unknown[] {
  const list = rows.filter(isRow)
  const addresses = [...new Set(list.map((r) => String(r.localAddress)))].sort()
  const touched = (r: Row): boolean =>
    (fault.instance === null || r.localAddress === fault.instance) &&
    (fault.neighbor === null || r.neighbor === fault.neighbor)
  switch (fault.fault) {
    case 'empty-table':
      return []
    case 'missing-instance':
      return list.filter((r) => String(r.localAddress) !== (fault.instance ?? addresses.at(-1)))
    case 'duplicate-rows':
      return list.flatMap((r) => (touched(r) ? [r, r] : [r]))
    case 'shuffled':
      return [...list].sort((a, b) => hash32(JSON.stringify(a)) - hash32(JSON.stringify(b)))
    case 'spelling':
      return list.map(respell)
    case 'long-spelling':
      return list.map((r) =>
        typeof r.network === 'string' && r.network.includes(':') ? { ...r, network: longForm(r.network) } : r,
      )
    case 'whole-seconds':
      return list.map((r) =>
        touched(r) && typeof r.connectedDuration === 'string'
          ? { ...r, connectedDuration: r.connectedDuration.replace(/\.\d{7}$/, '') }
          : r,
      )
    case 'null-duration':
      return list.map((r) => (touched(r) && 'connectedDuration' in r ? { ...r, connectedDuration: null } : r))
    case 'other-view':
      return list.map((r) =>
        touched(r) && typeof r.connectedDuration === 'string'
          ? { ...r, connectedDuration: shorter(r.connectedDuration, fault.skew) }
          : r,
      )
    case 'state-unknown':
      return list.map((r) =>
        touched(r) && 'state' in r ? { ...r, state: 'Unknown', connectedDuration: null, routesReceived: 0 } : r,
      )
    default:
      return [...rows]
  }
}

/** Applies a fault to a good final response. */
export function applyBodyFault(fault: ApiFaultEffect, good: SimulatedHttpResponse): SimulatedHttpResponse {
  if (good.status !== 200) return good
  switch (fault.fault) {
    case 'garbage':
      return ok('{"value":[{"localAddress":"10.0.4.12",,}]<!-- proxy -->')
    case 'half-body':
      return { ...good, transport: 'truncate' }
    case 'empty':
      return ok('{}')
    case 'null':
      return ok('null')
    case 'no-body':
      return ok('')
    case 'null-value':
      return ok('{"value":null}')
    case 'slow':
      return { ...good, transport: 'slow' }
    default:
      break
  }
  const value: unknown = JSON.parse(good.body)
  if (!isRow(value) || !Array.isArray(value.value)) return good
  return { ...good, body: JSON.stringify({ ...value, value: reshape(fault, value.value) }) }
}
