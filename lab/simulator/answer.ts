/**
 * Returns Azure's response to a request at a virtual time. The result depends only on the world, the time, the request,
 * and the memory of earlier requests if there is one. The server adds a socket and a clock.
 */
import type { SimulatorRequestContext, SimulatorResponseOptions } from './asked.ts'
import { findFaultOfApiCall, createReplacingAnswer, applyBodyFault } from './faults.ts'
import { createApiCallOfOperation, createFinalOperationResponse, findListRowByResourceId } from './finished.ts'
import { madeUpGuid } from './hash.ts'
import { applyRequestRateLimits, findNetworkProviderRegion } from './limits/admission.ts'
import { startLongRunningOperation, answerOperationPoll } from './long-running.ts'
import { createSimulatorServerState } from './memory.ts'
import { requireBearerToken } from './wire/auth.ts'
import { ArmError, errorAnswer, type SimulatedHttpResponse, type SimulatedHttpRequest } from './wire/message.ts'
import { answerRetailPriceRequest } from './wire/prices.ts'
import { type MatchedArmOperation, findOperationOfRequestPath } from './wire/routes.ts'
import type { SimulatedWorld } from './world.ts'

const FORGETFUL = createSimulatorServerState()

const OPERATION_PATH =
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.network\/locations\/[^/]+\/(operationresults|operations)\/([^/]+)$/i

/** Answers a request of the Retail Prices API, which needs neither a token nor an api-version. */
function anonymous(asked: SimulatorRequestContext): SimulatedHttpResponse {
  const call = { operation: 'prices.list', names: [], subscription: '', path: '', principal: '' }
  const fault = findFaultOfApiCall(asked.world, asked.at, call)
  const instead = fault && createReplacingAnswer(fault, call)
  if (instead) return instead
  const good = answerRetailPriceRequest(asked)
  return fault ? applyBodyFault(fault, good) : good
}

/**
 * Checks the API version of a request if the profile supports only older versions, as some clouds do.
 * @throws ArmError 400 with the supported versions
 */
function requireVersion({ memory, url, world }: SimulatorRequestContext, path: string): void {
  const supported = memory.profile.networkVersions
  const version = url.searchParams.get('api-version') ?? ''
  const segments = path.split('/').filter(Boolean)
  const provider = segments.findLastIndex((s) => s.toLowerCase() === 'providers') + 1
  if (!supported || segments[provider]?.toLowerCase() !== 'microsoft.network' || supported.includes(version)) return
  const [type = '', , child = ''] = segments.slice(provider + 1)
  const region = findNetworkProviderRegion(world, path)
  const regions = [...new Set([...world.topology.groups.values()].map((g) => g.location))].sort()
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${region}' and API version '${version}' for type '${type}${child.toLowerCase() === 'peerings' ? '/peerings' : ''}'. The supported api-versions are '${supported.join(', ')}'. The supported locations are '${regions.join(', ')}'.`,
  )
}

const listOf = (method: string, path: string): MatchedArmOperation | null =>
  method === 'GET' ? findOperationOfRequestPath(method, path.slice(0, path.lastIndexOf('/'))) : null

function single(asked: SimulatorRequestContext, path: string, list: MatchedArmOperation | null): SimulatedHttpResponse {
  const answered = list && findListRowByResourceId(asked, path, list)
  if (answered) return answered
  throw new ArmError(404, 'InvalidResourceType', `The resource type could not be found for '${path}'.`)
}

function dispatch(anyone: SimulatorRequestContext): SimulatedHttpResponse {
  const { world, at, request, url, options } = anyone
  const path = url.pathname.replace(/\/{2,}/g, '/')
  if (path.toLowerCase() === '/api/retail/prices') return anonymous(anyone)
  const principal = requireBearerToken(request.headers?.authorization, anyone.wall)
  const asked = { ...anyone, principal }
  applyRequestRateLimits(
    asked.memory,
    world,
    { method: request.method, path, principal },
    at,
    options.speed ?? 1,
    asked.remaining,
  )
  if (!url.searchParams.get('api-version'))
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  const [, kind, id] = OPERATION_PATH.exec(path) ?? []
  if (kind && id) return answerOperationPoll(asked, kind, id)
  const found = findOperationOfRequestPath(request.method.toUpperCase(), path)
  const list = found ? null : listOf(request.method.toUpperCase(), path)
  if (!found && !list) {
    throw new ArmError(404, 'InvalidResourceType', `The resource type could not be found for '${path}'.`)
  }
  requireVersion(asked, path)
  if (!found) return single(asked, path, list)
  const call = createApiCallOfOperation(found, principal)
  const fault = findFaultOfApiCall(world, at, call)
  const instead = fault && createReplacingAnswer(fault, call)
  if (instead) return instead
  if (found.route.shape !== 'lro') return createFinalOperationResponse(asked, found, fault)
  const style = options.lro ?? world.scenario.protocol.lro[found.route.family]
  return style === 'inline'
    ? createFinalOperationResponse(asked, found, fault)
    : startLongRunningOperation(asked, found, style)
}

/**
 * Returns Azure's response as it is sent over the wire.
 * @param at virtual time, epoch milliseconds
 */
export function createAzureHttpResponse(
  world: SimulatedWorld,
  at: number,
  request: SimulatedHttpRequest,
  options: SimulatorResponseOptions = {},
): SimulatedHttpResponse {
  const base = request.base ?? 'http://127.0.0.1'
  const url = new URL(`${base}${request.target.startsWith('/') ? '' : '/'}${request.target}`)
  const { memory = FORGETFUL } = options
  const remaining: Record<string, string> = {}
  const asked: SimulatorRequestContext = {
    world,
    at,
    request,
    url,
    base,
    wall: request.wall ?? at,
    options,
    memory,
    remaining,
    principal: '',
  }
  let plain: SimulatedHttpResponse
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
