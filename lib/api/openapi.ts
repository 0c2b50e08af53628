import { z } from 'zod'
import type { Right } from '#lib/contract/access/index.ts'
import {
  type Command,
  type Endpoint,
  idParameter,
  problem,
  PROBLEM_CONTENT_TYPE,
  streamChange,
} from '#lib/contract/api/index.ts'
import { commands, endpoints, plainEndpoints, type PlainEndpointName } from './registry.ts'
import { costProjectionsParameters, costWeeklyParameters } from '#lib/cost/api/index.ts'
import { health, liveness, readiness } from '#lib/setup/api/index.ts'

type Json = Record<string, unknown>

interface ParameterObject {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: Json
}

/**
 * The API as an OpenAPI 3.1 document, made from the schemas that handlers and tests use.
 * @param version the product's version
 */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Peerwatch',
      version,
      description:
        'Times are ISO 8601 UTC, bytes are decimal strings, pairs of instants are bounds. Answers about a moment or a range say whether it was covered.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths: {
      ...versionedPaths(),
      '/api/v1/stream': { get: streamOperation() },
      '/api/v1/cost/focus': {
        get: fileOperation('costFocus', 'Projections of a month as FOCUS 1.2', costProjectionsParameters),
      },
      '/api/v1/cost/weekly/csv': {
        get: fileOperation('costWeeklyCsv', 'The table of a weekly review', costWeeklyParameters),
      },
      '/api/health/live': {
        get: {
          operationId: 'healthLive',
          summary: 'Whether the web answers; the database is not asked',
          security: [],
          responses: { 200: { ...answerWith(liveness), description: 'It does' }, ...problems(...ANYWHERE) },
        },
      },
      '/api/health': { get: healthOperation('health', 'Whether the database answers', health) },
      '/api/health/ready': {
        get: healthOperation('healthReady', 'Whether writes, polls and alerting go on', readiness),
      },
      '/api/openapi.json': { get: plainOperation('openapi', 'This document', 'application/json') },
      '/metrics': { get: plainOperation('metrics', 'Prometheus metrics', 'text/plain') },
    },
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      responses: { Problem: problemResponse },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'an API token: pw_...' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'the cookie of a sign-in' },
      },
    },
  }
}

/** Name of the cookie by http; by https it begins with `__Host-`. */
const sessionCookie = 'peerwatch.session_token'

const problemResponse = {
  description: 'What is wrong, and what to do (RFC 9457)',
  content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
}
const refersToProblem = { $ref: '#/components/responses/Problem' }

let versioned: Record<string, Json> | undefined

/** Questions and commands of one path stand together, paths in the order of their names. Made once, because it takes a tenth of a second. */
function versionedPaths(): Record<string, Json> {
  if (versioned) return versioned
  const paths: Record<string, Json> = {}
  const add = (path: string, method: string, operation: Json) => {
    paths[`/api/v1${path}`] = { ...paths[`/api/v1${path}`], [method]: operation }
  }
  for (const [name, endpoint] of Object.entries(endpoints)) add(endpoint.path, 'get', questionOf(name, endpoint))
  for (const [name, command] of Object.entries(commands)) add(command.path, command.method, commandOf(name, command))
  versioned = Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return versioned
}

function questionOf(operationId: string, { path, summary, right, parameters, response }: Endpoint): Json {
  return {
    operationId,
    summary,
    ...needs(right),
    parameters: [...idOf(path), ...queryOf(parameters)],
    responses: { 200: answerWith(response), ...problems(400, 401, 404, ...ANYWHERE, 503) },
  }
}

function commandOf(operationId: string, { path, summary, right, body, response, problems: own }: Command): Json {
  return {
    operationId,
    summary,
    ...needs(right),
    parameters: idOf(path),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    responses: { 200: answerWith(response), ...problems(400, 401, 413, 415, ...ANYWHERE, ...own, 503) },
  }
}

/** The right that a caller needs, as people read it and as programs do. */
const needs = (right: Right): Json => ({ description: `Needs the right \`${right}\`.`, 'x-right': right })

const answerWith = (schema: z.ZodType) => ({
  description: 'The answer',
  content: { 'application/json': { schema: schemaOf(schema, 'output') } },
})
/** What the front answers by itself, whatever the path: pages of other sites, other methods, host names that are not its own. */
const ANYWHERE = [403, 405, 421] as const
const problems = (...statuses: number[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, refersToProblem]))

function idOf(path: string): ParameterObject[] {
  if (!path.includes('{id}')) return []
  return [{ name: 'id', in: 'path', required: true, ...described(schemaOf(idParameter, 'input')) }]
}

function queryOf(parameters: z.ZodType): ParameterObject[] {
  const { properties = {}, required = [] } = schemaOf(parameters, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...described(schema),
  }))
}

/** OpenAPI wants a parameter's description beside its schema. */
function described({ description, ...schema }: Json): Pick<ParameterObject, 'description' | 'schema'> {
  return typeof description === 'string' ? { description, schema } : { schema }
}

/** JSON Schema 2020-12, which is OpenAPI 3.1's own dialect. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function streamOperation(): Json {
  return {
    operationId: 'stream',
    summary: 'Server-sent events: each `change` names what to fetch again',
    ...needs(plainEndpoints.stream.right),
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'resume behind this event; when it is too old, one change names everything',
        schema: { type: 'string' },
      } satisfies ParameterObject,
    ],
    responses: {
      200: {
        description: 'A stream of events; a comment every 15 s shows that it lives',
        content: { 'text/event-stream': { schema: schemaOf(streamChange, 'output') } },
      },
      ...problems(400, 401, ...ANYWHERE, 429, 503),
    },
  }
}

function healthOperation(operationId: string, summary: string, schema: z.ZodType): Json {
  const { content } = answerWith(schema)
  return {
    operationId,
    summary,
    security: [],
    responses: { 200: { description: 'Yes', content }, ...problems(...ANYWHERE), 503: { description: 'No', content } },
  }
}

function fileOperation(operationId: PlainEndpointName, summary: string, parameters: z.ZodType): Json {
  const { responses, ...operation } = plainOperation(operationId, summary, 'text/csv')
  return {
    ...operation,
    parameters: queryOf(parameters),
    responses: { ...(responses as Json), ...problems(400, 404, 503) },
  }
}

function plainOperation(operationId: PlainEndpointName, summary: string, type: string): Json {
  return {
    operationId,
    summary,
    ...needs(plainEndpoints[operationId].right),
    responses: { 200: { description: summary, content: { [type]: {} } }, ...problems(401, ...ANYWHERE) },
  }
}
