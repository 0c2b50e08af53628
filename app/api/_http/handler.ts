import { databaseFor, type Db, readingDatabase } from '#lib/queries/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  type BodyOf,
  type CommandName,
  commands,
  type EndpointName,
  endpoints,
  idParameter,
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
      return Response.json(await answer({ db: readingDatabase(), parameters, id }), {
        headers: { 'cache-control': 'no-store' },
      })
    })
}

/** One command: reads the body, does it, and writes JSON or a problem. */
export function commandRoute<Name extends CommandName>(
  name: Name,
  work: (ordered: { db: Database; body: BodyOf<Name>; id: string }) => Promise<ResultOf<Name>>,
): (request: Request, context: RouteContext) => Promise<Response> {
  const { path, body: schema } = commands[name]
  const hasId = path.includes('{id}')
  return (request, context) =>
    guarded(request, async () => {
      const id = hasId ? readValue((await context.params).id, idParameter, 'id') : ''
      const body = (await readBody(request, schema)) as BodyOf<Name>
      return Response.json(await work({ db: databaseFor('commands'), body, id }), {
        headers: { 'cache-control': 'no-store' },
      })
    })
}

/** Turns whatever is thrown into a problem. */
export async function guarded(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    return problemOf(error, request)
  }
}
