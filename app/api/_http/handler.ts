import { readClientAddress, readCaller, writeCallerHeader, recordAuditEntry, requireRight } from '#lib/access/index.ts'
import {
  runAsActor,
  type ApiEndpointHandler,
  limitAsOfToReplica,
  getDatabaseForUse,
  FRESH_WITHOUT_POLLS,
  type CrossFeatureFunctions,
  type NonJsonEndpointHandler,
  readQuestionsKnownUntil,
  type ApiCommandImplementation,
  runCommandInAccessScope,
} from '#lib/questions/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { clearCaches, shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import {
  type RequestCaller,
  type CommandDefinition,
  type EndpointDefinition,
  resourceIdParameter,
  type NonJsonEndpoint,
  type AccessRight,
} from '#lib/contract/index.ts'
import { computeResponseInScope, getCustomerParameter, openScopedDatabase } from './scoped-answer.ts'
import { convertErrorToProblem } from './problem.ts'
import { parseRequestBody, parseQueryParameters, validateWithSchema } from './query.ts'

/** Second argument that Next passes to a route handler. It contains the path parameters, percent-decoded. */
export interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined>>
}

/**
 * Handler of a route. Next passes the path parameters as context; code that calls a handler without path parameters
 * omits it.
 */
export type RouteHandler = (request: Request, context?: RouteContext) => Promise<Response>

/**
 * Sets of handlers. A handler in `GUARDED` checks the caller's right; a handler in `PUBLIC` serves everybody. A test
 * finds routes whose handler is in neither set.
 */
const GUARDED = new WeakSet<object>()
const PUBLIC = new WeakSet<object>()

/** Returns whether a route's handler checks the caller's right or is public; null = neither, which a test rejects. */
export function getHandlerProtection(handler: object): 'right' | 'public' | null {
  if (GUARDED.has(handler)) return 'right'
  return PUBLIC.has(handler) ? 'public' : null
}

/**
 * Returns the handler for GET requests to an endpoint. It checks the caller's right, reads the parameters, runs the
 * query, and responds with JSON or a problem response.
 */
export function createQueryHandler(
  endpoint: EndpointDefinition,
  answer: ApiEndpointHandler<EndpointDefinition>,
  offers: Partial<CrossFeatureFunctions> = {},
): RouteHandler {
  const hasId = endpoint.path.includes('{id}')
  return guarded(endpoint, async (request, context, caller) => {
    const parameters = parseQueryParameters(request, endpoint.parameters)
    const id = hasId ? validateWithSchema((await context?.params)?.id, resourceIdParameter, 'id') : ''
    const until = await readQuestionsKnownUntil()
    return shareQueriesInResponse(async () => {
      const db = await openScopedDatabase(caller, getCustomerParameter(parameters))
      return answered(
        limitAsOfToReplica(
          await computeResponseInScope(endpoint, answer, { db, parameters, id, caller, offers }),
          until,
        ),
      )
    })
  })
}

/**
 * Returns the handler of a command. It checks the caller's right, reads the body, runs the command in the caller's
 * scope, records the change in the audit log (unless it is private), and responds with JSON or a problem response.
 * @param answer function that handles a GET request to the API in this process. It serves commands that need the
 *   response of an API endpoint.
 */
export function createCommandHandler(
  name: string,
  command: CommandDefinition,
  { scope, work, audit }: ApiCommandImplementation<CommandDefinition>,
  answer: (request: Request) => Promise<Response>,
): RouteHandler {
  const hasId = command.path.includes('{id}')
  return guarded(command, async (request, context, caller) => {
    const id = hasId ? validateWithSchema((await context?.params)?.id, resourceIdParameter, 'id') : ''
    const body = await parseRequestBody(request, command.body)
    const db = getDatabaseForUse('commands')
    const address = readClientAddress(request.headers)
    const ask = async (question: string) => {
      const headers: Record<string, string> = {}
      writeCallerHeader(headers, caller)
      const response = await answer(new Request(new URL(question, request.url), { headers }))
      return response.ok ? response.json() : null
    }
    const ordered = { db, body, id, caller, address, ask }
    // An object that the command creates has no state before the change, so that `before` is null.
    const before = audit ? ((await audit.before?.(ordered)) ?? null) : undefined
    // Cached responses are dropped immediately. Otherwise the caller could get old responses until the notification
    // about the change arrives.
    const result = await runAsActor(caller.name, () => runCommandInAccessScope(scope, ordered, work)).finally(
      clearCaches,
    )
    const change = {
      action: name,
      subject: audit?.subject?.(result) ?? id,
      before,
      after: audit ? audit.after(result, ordered) : body,
      address,
    }
    const isPrivate = audit?.isPrivate?.(result) === true
    const recorded = isPrivate ? Promise.resolve() : recordAuditEntry(db.pool, caller, change)
    await recorded.catch((error: unknown) => {
      // The change was made, so the response must not be an error. Otherwise the sender would repeat the change.
      createComponentLogger('access').error({ err: error, action: name }, 'a change is missing in the audit')
    })
    return answered({ asOf: new Date(getDatabaseNow()).toISOString(), freshness: FRESH_WITHOUT_POLLS, ...result })
  })
}

/**
 * Returns a JSON response. Its Date header is the time of the database, because browsers set their clock by this
 * header.
 */
const answered = (answer: object) =>
  Response.json(answer, { headers: { 'cache-control': 'no-store', date: new Date(getDatabaseNow()).toUTCString() } })

/**
 * Returns the handler of an endpoint whose response is not JSON with a schema, for example a stream, a file or text.
 */
export function createNonJsonHandler<Of extends NonJsonEndpoint>(
  endpoint: Of,
  answer: NonJsonEndpointHandler<Of>,
): RouteHandler {
  return guarded(endpoint, (request, _, caller) => {
    const parameters = endpoint.parameters ? parseQueryParameters(request, endpoint.parameters) : null
    return answer({ request, caller, parameters } as Parameters<NonJsonEndpointHandler<Of>>[0])
  })
}

/** Returns a handler that serves everybody, signed in or not. */
export function createPublicHandler(
  answer: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  const handler = (request: Request) => orProblem(request, () => answer(request))
  PUBLIC.add(handler)
  return handler
}

/**
 * Returns a handler that first checks the caller's right. This function creates every API handler that needs a right.
 */
function guarded(
  needed: { right: AccessRight; forWalls?: boolean },
  answer: (request: Request, context: RouteContext | undefined, caller: RequestCaller) => Promise<Response>,
): RouteHandler {
  const handler: RouteHandler = (request, context) =>
    orProblem(request, async () => {
      const caller = readCaller(request.headers)
      requireRight(caller, needed)
      return answer(request, context, caller)
    })
  GUARDED.add(handler)
  return handler
}

/** Runs the work of a request and converts any error to a problem response. */
async function orProblem(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    return convertErrorToProblem(error, request)
  }
}
