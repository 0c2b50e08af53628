import type { z } from 'zod'
import type { answerOf } from './envelope.ts'
import type { Right } from '../access/index.ts'
import { noParameters } from './parameters.ts'

type Envelope = ReturnType<typeof answerOf<z.ZodUnknown>>
type Enveloped = z.ZodType<z.output<Envelope>, z.input<Envelope>>

export interface Endpoint {
  /** below `/api/v1`; `{id}` is a short id or an ARM id */
  path: string
  summary: string
  /** what its caller must have */
  right: Right
  /** walls may ask it too */
  forWalls?: boolean
  /** every screen asks it again and again, and it rests on its caller's rights and scope alone: its answer is kept until something changes (ADR 0254) */
  forAll?: boolean
  parameters: z.ZodType
  response: z.ZodType
}

export interface Command {
  method: 'put' | 'post' | 'delete'
  path: string
  summary: string
  /** what its caller must have */
  right: Right
  body: z.ZodType
  response: Enveloped
  /** what a client can meet beside a wrong body (400, 413, 415), another site's page (403) and a database that is away (503) */
  problems: readonly number[]
}

type Empty<Key extends string, Rest> =
  Rest extends Record<Key, z.ZodType> ? Rest : Rest & Record<Key, typeof noParameters>
type Optional<Of, Key extends keyof Of> = Omit<Of, Key> & Partial<Pick<Of, Key>>

/** The question at `path` of whoever has `right`; without parameters it takes none. */
export const endpoint = <
  const Path extends string,
  const Needed extends Right,
  const Rest extends Optional<Omit<Endpoint, 'path' | 'right'>, 'parameters'>,
>(
  path: Path,
  right: Needed,
  rest: Rest & Record<Exclude<keyof Rest, keyof Endpoint>, never>,
) =>
  ({ path, right, parameters: noParameters, ...rest }) as unknown as { path: Path; right: Needed } & Empty<
    'parameters',
    Rest
  >

/** The command at `path` of whoever has `right`; without a body it takes an empty one. */
export const command = <
  const Method extends Command['method'],
  const Path extends string,
  const Needed extends Right,
  const Rest extends Optional<Omit<Command, 'method' | 'path' | 'right'>, 'body'>,
>(
  method: Method,
  path: Path,
  right: Needed,
  rest: Rest & Record<Exclude<keyof Rest, keyof Command>, never>,
) =>
  ({ method, path, right, body: noParameters, ...rest }) as unknown as {
    method: Method
    path: Path
    right: Needed
  } & Empty<'body', Rest>

/** What is answered in another form than JSON of a schema. */
export interface PlainEndpoint {
  /** the whole path */
  path: string
  /** what its caller must have */
  right: Right
  /** walls may ask it too */
  forWalls?: boolean
  /** of its query; without it, it reads its request itself */
  parameters?: z.ZodType
}

/** What the work of a command results in; an answer that does not say when it was true was so when it was done, and rests on no poll. */
export type ResultIn<Of extends { response: Enveloped }> = Pick<z.input<Of['response']>, 'data'> &
  Partial<Pick<z.input<Of['response']>, 'asOf' | 'freshness'>>
