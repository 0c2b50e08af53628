import { z } from 'zod'
import type { AccessRight } from '#lib/contract/access/index.ts'
import {
  type CommandDefinition,
  type EndpointDefinition,
  resourceIdParameter,
  problemSchema,
  PROBLEM_CONTENT_TYPE,
  streamChangeSchema,
} from '#lib/contract/api/index.ts'
import {
  allApiCommands,
  allApiEndpoints,
  nonJsonApiEndpoints,
  type PlainEndpointName,
  apisOfRooms,
} from './registry.ts'
import { type ApiResponses, type SchemaJson, SchemaSharing } from './schema-sharing.ts'
import { costProjectionsParameters, costWeeklyParameters } from '#lib/cost/api/index.ts'
import { healthSchema, livenessSchema, readinessSchema } from '#lib/setup/api/index.ts'

interface ParameterObject {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: SchemaJson
}

/**
 * Address of the OpenAPI document. With the query parameter `room`, the document contains only one group of endpoints
 * (a "room", such as `circuits` or `cost`).
 */
const ADDRESS = nonJsonApiEndpoints.openapi.path

/**
 * Returns the OpenAPI 3.1 document of the API. It is built from the schemas with which handlers and tests check
 * requests and responses.
 * @param version version of Peerwatch
 * @param room name of a group of endpoints (such as `circuits`): the document contains only the paths of this group and
 *   the schemas that they use; `index` = each path is only a reference to the document of its group; absent = all paths
 */
export function buildOpenApiDocument(version: string, room?: string): SchemaJson {
  const all = sharedPaths()
  const { paths, schemas } = room === undefined ? all : room === 'index' ? indexOf(all.paths) : partOf(room, all)
  return {
    openapi: '3.1.0',
    info: {
      title: room === undefined || room === 'index' ? 'Peerwatch' : `Peerwatch: ${room}`,
      version,
      description:
        'Times are ISO 8601 UTC, bytes are decimal strings, pairs of instants are bounds. Responses about a moment or a range report whether polls covered it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags: Object.keys(apisOfRooms)
      .filter((name) => room === undefined || room === 'index' || room === name)
      .map((name) => ({ name, externalDocs: { url: `${ADDRESS}?room=${name}` } })),
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output'), ...schemas },
      responses: { Problem: problemResponse },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'API token: pw_...' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description: 'session cookie of a signed-in user',
        },
      },
    },
  }
}

type Described = { paths: Record<string, SchemaJson>; schemas: SchemaJson }

/** Returns the room (group of endpoints) of a path. It is the OpenAPI tag of the path's first operation. */
const roomOf = (methods: SchemaJson): string | undefined => (Object.values(methods) as { tags: string[] }[])[0]?.tags[0]

/** Returns the paths of a room (group of endpoints), and all schemas that these paths need. */
function partOf(room: string, { paths, schemas }: Described): Described {
  const own = Object.fromEntries(Object.entries(paths).filter(([, methods]) => roomOf(methods) === room))
  const used: SchemaJson = {}
  const addUsed = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name in used || !(name in schemas)) continue
      used[name] = schemas[name]
      addUsed(schemas[name])
    }
  }
  addUsed(own)
  return { paths: own, schemas: used }
}

/** Replaces each path with a reference to the document of its room (group of endpoints). */
function indexOf(paths: Described['paths']): Described {
  const refersTo = (path: string, methods: SchemaJson) =>
    `${ADDRESS}?room=${roomOf(methods)}#/paths/${encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'))}`
  const references = Object.entries(paths).map(([path, methods]) => [path, { $ref: refersTo(path, methods) }])
  return { paths: Object.fromEntries(references), schemas: {} }
}

/** Name of the session cookie over HTTP. Over HTTPS, its name also has the prefix `__Host-`. */
const sessionCookie = 'peerwatch.session_token'

const problemResponse = {
  description: 'Problem and the action to take (RFC 9457)',
  content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
}
const refersToProblem = { $ref: '#/components/responses/Problem' }

let shared: Described | undefined

/**
 * Returns all API paths, and the schemas that several responses share. The result is computed only once per process,
 * because that takes about 0.1 s.
 */
function sharedPaths(): Described {
  if (shared) return shared
  const paths: Described['paths'] = {
    ...versionedPaths(),
    '/api/v1/stream': { get: streamOperation() },
    '/api/v1/cost/focus': {
      get: fileOperation('costFocus', 'Projections of a month as FOCUS 1.2', 'text/csv', costProjectionsParameters),
    },
    '/api/v1/cost/weekly/csv': {
      get: fileOperation('costWeeklyCsv', 'The table of a weekly review', 'text/csv', costWeeklyParameters),
    },
    '/api/health/live': {
      get: {
        operationId: 'healthLive',
        summary: 'Reports whether the web server responds; does not query the database',
        security: [],
        responses: {
          200: { ...answerWith(livenessSchema), description: 'The web server responds' },
          ...problems(...ANYWHERE),
        },
      },
    },
    '/api/health': { get: healthOperation('health', 'Whether the database answers', healthSchema) },
    '/api/health/ready': {
      get: healthOperation('healthReady', 'Whether writes, polls and alerting go on', readinessSchema),
    },
    [ADDRESS]: {
      get: fileOperation('openapi', 'This document', 'application/json', nonJsonApiEndpoints.openapi.parameters),
    },
    '/metrics': { get: plainOperation('metrics', 'Prometheus metrics', 'text/plain') },
  }
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods) as Operation[])
  const rooms = roomOfOperation()
  for (const operation of operations) operation.tags = [rooms.get(operation.operationId) ?? 'setup']
  const sharing = new SchemaSharing(operations)
  shared = { paths, schemas: sharing.schemas }
  return shared
}

type Operation = ApiResponses & { operationId: string; tags?: string[] }

/**
 * Returns the room (group of endpoints) of each operation, by the operation's name. Health, metrics and the OpenAPI
 * document itself belong to the room `setup`.
 */
const roomOfOperation = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(apisOfRooms).flatMap(([room, { endpoints: queries, commands: changes, plainEndpoints: plain }]) =>
      Object.keys({ ...queries, ...changes, ...plain }).map((name) => [name, room] as const),
    ),
  )

/** Returns the operations of all endpoints and commands, sorted by path. */
function versionedPaths(): Record<string, SchemaJson> {
  const paths: Record<string, SchemaJson> = {}
  const add = (path: string, method: string, operation: SchemaJson) => {
    paths[`/api/v1${path}`] = { ...paths[`/api/v1${path}`], [method]: operation }
  }
  for (const [name, endpoint] of Object.entries(allApiEndpoints)) add(endpoint.path, 'get', questionOf(name, endpoint))
  for (const [name, command] of Object.entries(allApiCommands))
    add(command.path, command.method, commandOf(name, command))
  return Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function questionOf(
  operationId: string,
  { path, summary, right, parameters, response }: EndpointDefinition,
): SchemaJson {
  return {
    operationId,
    summary,
    ...needs(right),
    parameters: [...idOf(path), ...queryOf(parameters)],
    responses: { 200: answerWith(response), ...problems(400, 401, 404, ...ANYWHERE, 503) },
  }
}

function commandOf(
  operationId: string,
  { path, summary, right, body, response, problems: own }: CommandDefinition,
): SchemaJson {
  return {
    operationId,
    summary,
    ...needs(right),
    parameters: idOf(path),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    responses: { 200: answerWith(response), ...problems(400, 401, 413, 415, ...ANYWHERE, ...own, 503) },
  }
}

/**
 * Returns the right that a caller needs for an operation: as a sentence in `description`, and in the machine-readable
 * field `x-right`.
 */
const needs = (right: AccessRight): SchemaJson => ({ description: `Needs the right \`${right}\`.`, 'x-right': right })

const answerWith = (schema: z.ZodType) => ({
  description: 'The response',
  content: { 'application/json': { schema: schemaOf(schema, 'output') } },
})
/**
 * HTTP statuses that the server may return for every path: 403 for cross-site requests, 405 for unsupported methods,
 * 421 for unknown host names.
 */
const ANYWHERE = [403, 405, 421] as const
const problems = (...statuses: number[]): SchemaJson =>
  Object.fromEntries(statuses.map((status) => [status, refersToProblem]))

function idOf(path: string): ParameterObject[] {
  if (!path.includes('{id}')) return []
  return [{ name: 'id', in: 'path', required: true, ...described(schemaOf(resourceIdParameter, 'input')) }]
}

function queryOf(parameters: z.ZodType): ParameterObject[] {
  const { properties = {}, required = [] } = schemaOf(parameters, 'input') as {
    properties?: Record<string, SchemaJson>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...described(schema),
  }))
}

/**
 * Separates the description from a schema, because in OpenAPI a parameter has its description next to the schema and
 * not inside it.
 */
function described({ description, ...schema }: SchemaJson): Pick<ParameterObject, 'description' | 'schema'> {
  return typeof description === 'string' ? { description, schema } : { schema }
}

/**
 * Converts a zod schema to JSON Schema 2020-12, which OpenAPI 3.1 uses. The description of a codec becomes the last
 * field of its JSON schema.
 */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): SchemaJson {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { description } = jsonSchema
      if (!(zodSchema instanceof z.ZodCodec) || description === undefined) return
      delete jsonSchema.description
      Object.assign(jsonSchema, { description })
    },
  })
  return rest
}

function streamOperation(): SchemaJson {
  return {
    operationId: 'stream',
    summary: 'Server-sent events: each `change` names the resources to fetch again',
    ...needs(nonJsonApiEndpoints.stream.right),
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'resumes after this event; if it is too old, one change names everything',
        schema: { type: 'string' },
      } satisfies ParameterObject,
    ],
    responses: {
      200: {
        description: 'Stream of events; a comment every 15 s shows that the connection works',
        content: { 'text/event-stream': { schema: schemaOf(streamChangeSchema, 'output') } },
      },
      ...problems(400, 401, ...ANYWHERE, 429, 503),
    },
  }
}

function healthOperation(operationId: string, summary: string, schema: z.ZodType): SchemaJson {
  const { content } = answerWith(schema)
  return {
    operationId,
    summary,
    security: [],
    responses: { 200: { description: 'Yes', content }, ...problems(...ANYWHERE), 503: { description: 'No', content } },
  }
}

function fileOperation(
  operationId: PlainEndpointName,
  summary: string,
  type: string,
  parameters: z.ZodType,
): SchemaJson {
  const { responses, ...operation } = plainOperation(operationId, summary, type)
  return {
    ...operation,
    parameters: queryOf(parameters),
    responses: { ...(responses as SchemaJson), ...problems(400, 404, 503) },
  }
}

function plainOperation(operationId: PlainEndpointName, summary: string, type: string): SchemaJson {
  return {
    operationId,
    summary,
    ...needs(nonJsonApiEndpoints[operationId].right),
    responses: { 200: { description: summary, content: { [type]: {} } }, ...problems(401, ...ANYWHERE) },
  }
}
