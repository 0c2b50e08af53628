import { callerOf } from '#lib/access/index.ts'
import { commandInScope, databaseFor, type Db, readerOf, withoutOthers } from '#lib/queries/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  type BodyOf,
  type Caller,
  type CommandName,
  commands,
  type EndpointName,
  endpoints,
  idParameter,
  type PlainEndpointName,
  type ParametersOf,
  type ResponseOf,
  type ResultOf,
} from '#lib/contract/index.ts'
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

/** The GET of one endpoint: reads parameters, asks, and writes JSON or a problem. */
export function queryRoute<Name extends EndpointName>(
  name: Name,
  answer: (asked: Asked<Name>) => Promise<ResponseOf<Name>> | ResponseOf<Name>,
): (request: Request, context: RouteContext) => Promise<Response> {
  const { path, parameters: schema } = endpoints[name]
  const hasId = path.includes('{id}')
  return (request, context) =>
    guarded(request, async () => {
      const parameters = readQuery(request, schema) as ParametersOf<Name>
      const id = hasId ? readValue((await context.params).id, idParameter, 'id') : ''
      const caller = callerOf(request.headers)
      const db = await readerOf(caller.scope)
      return Response.json(withoutOthers(db, await answer({ db, parameters, id, caller })), {
        headers: { 'cache-control': 'no-store' },
      })
    })
}

/** One command: reads the body, does it, and writes JSON or a problem. */
export function commandRoute<Name extends CommandName>(
  name: Name,
  work: (ordered: { db: Database; body: BodyOf<Name>; id: string; caller: Caller }) => Promise<ResultOf<Name>>,
): (request: Request, context: RouteContext) => Promise<Response> {
  const { path, body: schema } = commands[name]
  const hasId = path.includes('{id}')
  return (request, context) =>
    guarded(request, async () => {
      const id = hasId ? readValue((await context.params).id, idParameter, 'id') : ''
      const body = (await readBody(request, schema)) as BodyOf<Name>
      const caller = callerOf(request.headers)
      const db = databaseFor('commands')
      const result = await commandInScope(name, caller.scope, { id, body }, () => work({ db, body, id, caller }))
      return Response.json(result, {
        headers: { 'cache-control': 'no-store' },
      })
    })
}

/** What is answered in another form than JSON of a schema: a stream, a file, a text. */
export function plainRoute(
  _name: PlainEndpointName,
  answer: (request: Request, caller: Caller) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return (request) => guarded(request, () => answer(request, callerOf(request.headers)))
}

/** What everybody may ask, signed in or not. */
export function publicRoute(answer: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  return (request) => guarded(request, () => answer(request))
}

/** Turns whatever is thrown into a problem. */
async function guarded(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    return problemOf(error, request)
  }
}
