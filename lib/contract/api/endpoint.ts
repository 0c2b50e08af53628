import type { z } from 'zod'
import type { createResponseSchema } from './envelope.ts'
import type { AccessRight } from '../access/index.ts'
import { noParameters } from './parameters.ts'

type Envelope = ReturnType<typeof createResponseSchema<z.ZodUnknown>>
type Enveloped = z.ZodType<z.output<Envelope>, z.input<Envelope>>

export interface EndpointDefinition {
  /** path below `/api/v1`; `{id}` is a short id or an ARM id */
  path: string
  summary: string
  /** right that the caller needs */
  right: AccessRight
  /** true if wall displays may request it too */
  forWalls?: boolean
  /**
   * true if the response is cached until data changes (ADR 0254). It is set for endpoints that every screen requests
   * repeatedly and whose response depends only on the caller's rights and scope.
   */
  forAll?: boolean
  parameters: z.ZodType
  response: z.ZodType
}

export interface CommandDefinition {
  method: 'put' | 'post' | 'delete'
  path: string
  summary: string
  /** right that the caller needs */
  right: AccessRight
  body: z.ZodType
  response: Enveloped
  /**
   * HTTP statuses in addition to those that every command can return: wrong body (400, 413, 415), cross-site request
   * (403), unavailable database (503)
   */
  problems: readonly number[]
}

type Empty<Key extends string, Rest> =
  Rest extends Record<Key, z.ZodType> ? Rest : Rest & Record<Key, typeof noParameters>
type Optional<Of, Key extends keyof Of> = Omit<Of, Key> & Partial<Pick<Of, Key>>

/** Returns the definition of a GET endpoint. Without `parameters`, the endpoint accepts no parameters. */
export const defineEndpoint = <
  const Path extends string,
  const Needed extends AccessRight,
  const Rest extends Optional<Omit<EndpointDefinition, 'path' | 'right'>, 'parameters'>,
>(
  path: Path,
  right: Needed,
  rest: Rest & Record<Exclude<keyof Rest, keyof EndpointDefinition>, never>,
) =>
  ({ path, right, parameters: noParameters, ...rest }) as unknown as { path: Path; right: Needed } & Empty<
    'parameters',
    Rest
  >

/**
 * Returns the definition of a command, that is, an endpoint that changes data. Without a body schema, the request body
 * must be empty.
 */
export const defineCommand = <
  const Method extends CommandDefinition['method'],
  const Path extends string,
  const Needed extends AccessRight,
  const Rest extends Optional<Omit<CommandDefinition, 'method' | 'path' | 'right'>, 'body'>,
>(
  method: Method,
  path: Path,
  right: Needed,
  rest: Rest & Record<Exclude<keyof Rest, keyof CommandDefinition>, never>,
) =>
  ({ method, path, right, body: noParameters, ...rest }) as unknown as {
    method: Method
    path: Path
    right: Needed
  } & Empty<'body', Rest>

/** Endpoint whose response is not JSON with a schema, for example a file or a stream. */
export interface NonJsonEndpoint {
  /** full path of the endpoint, not relative to `/api/v1` */
  path: string
  /** right that the caller needs */
  right: AccessRight
  /** true if wall displays may request it too */
  forWalls?: boolean
  /** schema of the query; absent if the endpoint parses its request itself */
  parameters?: z.ZodType
}

/**
 * Result of a command, before it is sent in an envelope. If `asOf` is missing, the result is valid at the time of
 * execution. If `freshness` is missing, the result does not depend on any poll.
 */
export type CommandResult<Of extends { response: Enveloped }> = Pick<z.input<Of['response']>, 'data'> &
  Partial<Pick<z.input<Of['response']>, 'asOf' | 'freshness'>>
