/**
 * The simulator's one question: what does Azure answer to this request at this virtual time? Pure in the world, the time
 * and the request, and in the memory where there is one; the server adds a socket and a clock.
 */
import { answeredAt, type Call, type Fault, faultFor, insteadOf, spoil } from './faults.ts'
import { madeUpGuid } from './hash.ts'
import { admit, regionOf } from './limits/admission.ts'
import { retryAfter as retryAfterIn } from './limits/retry-after.ts'
import { decodeOperation, encodeOperation, type LroStyle, type Operation } from './lro.ts'
import { createMemory, type Memory } from './memory.ts'
import { runTime } from './run-time.ts'
import { requireToken } from './wire/auth.ts'
import type { Context } from './wire/context.ts'
import { ArmError, errorAnswer, JSON_TYPE, type SimAnswer, type SimRequest, toJson } from './wire/message.ts'
import { priceAnswer } from './wire/prices.ts'
import { type Match, match } from './wire/routes.ts'
import { Steady, steadyText } from './wire/steady.ts'
import type { World } from './world.ts'

export interface AnswerOptions {
  /** Overrides the scenario's styles; `inline` makes every call one request, for runs at virtual time. */
  readonly lro?: LroStyle
  /** What Azure remembers of earlier requests, with the profile; nothing, and the profile `quick`, unless given. */
  readonly memory?: Memory
  /** Virtual seconds in a second of the client's, who counts Retry-After. */
  readonly speed?: number
}

const FORGETFUL = createMemory()

interface Asked {
  readonly world: World
  readonly at: number
  readonly request: SimRequest
  readonly url: URL
  readonly base: string
  readonly wall: number
  readonly options: AnswerOptions
  readonly memory: Memory
  /** Headers of what remains of the budgets. */
  readonly remaining: Record<string, string>
}

const OPERATION_PATH =
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.network\/locations\/[^/]+\/(operationresults|operations)\/([^/]+)$/i

function callOf({ route, params }: Match): Call {
  const names = [params.name, params.peering, params.group].filter((n): n is string => n !== undefined && n !== '')
  return { operation: route.operation, names, subscription: params.subscription ?? '', path: params.path ?? '' }
}

/** Logs come in longer pages than inventories. */
const LOG_FACTOR = 50

function paged(asked: Asked, operation: string, rows: readonly unknown[]): unknown {
  const { url, base, world } = asked
  const skip = Number(url.searchParams.get('$skiptoken') ?? 0)
  const size = world.scenario.protocol.pageSize * (operation === 'activity.list' ? LOG_FACTOR : 1)
  const value = rows.slice(skip, skip + size)
  if (skip + size >= rows.length) return { value }
  const next = new URL(url)
  next.searchParams.set('$skiptoken', String(skip + size))
  return { value, nextLink: `${base}${next.pathname}${next.search}` }
}

/** The finished answer of an operation, faults of the body included. */
function finished(asked: Asked, found: Match, fault: Fault | null): SimAnswer {
  const { world, url, base, request } = asked
  const { route, params } = found
  const context: Context = {
    world,
    at: answeredAt(fault, asked.at),
    params,
    query: url.searchParams,
    base,
    body: request.body ?? '',
  }
  const made = route.handler(context)
  const shape = (value: unknown): unknown =>
    route.shape === 'page'
      ? paged(asked, route.operation, value as unknown[])
      : route.shape === 'list'
        ? { value }
        : value
  const body = made instanceof Steady ? steadyText(world, made) : toJson(shape(made))
  const good = { status: 200, headers: JSON_TYPE, body }
  return fault ? spoil(fault, good) : good
}

function operationLinks(asked: Asked, o: Operation): Record<string, string> {
  const subscription = asked.url.pathname.split('/').filter(Boolean)[1] ?? ''
  const region = regionOf(asked.world, asked.url.pathname)
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

function retryAfter({ world, memory, options }: Asked): Record<string, string> {
  const seconds = memory.profile.operations?.retryAfter ?? world.scenario.protocol.lro.retryAfter
  return seconds === undefined ? {} : retryAfterIn(seconds * 1000, options.speed ?? 1)
}

/** The operation's name as errors give it: `GetBgpPeerStatusOperation`. */
const OPERATION_NAMES: Readonly<Record<string, string>> = {
  'gateway.peers': 'GetBgpPeerStatus',
  'gateway.learned': 'GetLearnedRoutes',
  'gateway.advertised': 'GetAdvertisedRoutes',
  'gateway.effective': 'GetEffectiveRoutes',
  'gateway.routesInformation': 'GetRoutesInformation',
  'gateway.resiliency': 'GetResiliencyInformation',
  'gateway.failoverTests': 'GetFailoverAllTestsDetails',
  'circuit.arp': 'GetExpressRouteCircuitArpTable',
  'circuit.routes': 'GetExpressRouteCircuitRoutesTable',
  'circuit.summary': 'GetExpressRouteCircuitRoutesTableSummary',
}

/** The gateway or circuit that a POST is about, with all that hangs below it. */
const resourceOf = (path: string): string => `/${path.split('/').filter(Boolean).slice(0, 8).join('/')}`

/** Starts a long-running POST: the resource must exist, and the answer comes later. */
function accepted(asked: Asked, found: Match, style: LroStyle): SimAnswer {
  const { world, at, request, memory } = asked
  // What is wrong with the question is said at once.
  const early = finished(asked, found, null)
  if (early.status !== 200) return early
  const takes = runTime(world, memory.profile, found, request.target, at)
  const operation: Operation = {
    target: request.target,
    body: request.body ?? '',
    at: at + takes / 2,
    ready: at + takes,
    style,
  }
  const links = operationLinks(asked, operation)
  memory.locks?.take(
    {
      operation: `${OPERATION_NAMES[found.route.operation] ?? found.route.operation}Operation`,
      id: madeUpGuid(`operation/${request.target}/${at}`),
      resource: resourceOf(asked.url.pathname),
      place: links['azure-asyncoperation'] ?? links.location ?? '',
      until: operation.ready,
    },
    at,
    asked.options.speed ?? 1,
  )
  const headers = { ...JSON_TYPE, ...links, ...retryAfter(asked) }
  // Gateways answer the literal null, circuits nothing.
  return { status: 202, headers, body: found.route.family === 'gateway' ? 'null' : '' }
}

function followed(asked: Asked, kind: string, id: string): SimAnswer {
  const { world } = asked
  const operation = decodeOperation(id)
  const target = operation ? new URL(operation.target, asked.base) : null
  const found = target ? match('POST', target.pathname) : null
  if (!operation || !target || !found)
    throw new ArmError(404, 'NotFound', `The operation '${id.slice(0, 40)}' was not found.`)
  const call = callOf(found)
  const now = faultFor(world, asked.at, call)
  const instead = now && insteadOf(now, call)
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
      body: found.route.family === 'gateway' ? 'null' : '',
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
  const inside: Asked = { ...asked, at: operation.at, url: target, request: { ...asked.request, body: operation.body } }
  return finished(inside, found, faultFor(world, operation.at, call))
}

/** The Retail Prices API: no token, no api-version. */
function anonymous(asked: Asked): SimAnswer {
  const call = { operation: 'prices.list', names: [], subscription: '', path: '' }
  const fault = faultFor(asked.world, asked.at, call)
  const instead = fault && insteadOf(fault, call)
  if (instead) return instead
  const good = priceAnswer(asked)
  return fault ? spoil(fault, good) : good
}

function dispatch(asked: Asked): SimAnswer {
  const { world, at, request, url, options } = asked
  const path = url.pathname.replace(/\/{2,}/g, '/')
  if (path.toLowerCase() === '/api/retail/prices') return anonymous(asked)
  const principal = requireToken(request.headers?.authorization, asked.wall)
  admit(asked.memory, world, { method: request.method, path, principal }, at, options.speed ?? 1, asked.remaining)
  if (!url.searchParams.get('api-version'))
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  const [, kind, id] = OPERATION_PATH.exec(path) ?? []
  if (kind && id) return followed(asked, kind, id)
  const found = match(request.method.toUpperCase(), path)
  if (!found) throw new ArmError(404, 'InvalidResourceType', `The resource type could not be found for '${path}'.`)
  const call = callOf(found)
  const fault = faultFor(world, at, call)
  const instead = fault && insteadOf(fault, call)
  if (instead) return instead
  if (found.route.shape !== 'lro') return finished(asked, found, fault)
  const style = options.lro ?? world.scenario.protocol.lro[found.route.family]
  return style === 'inline' ? finished(asked, found, fault) : accepted(asked, found, style)
}

/**
 * Azure's answer, as it goes over the wire.
 * @param at virtual time, epoch milliseconds
 */
export function answer(world: World, at: number, request: SimRequest, options: AnswerOptions = {}): SimAnswer {
  const base = request.base ?? 'http://127.0.0.1'
  const url = new URL(`${base}${request.target.startsWith('/') ? '' : '/'}${request.target}`)
  const { memory = FORGETFUL } = options
  const remaining: Record<string, string> = {}
  const asked: Asked = { world, at, request, url, base, wall: request.wall ?? at, options, memory, remaining }
  let plain: SimAnswer
  try {
    plain = dispatch(asked)
  } catch (error) {
    if (!(error instanceof ArmError)) throw error
    plain = errorAnswer(error)
  }
  const id = madeUpGuid(`${request.target}/${at}`)
  const limits: Record<string, string> = world.scenario.protocol.rateLimitHeaders
    ? {
        'x-ms-ratelimit-remaining-subscription-reads':
          plain.status === 429 ? '0' : String(11_900 + (Math.floor(at / 1000) % 100)),
      }
    : {}
  return {
    ...plain,
    headers: { 'x-ms-request-id': id, 'x-ms-correlation-request-id': id, ...limits, ...remaining, ...plain.headers },
  }
}
