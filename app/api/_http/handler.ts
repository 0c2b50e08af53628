import { callerAddressOf, callerOf, markCaller, recordChange, requireRight } from '#lib/access/index.ts'
import {
  actingAs,
  type CapabilityAnswer,
  asOfKnown,
  databaseForUse,
  FRESH_WITHOUT_POLLS,
  type Offers,
  type PlainAnswer,
  questionsKnownUntil,
  type Work,
  workInScope,
} from '#lib/questions/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { forgetKept, inOneAnswer } from '#lib/platform/one-answer.ts'
import {
  type Caller,
  type Command,
  type Endpoint,
  idParameter,
  type PlainEndpoint,
  type Right,
} from '#lib/contract/index.ts'
import { answerTo, customerIn, readerFor } from './ask.ts'
import { problemOf } from './problem.ts'
import { readBody, readQuery, readValue } from './query.ts'

/** What Next hands to a route beside the request; the values are percent-decoded. */
export interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined>>
}

/** Next hands the parameters of the path to it; who has none asks without. */
export type Handler = (request: Request, context?: RouteContext) => Promise<Response>

/** The handlers that ask who calls, and those that everybody may ask: a test finds a route that is neither. */
const GUARDED = new WeakSet<object>()
const PUBLIC = new WeakSet<object>()

/** Whether a route's handler checks its caller's right, or lets everybody ask; null = neither, which must not be. */
export function protectionOf(handler: object): 'right' | 'public' | null {
  if (GUARDED.has(handler)) return 'right'
  return PUBLIC.has(handler) ? 'public' : null
}

/** The GET of one endpoint: checks the caller's right, reads parameters, asks, and writes JSON or a problem. */
export function queryRoute(
  endpoint: Endpoint,
  answer: CapabilityAnswer<Endpoint>,
  offers: Partial<Offers> = {},
): Handler {
  const hasId = endpoint.path.includes('{id}')
  return guarded(endpoint, async (request, context, caller) => {
    const parameters = readQuery(request, endpoint.parameters)
    const id = hasId ? readValue((await context?.params)?.id, idParameter, 'id') : ''
    const until = await questionsKnownUntil()
    return inOneAnswer(async () => {
      const db = await readerFor(caller, customerIn(parameters))
      return answered(asOfKnown(await answerTo(endpoint, answer, { db, parameters, id, caller, offers }), until))
    })
  })
}

/**
 * One command: checks the caller's right, reads the body, does it in his scope, records it, and writes JSON or a problem.
 * @param answer what the API answers, for commands that ask it something
 */
export function commandRoute(
  name: string,
  command: Command,
  { scope, work, audit }: Work<Command>,
  answer: (request: Request) => Promise<Response>,
): Handler {
  const hasId = command.path.includes('{id}')
  return guarded(command, async (request, context, caller) => {
    const id = hasId ? readValue((await context?.params)?.id, idParameter, 'id') : ''
    const body = await readBody(request, command.body)
    const db = databaseForUse('commands')
    const address = callerAddressOf(request.headers)
    const ask = async (question: string) => {
      const headers: Record<string, string> = {}
      markCaller(headers, caller)
      const response = await answer(new Request(new URL(question, request.url), { headers }))
      return response.ok ? response.json() : null
    }
    const ordered = { db, body, id, caller, address, ask }
    // of what is new there is nothing before
    const before = audit ? ((await audit.before?.(ordered)) ?? null) : undefined
    // whoever changed something reads it, also before its announcement arrives
    const result = await actingAs(caller.name, () => workInScope(scope, ordered, work)).finally(forgetKept)
    const change = {
      action: name,
      subject: audit?.subject?.(result) ?? id,
      before,
      after: audit ? audit.after(result, ordered) : body,
      address,
    }
    const isPrivate = audit?.isPrivate?.(result) === true
    const recorded = isPrivate ? Promise.resolve() : recordChange(db.pool, caller, change)
    await recorded.catch((error: unknown) => {
      // the change stands, and its sender must not repeat it
      componentLogger('access').error({ err: error, action: name }, 'a change is missing in the audit')
    })
    return answered({ asOf: new Date(databaseNow()).toISOString(), freshness: FRESH_WITHOUT_POLLS, ...result })
  })
}

/** Dated by the database's clock, which browsers go by. */
const answered = (answer: object) =>
  Response.json(answer, { headers: { 'cache-control': 'no-store', date: new Date(databaseNow()).toUTCString() } })

/** What is answered in another form than JSON of a schema: a stream, a file, a text. */
export function plainRoute<Of extends PlainEndpoint>(endpoint: Of, answer: PlainAnswer<Of>): Handler {
  return guarded(endpoint, (request, _, caller) => {
    const parameters = endpoint.parameters ? readQuery(request, endpoint.parameters) : null
    return answer({ request, caller, parameters } as Parameters<PlainAnswer<Of>>[0])
  })
}

/** What everybody may ask, signed in or not. */
export function publicRoute(answer: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const handler = (request: Request) => orProblem(request, () => answer(request))
  PUBLIC.add(handler)
  return handler
}

/** The one place where a request's caller is asked for his right. */
function guarded(
  needed: { right: Right; forWalls?: boolean },
  answer: (request: Request, context: RouteContext | undefined, caller: Caller) => Promise<Response>,
): Handler {
  const handler: Handler = (request, context) =>
    orProblem(request, async () => {
      const caller = callerOf(request.headers)
      requireRight(caller, needed)
      return answer(request, context, caller)
    })
  GUARDED.add(handler)
  return handler
}

/** Turns whatever is thrown into a problem. */
async function orProblem(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    return problemOf(error, request)
  }
}
