import { z } from 'zod'
import type { Right } from '#lib/contract/access/index.ts'
import {
  type CommandDefinition,
  type Endpoint,
  idParameter,
  problemSchema,
  PROBLEM_CONTENT_TYPE,
  streamChangeSchema,
} from '#lib/contract/api/index.ts'
import { commands, endpoints, plainEndpoints, type PlainEndpointName } from './registry.ts'
import { costProjectionsParameters, costWeeklyParameters } from '#lib/cost/api/index.ts'
import { healthSchema, livenessSchema, readinessSchema } from '#lib/setup/api/index.ts'

type Json = Record<string, unknown>

interface ParameterObject {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: Json
}

/**
 * Returns the OpenAPI 3.1 document of the API. It is built from the same schemas with which handlers and tests check
 * requests and responses.
 * @param version version of Peerwatch
 */
export function buildOpenApiDocument(version: string): Json {
  const { paths, schemas } = sharedPaths()
  return {
    openapi: '3.1.0',
    info: {
      title: 'Peerwatch',
      version,
      description:
        'Times are ISO 8601 UTC, bytes are decimal strings, pairs of instants are bounds. Responses about a moment or a range report whether polls covered it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
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

/** Name of the session cookie over HTTP. Over HTTPS, its name also has the prefix `__Host-`. */
const sessionCookie = 'peerwatch.session_token'

const problemResponse = {
  description: 'Problem and the action to take (RFC 9457)',
  content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
}
const refersToProblem = { $ref: '#/components/responses/Problem' }

let shared: { paths: Json; schemas: Json } | undefined

/**
 * Returns all API paths, and the schemas that several responses use. The result is computed once and kept, because it
 * takes about 0.1 s.
 */
function sharedPaths(): { paths: Json; schemas: Json } {
  if (shared) return shared
  const paths: Json = {
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
    '/api/openapi.json': { get: plainOperation('openapi', 'This document', 'application/json') },
    '/metrics': { get: plainOperation('metrics', 'Prometheus metrics', 'text/plain') },
  }
  const sharing = new SchemaSharing(
    Object.values(paths).flatMap((methods) => Object.values(methods as Json)) as Answering[],
  )
  shared = { paths, schemas: sharing.schemas }
  return shared
}

/** Returns the operations of all endpoints and commands, sorted by path. */
function versionedPaths(): Record<string, Json> {
  const paths: Record<string, Json> = {}
  const add = (path: string, method: string, operation: Json) => {
    paths[`/api/v1${path}`] = { ...paths[`/api/v1${path}`], [method]: operation }
  }
  for (const [name, endpoint] of Object.entries(endpoints)) add(endpoint.path, 'get', questionOf(name, endpoint))
  for (const [name, command] of Object.entries(commands)) add(command.path, command.method, commandOf(name, command))
  return Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

interface Answering {
  responses: Record<string, { content?: Record<string, { schema?: Json }> }>
}

/**
 * Minimum length of a schema (as JSON text) that is replaced by a reference. For a shorter schema, a reference would
 * not save space.
 */
const MIN_SHARED = 120
/**
 * Members of a JSON schema that contain other schemas. A member in BY_NAME maps names to schemas; a member in PARTS
 * contains one schema or a list.
 */
const BY_NAME = new Set(['properties', 'patternProperties'])
const PARTS = new Set(['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'additionalProperties', 'not'])

/**
 * Replaces schemas that occur several times in responses with references to `#/components/schemas`. A description is
 * not shared, but stays where it was.
 */
class SchemaSharing {
  readonly schemas: Record<string, Json> = {}
  readonly #counts = new Map<string, number>()
  readonly #names = new Map<string, string>()

  constructor(operations: readonly Answering[]) {
    const contents = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content = {} }) => Object.values(content)),
    )
    for (const { schema } of contents) if (schema) this.#inside(schema, '', (part) => this.#count(part))
    for (const one of contents) if (one.schema) one.schema = this.#inside(one.schema, 'Answer', this.#replaced)
  }

  /**
   * Counts how often a schema occurs. Its inner schemas are counted only at its first occurrence, because a repeated
   * schema is written only once.
   */
  #count(schema: Json): Json {
    const text = textOf(schema)
    const seen = this.#counts.get(text) ?? 0
    this.#counts.set(text, seen + 1)
    return seen > 0 ? schema : this.#inside(schema, '', (part) => this.#count(part))
  }

  readonly #replaced = (schema: Json, name: string): Json => {
    const text = textOf(schema)
    if (text.length < MIN_SHARED || (this.#counts.get(text) ?? 0) < 2) return this.#inside(schema, name, this.#replaced)
    const { description, ...rest } = schema
    let known = this.#names.get(text)
    if (known === undefined) {
      known = this.#newName(name)
      this.#names.set(text, known)
      this.schemas[known] = this.#inside(rest, name, this.#replaced)
    }
    return { ...(description !== undefined && { description }), $ref: `#/components/schemas/${known}` }
  }

  /**
   * Returns an unused name for a shared schema. It is derived from the name of the member in which the schema first
   * occurs.
   */
  #newName(member: string): string {
    const base = `${member.charAt(0).toUpperCase()}${member.slice(1).replace(/\W/g, '')}`
    let name = base
    for (let n = 2; name in this.schemas || name === 'Problem'; n++) name = `${base}${n}`
    this.schemas[name] = {}
    return name
  }

  #inside(schema: Json, name: string, replace: (part: Json, name: string) => Json): Json {
    const onePart = (part: unknown): unknown => (isJson(part) ? replace(part, name) : part)
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (BY_NAME.has(key) && isJson(value))
          return [
            key,
            Object.fromEntries(Object.entries(value).map(([own, part]) => [own, replace(part as Json, own)])),
          ]
        if (!PARTS.has(key)) return [key, value]
        return [key, Array.isArray(value) ? value.map(onePart) : onePart(value)]
      }),
    )
  }
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = ({ description: _, ...rest }: Json): string => JSON.stringify(rest)

function questionOf(operationId: string, { path, summary, right, parameters, response }: Endpoint): Json {
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
): Json {
  return {
    operationId,
    summary,
    ...needs(right),
    parameters: idOf(path),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    responses: { 200: answerWith(response), ...problems(400, 401, 413, 415, ...ANYWHERE, ...own, 503) },
  }
}

/** Returns the right that a caller needs, as a text for people and as `x-right` for programs. */
const needs = (right: Right): Json => ({ description: `Needs the right \`${right}\`.`, 'x-right': right })

const answerWith = (schema: z.ZodType) => ({
  description: 'The response',
  content: { 'application/json': { schema: schemaOf(schema, 'output') } },
})
/**
 * HTTP statuses that the server may return for every path: 403 for cross-site requests, 405 for unsupported methods,
 * 421 for unknown host names.
 */
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

/** Separates the description from a schema, because OpenAPI has the description of a parameter next to its schema. */
function described({ description, ...schema }: Json): Pick<ParameterObject, 'description' | 'schema'> {
  return typeof description === 'string' ? { description, schema } : { schema }
}

/**
 * Converts a zod schema to JSON Schema 2020-12, which OpenAPI 3.1 uses. The description of a codec is moved to the end,
 * behind the members that it describes.
 */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
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

function streamOperation(): Json {
  return {
    operationId: 'stream',
    summary: 'Server-sent events: each `change` names the resources to fetch again',
    ...needs(plainEndpoints.stream.right),
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
