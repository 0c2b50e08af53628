/** The final response of an operation, in pages if the operation has pages. */
import type { SimulatorRequestContext } from './asked.ts'
import { getStateTimeForResponse, type SimulatedApiCall, type ApiFaultEffect, applyBodyFault } from './faults.ts'
import type { LazilyPagedRows } from './wire/activity.ts'
import type { ArmOperationContext } from './wire/context.ts'
import { ArmError, JSON_TYPE, type SimulatedHttpResponse, formatJsonWithBigIntegers } from './wire/message.ts'
import type { MatchedArmOperation } from './wire/routes.ts'
import { CachedResponseBody, getCachedResponseBodyText } from './wire/steady.ts'

export function createApiCallOfOperation({ route, params }: MatchedArmOperation, principal: string): SimulatedApiCall {
  const names = [params.name, params.peering, params.group].filter((n): n is string => n !== undefined && n !== '')
  return {
    operation: route.operation,
    names,
    subscription: params.subscription ?? '',
    path: params.path ?? '',
    principal,
  }
}

/** Number of log entries in a page, divided by the number of items in a page of an inventory. */
const LOG_FACTOR = 50

/**
 * Returns the position at which the page begins, and the moment whose state all pages show. New rows therefore do not
 * shift later pages.
 */
function pageOf({ url }: SimulatorRequestContext): { skip: number; asOf: number | null } {
  const [skip = '', asOf] = (url.searchParams.get('$skiptoken') ?? '').split('@')
  return { skip: Number(skip), asOf: asOf === undefined ? null : Number(asOf) }
}

function paged(asked: SimulatorRequestContext, operation: string, rows: LazilyPagedRows, at: number): unknown {
  const { url, base, world } = asked
  const { skip } = pageOf(asked)
  const size = world.scenario.protocol.pageSize * (operation === 'activity.list' ? LOG_FACTOR : 1)
  const value = rows.slice(skip, skip + size)
  if (skip + size >= rows.length) return { value }
  const next = new URL(url)
  next.searchParams.set('$skiptoken', `${skip + size}@${at}`)
  return { value, nextLink: `${base}${next.pathname}${next.search}` }
}

/**
 * Returns the response to a GET of a single resource, which is taken from the list of its type. Used for types whose
 * GET has no separate route. Returns null if the list contains no such rows.
 */
export function findListRowByResourceId(
  asked: SimulatorRequestContext,
  path: string,
  list: MatchedArmOperation | null,
): SimulatedHttpResponse | null {
  if (!list || (list.route.shape !== 'page' && list.route.shape !== 'list')) return null
  const { world, url, base, at, principal, memory } = asked
  const context: ArmOperationContext = {
    world,
    at,
    params: list.params,
    query: url.searchParams,
    base,
    body: '',
    principal,
    memory,
  }
  const rows = (list.route.handler(context) as LazilyPagedRows).slice(0, Infinity) as { id?: string }[]
  const row = rows.find(({ id = '' }) => id.toLowerCase() === path.toLowerCase())
  if (!row) throw new ArmError(404, 'ResourceNotFound', `The resource '${path}' was not found.`)
  return { status: 200, headers: JSON_TYPE, body: formatJsonWithBigIntegers(row) }
}

/** Returns the final response of an operation, including faults of the body. */
export function createFinalOperationResponse(
  asked: SimulatorRequestContext,
  found: MatchedArmOperation,
  fault: ApiFaultEffect | null,
): SimulatedHttpResponse {
  const { world, url, base, request } = asked
  const { route, params } = found
  const context: ArmOperationContext = {
    world,
    at: pageOf(asked).asOf ?? getStateTimeForResponse(fault, asked.at),
    params,
    query: url.searchParams,
    base,
    body: request.body ?? '',
    principal: asked.principal,
    memory: asked.memory,
  }
  const made = route.handler(context)
  const shape = (value: unknown): unknown =>
    route.shape === 'page'
      ? paged(asked, route.operation, value as LazilyPagedRows, context.at)
      : route.shape === 'list'
        ? { value }
        : value
  const body =
    made instanceof CachedResponseBody ? getCachedResponseBodyText(world, made) : formatJsonWithBigIntegers(shape(made))
  const good = { status: 200, headers: JSON_TYPE, body }
  return fault ? applyBodyFault(fault, good) : good
}
