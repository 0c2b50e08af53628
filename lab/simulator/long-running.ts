/** Diagnostic POSTs as long-running operations: start, polling, end. */
import type { SimulatorRequestContext } from './asked.ts'
import { findFaultOfApiCall, createReplacingAnswer } from './faults.ts'
import { createApiCallOfOperation, createFinalOperationResponse } from './finished.ts'
import { madeUpGuid } from './hash.ts'
import { findNetworkProviderRegion } from './limits/admission.ts'
import { retryAfter as retryAfterIn } from './limits/retry-after.ts'
import { decodeOperation, encodeOperation, type LroStyle, type EncodedLongRunningOperation } from './lro.ts'
import { runTime } from './run-time.ts'
import { ArmError, JSON_TYPE, type SimulatedHttpResponse } from './wire/message.ts'
import { type MatchedArmOperation, findOperationOfRequestPath } from './wire/routes.ts'

function operationLinks(asked: SimulatorRequestContext, o: EncodedLongRunningOperation): Record<string, string> {
  const subscription = asked.url.pathname.split('/').filter(Boolean)[1] ?? ''
  const region = findNetworkProviderRegion(asked.world, asked.url.pathname)
  const at = `${asked.base}/subscriptions/${subscription}/providers/Microsoft.Network/locations/${region}`
  const version = `?api-version=${asked.url.searchParams.get('api-version')}`
  const id = encodeOperation(o)
  return {
    ...(o.style === 'location' || o.style === 'both' ? { location: `${at}/operationResults/${id}${version}` } : {}),
    ...(o.style === 'azure-async' || o.style === 'both'
      ? { 'azure-asyncoperation': `${at}/operations/${id}${version}` }
      : {}),
  }
}

function retryAfter({ world, memory, options }: SimulatorRequestContext): Record<string, string> {
  const seconds = memory.profile.operations?.retryAfter ?? world.scenario.protocol.lro.retryAfter
  return seconds === undefined ? {} : retryAfterIn(seconds * 1000, options.speed ?? 1)
}

/** The operation's name in errors: `GetBgpPeerStatusOperation`. */
const OPERATION_NAMES: Readonly<Record<string, string>> = {
  'gateway.peers': 'GetBgpPeerStatus',
  'gateway.learned': 'GetLearnedRoutes',
  'gateway.advertised': 'GetAdvertisedRoutes',
  'gateway.effective': 'GetEffectiveRoutes',
  'gateway.routesInformation': 'GetRoutesInformation',
  'gateway.resiliency': 'GetResiliencyInformation',
  'gateway.failoverTests': 'GetFailoverAllTestsDetails',
  'gateway.failoverTest': 'GetFailoverSingleTestDetails',
  'hub.effective': 'GetEffectiveVirtualHubRoutes',
  'hub.inbound': 'GetInboundRoutes',
  'interface.effective': 'GetEffectiveRouteTable',
  'circuit.arp': 'GetExpressRouteCircuitArpTable',
  'circuit.routes': 'GetExpressRouteCircuitRoutesTable',
  'circuit.summary': 'GetExpressRouteCircuitRoutesTableSummary',
}

/** Returns the gateway, hub or circuit of a POST, without child resources. */
const resourceOf = (path: string): string => `/${path.split('/').filter(Boolean).slice(0, 8).join('/')}`

/** Locks the resource and writes entries of the Activity log, if the profile has locks and such entries. */
function start(
  asked: SimulatorRequestContext,
  { route, params }: MatchedArmOperation,
  operation: EncodedLongRunningOperation,
  links: Record<string, string>,
): void {
  const { memory, at, principal, request, url } = asked
  const segments = url.pathname.split('/').filter(Boolean)
  const write = (refused: boolean): void =>
    memory.log?.write(params.subscription ?? '', {
      at,
      ends: refused ? at : operation.ready,
      refused,
      operation: actionName(segments),
      resource: `/${segments.slice(0, params.peering ? 10 : 8).join('/')}`,
      group: params.group ?? '',
      caller: principal,
    })
  const lock = {
    operation: `${OPERATION_NAMES[route.operation] ?? route.operation}Operation`,
    id: madeUpGuid(`operation/${request.target}/${at}`),
    resource: resourceOf(url.pathname),
    place: links['azure-asyncoperation'] ?? links.location ?? '',
    until: operation.ready,
  }
  try {
    memory.locks?.take(lock, at, asked.options.speed ?? 1)
  } catch (error) {
    write(true)
    throw error
  }
  write(false)
}

/** Returns the action as in the Activity Log: `microsoft.network/virtualnetworkgateways/getbgppeerstatus/action`. */
function actionName(segments: readonly string[]): string {
  const [type = '', , child = '', , table = ''] = segments.slice(6).map((s) => s.toLowerCase())
  return `microsoft.network/${type}/${child}/${table === '' ? '' : `${table}/`}action`
}

/** Starts a long-running POST. The resource must exist, and the result is available later. */
export function startLongRunningOperation(
  asked: SimulatorRequestContext,
  found: MatchedArmOperation,
  style: LroStyle,
): SimulatedHttpResponse {
  const { world, at, request, memory } = asked
  // an invalid request is refused immediately, and not only when the operation ends
  const early = createFinalOperationResponse(asked, found, null)
  if (early.status !== 200) return early
  const takes = runTime(world, memory.profile, found, request.target, at)
  const operation: EncodedLongRunningOperation = {
    target: request.target,
    body: request.body ?? '',
    at: at + takes / 2,
    ready: at + takes,
    style,
  }
  const links = operationLinks(asked, operation)
  start(asked, found, operation, links)
  const headers = { ...JSON_TYPE, ...links, ...retryAfter(asked) }
  return { status: 202, headers, body: emptyBody(asked, found) }
}

/**
 * Returns the body of a 202. In recordings it is the literal null for gateways and circuits. By the specification
 * circuits have no body.
 */
function emptyBody({ memory }: SimulatorRequestContext, { route }: MatchedArmOperation): string {
  return route.family === 'gateway' || memory.profile.form === 'recorded' ? 'null' : ''
}

/** Answers a request for the URL of an operation. */
export function answerOperationPoll(asked: SimulatorRequestContext, kind: string, id: string): SimulatedHttpResponse {
  const { world } = asked
  const operation = decodeOperation(id)
  const target = operation ? new URL(operation.target, asked.base) : null
  const found = target ? findOperationOfRequestPath('POST', target.pathname) : null
  if (!operation || !target || !found)
    throw new ArmError(404, 'NotFound', `The operation '${id.slice(0, 40)}' was not found.`)
  const call = createApiCallOfOperation(found, asked.principal)
  const now = findFaultOfApiCall(world, asked.at, call)
  const instead = now && createReplacingAnswer(now, call)
  if (instead) return instead
  const status = kind.toLowerCase() === 'operations'
  const pending = asked.at < operation.ready || now?.fault === 'never-done'
  if (pending && status)
    return { status: 200, headers: { ...JSON_TYPE, ...retryAfter(asked) }, body: '{"status":"InProgress"}' }
  if (pending) {
    const links = operationLinks(asked, operation)
    return {
      status: 202,
      headers: { ...JSON_TYPE, ...links, ...retryAfter(asked) },
      body: emptyBody(asked, found),
    }
  }
  if (now?.fault === 'failed') {
    const error = { code: 'InternalServerError', message: 'The operation failed.' }
    return {
      status: status ? 200 : 500,
      headers: JSON_TYPE,
      body: JSON.stringify(status ? { status: 'Failed', error } : { error }),
    }
  }
  if (status && operation.style === 'both') return { status: 200, headers: JSON_TYPE, body: '{"status":"Succeeded"}' }
  const inside: SimulatorRequestContext = {
    ...asked,
    at: operation.at,
    url: target,
    request: { ...asked.request, body: operation.body },
  }
  const result = createFinalOperationResponse(inside, found, findFaultOfApiCall(world, operation.at, call))
  const { location } = operationLinks(asked, operation)
  // in recordings the final response repeats the operation's URL
  const isRepeated = asked.memory.profile.form === 'recorded' && location !== undefined && result.status === 200
  return isRepeated ? { ...result, headers: { ...result.headers, location } } : result
}
