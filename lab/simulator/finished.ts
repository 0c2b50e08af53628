/** The final response of an operation, in pages if the operation has pages. */
import type { SimulatorRequest } from './asked.ts'
import { answeredAt, type Call, type Fault, applyBodyFault } from './faults.ts'
import type { Rows } from './wire/activity.ts'
import type { Context } from './wire/context.ts'
import { ArmError, JSON_TYPE, type SimAnswer, toJson } from './wire/message.ts'
import type { Match } from './wire/routes.ts'
import { Steady, steadyText } from './wire/steady.ts'

export function callOf({ route, params }: Match, principal: string): Call {
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
function pageOf({ url }: SimulatorRequest): { skip: number; asOf: number | null } {
  const [skip = '', asOf] = (url.searchParams.get('$skiptoken') ?? '').split('@')
  return { skip: Number(skip), asOf: asOf === undefined ? null : Number(asOf) }
}

function paged(asked: SimulatorRequest, operation: string, rows: Rows, at: number): unknown {
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
export function singleOf(asked: SimulatorRequest, path: string, list: Match | null): SimAnswer | null {
  if (!list || (list.route.shape !== 'page' && list.route.shape !== 'list')) return null
  const { world, url, base, at, principal, memory } = asked
  const context: Context = {
    world,
    at,
    params: list.params,
    query: url.searchParams,
    base,
    body: '',
    principal,
    memory,
  }
  const rows = (list.route.handler(context) as Rows).slice(0, Infinity) as { id?: string }[]
  const row = rows.find(({ id = '' }) => id.toLowerCase() === path.toLowerCase())
  if (!row) throw new ArmError(404, 'ResourceNotFound', `The resource '${path}' was not found.`)
  return { status: 200, headers: JSON_TYPE, body: toJson(row) }
}

/** Returns the final response of an operation, including faults of the body. */
export function finished(asked: SimulatorRequest, found: Match, fault: Fault | null): SimAnswer {
  const { world, url, base, request } = asked
  const { route, params } = found
  const context: Context = {
    world,
    at: pageOf(asked).asOf ?? answeredAt(fault, asked.at),
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
      ? paged(asked, route.operation, value as Rows, context.at)
      : route.shape === 'list'
        ? { value }
        : value
  const body = made instanceof Steady ? steadyText(world, made) : toJson(shape(made))
  const good = { status: 200, headers: JSON_TYPE, body }
  return fault ? applyBodyFault(fault, good) : good
}
