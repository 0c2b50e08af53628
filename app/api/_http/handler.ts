import { addressOf, callerOf, recordChange, requireRight } from '#lib/access/index.ts'
import {
  actingAs,
  asOfKnown,
  databaseBeside,
  type Db,
  FRESH_WITHOUT_POLLS,
  narrowed,
  questionsKnownUntil,
  readerOf,
  withListedGaps,
  withoutOthers,
} from '#lib/questions/index.ts'
import { commandInScope } from '#lib/capabilities/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { inOneAnswer } from '#lib/platform/one-answer.ts'
import {
  type BodyOf,
  type CommandName,
  commands,
  type EndpointName,
  endpoints,
  plainEndpoints,
  type PlainEndpointName,
  type ParametersOf,
  type ResponseOf,
  type ResultOf,
} from '#lib/api/index.ts'
import { type Caller, type Command, type Endpoint, idParameter, type Right } from '#lib/contract/index.ts'
import { problemOf } from './problem.ts'
import { readBody, readQuery, readValue } from './query.ts'

interface Asked<Name extends EndpointName> {
  db: Db
  parameters: ParametersOf<Name>
  /** '' where the path has none */
  id: string
  caller: Caller
}

/** What Next hands to a route beside the request; the values are percent-decoded. */
export interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined>>
}

/** The handlers that ask who calls, and those that everybody may ask: a test finds a route that is neither. */
const GUARDED = new WeakSet<object>()
const PUBLIC = new WeakSet<object>()

/** Whether a route's handler checks its caller's right, or lets everybody ask; null = neither, which must not be. */
export function protectionOf(handler: object): 'right' | 'public' | null {
  if (GUARDED.has(handler)) return 'right'
  return PUBLIC.has(handler) ? 'public' : null
}

/** The GET of one endpoint: checks the caller's right, reads parameters, asks, and writes JSON or a problem. */
export function queryRoute<Name extends EndpointName>(
  name: Name,
  answer: (asked: Asked<Name>) => Promise<ResponseOf<Name>> | ResponseOf<Name>,
): (request: Request, context: RouteContext) => Promise<Response> {
  const endpoint: Endpoint = endpoints[name]
  const hasId = endpoint.path.includes('{id}')
  return guarded(endpoint, async (request, context: RouteContext, caller) => {
    const parameters = readQuery(request, endpoint.parameters) as ParametersOf<Name>
    const id = hasId ? readValue((await context.params).id, idParameter, 'id') : ''
    const until = await questionsKnownUntil()
    return inOneAnswer(async () => {
      const db = await readerOf(narrowed(caller.scope, customerIn(parameters)))
      const full = await answer({ db, parameters, id, caller })
      return answered(asOfKnown(withoutOthers(db, withListedGaps(full)), until))
    })
  })
}

interface Ordered<Name extends CommandName> {
  db: Database
  body: BodyOf<Name>
  id: string
  caller: Caller
  /** where the request came from, for the audit; null = on the server */
  address: string | null
}

/** What the audit shows of a command; without it, its body as what became. */
interface Audited<Name extends CommandName> {
  /** the state before, of which what differs is kept */
  before: (ordered: Ordered<Name>) => Promise<unknown>
  after: (result: ResultOf<Name>, ordered: Ordered<Name>) => unknown
  /** what was changed, where the path does not say it */
  subject?: (result: ResultOf<Name>) => string
}

/** One command: checks the caller's right, reads the body, does it, records it, and writes JSON or a problem. */
export function commandRoute<Name extends CommandName>(
  name: Name,
  work: (ordered: Ordered<Name>) => Promise<ResultOf<Name>>,
  audited?: Audited<Name>,
): (request: Request, context: RouteContext) => Promise<Response> {
  const command: Command = commands[name]
  const hasId = command.path.includes('{id}')
  return guarded(command, async (request, context: RouteContext, caller) => {
    const id = hasId ? readValue((await context.params).id, idParameter, 'id') : ''
    const body = (await readBody(request, command.body)) as BodyOf<Name>
    const db = databaseBeside('commands')
    const address = addressOf(request.headers)
    const ordered = { db, body, id, caller, address }
    const before = await audited?.before(ordered)
    const result = await actingAs(caller.name, () =>
      commandInScope(name, caller.scope, { id, body }, () => work(ordered)),
    )
    const change = {
      action: name,
      subject: audited?.subject?.(result) ?? id,
      before,
      after: audited ? audited.after(result, ordered) : body,
      address,
    }
    await recordChange(db.pool, caller, change).catch((error: unknown) => {
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
export function plainRoute(
  name: PlainEndpointName,
  answer: (request: Request, caller: Caller) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return guarded(plainEndpoints[name], (request, _: unknown, caller) => answer(request, caller)) as (
    request: Request,
  ) => Promise<Response>
}

/** What everybody may ask, signed in or not. */
export function publicRoute(answer: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const handler = (request: Request) => orProblem(request, () => answer(request))
  PUBLIC.add(handler)
  return handler
}

/** The one place where a request's caller is asked for his right. */
function guarded<Context>(
  needed: { right: Right; forWalls?: boolean },
  answer: (request: Request, context: Context, caller: Caller) => Promise<Response>,
): (request: Request, context: Context) => Promise<Response> {
  const handler = (request: Request, context: Context) =>
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

/** Many lists may be asked for one customer. */
const customerIn = (parameters: unknown): string | undefined =>
  (parameters as { customer?: string } | undefined)?.customer
