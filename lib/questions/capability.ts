import type { z } from 'zod'
import type { Caller, Command, Endpoint, PlainEndpoint, ResultIn } from '#lib/contract/index.ts'
import type { Azure } from '#lib/azure/index.ts'
import type { Tables } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Job } from '#lib/platform/job.ts'
import { inOneAnswer } from '#lib/platform/one-answer.ts'
import type { Settings } from '#lib/platform/settings.ts'
import type { Db } from './db.ts'
import { encoded, mapValues } from './encoded.ts'
import { InvalidRequestError } from './errors.ts'

/**
 * Functions that one room (a feature module under lib/) offers to the responses of other rooms, so that these need not
 * import it. Each room declares its own functions by merging this interface.
 */
// oxlint-disable-next-line typescript/no-empty-interface
export interface Offers {}

/**
 * Dependencies of a room's scheduled jobs. A room adds dependencies that only its own jobs need by merging this
 * interface.
 */
export interface JobContext {
  settings: Settings
  azure: Azure
  clock: Clock
  /** Starts another scheduled job immediately. */
  wake: (name: string) => void
}

type Jobs = (context: JobContext) => Job[]

/** Request of a caller to an endpoint. */
export interface CapabilityRequest<Of extends Endpoint> {
  db: Db
  parameters: z.output<Of['parameters']>
  /** id in the path of the endpoint; '' if the path has none */
  id: string
  caller: Caller
  /** functions that rooms offer to each other; a function of a room that is not installed is absent */
  offers: Partial<Offers>
}

type InnerAnswer<Of extends Endpoint> = (
  asked: CapabilityRequest<Of>,
) => Promise<z.input<Of['response']>> | z.input<Of['response']>

/** Function that answers a request with the response of an endpoint, in its JSON form. */
export type CapabilityAnswer<Of extends Endpoint> = (asked: CapabilityRequest<Of>) => Promise<z.output<Of['response']>>

/** Input for the work of a command: the body, the caller who gave the command, and access to the database and API. */
export interface CommandRequest<Of extends Command> {
  db: Database
  body: z.output<Of['body']>
  id: string
  caller: Caller
  /** source address of the request, for the audit; null = the command was given on the server itself */
  address: string | null
  /**
   * Queries the API on behalf of the caller, for example `/api/v1/circuits?limit=1`, and returns the response; null if
   * the API returns a problem.
   */
  ask: (question: string) => Promise<unknown>
}

type WireResult<Of extends Command> = Pick<z.output<Of['response']>, 'data'>

/** Content of the audit entry of a command. Without it, the audit stores the command's body as the new state. */
export interface Audited<Of extends Command> {
  /** Returns the state before the command; the audit stores only the differences from the state after it. */
  before?: (ordered: CommandRequest<Of>) => Promise<unknown>
  after: (result: WireResult<Of>, ordered: CommandRequest<Of>) => unknown
  /** Returns the id of the changed object, if the path of the command does not contain it. */
  subject?: (result: WireResult<Of>) => string
  /** Reports whether the change concerns only the caller, so that the audit does not record it. */
  isPrivate?: (result: WireResult<Of>) => boolean
}

/**
 * Permission rule of a command for a caller with a scope (a part of the estate). `whole` = refused, because the command
 * changes data that all callers share. `itself` = allowed, because the command checks the scope itself. `check` =
 * allowed unless `check` throws, as it does for an object outside of the scope. `result` reads the response again as
 * the scope sees it; without it, the command's own result is returned.
 */
export type CommandScope<Of extends Command> =
  | 'whole'
  | 'itself'
  | {
      check: (reader: Db, asked: { id: string; body: z.output<Of['body']> }) => Promise<unknown>
      result?: (reader: Db, asked: { id: string }) => Promise<ResultIn<Of>>
    }

export interface Work<Of extends Command> {
  scope: CommandScope<Of>
  work: (ordered: CommandRequest<Of>) => Promise<ResultIn<Of>>
  audit?: Audited<Of>
}

/** Handles a request for a stream or a file, whose response is not JSON of a schema. */
export type PlainAnswer<Of extends PlainEndpoint> = (asked: {
  request: Request
  caller: Caller
  parameters: Of['parameters'] extends z.ZodType ? z.output<Of['parameters']> : null
}) => Promise<Response>

type Endpoints = Readonly<Record<string, Endpoint>>
type Commands = Readonly<Record<string, Command>>
type Plain = Readonly<Record<string, PlainEndpoint>>

interface Definition<E extends Endpoints, C extends Commands, P extends Plain> {
  endpoints: E
  answers: { readonly [Name in keyof E]: InnerAnswer<E[Name]> }
  commands?: C
  work?: { readonly [Name in keyof C]: Work<C[Name]> }
  plainEndpoints?: P
  plain?: { readonly [Name in keyof P]: PlainAnswer<P[Name]> }
  offers?: Partial<Offers>
  /** Tables that only this room writes, each with its rules for history, scope, retention and erasure. */
  tables?: Tables
  /**
   * Returns the scheduled jobs of the room. Each job runs in one worker at a time, and only workers load the code of
   * jobs.
   */
  jobs?: () => Promise<Jobs>
}

/**
 * Registration of a room (a feature module). The response types were checked against the schemas when the room was
 * defined, so the code that dispatches requests looks up handlers by name only.
 */
export interface Capability {
  endpoints: Endpoints
  answers: Readonly<Record<string, CapabilityAnswer<Endpoint>>>
  commands: Commands
  work: Readonly<Record<string, Work<Command>>>
  plainEndpoints: Plain
  plain: Readonly<Record<string, PlainAnswer<PlainEndpoint>>>
  offers: Partial<Offers>
  tables: Tables
  jobs: () => Promise<Jobs>
}

/**
 * Registers a room: the responses of its endpoints, the work of its commands, and the functions that it offers to other
 * rooms. Encodes responses and results of commands into their JSON form (ADR 0334).
 */
export function capability<
  const E extends Endpoints,
  const C extends Commands = Record<never, never>,
  const P extends Plain = Record<never, never>,
>(definition: Definition<E, C, P>): Capability {
  const room = {
    commands: {},
    work: {},
    plainEndpoints: {},
    plain: {},
    offers: {},
    tables: {},
    jobs: async () => () => [],
    ...definition,
  } as unknown as Capability
  return { ...room, answers: encodedAnswers(room), work: encodedWork(room) }
}

const encodedAnswers = ({ endpoints, answers }: Pick<Capability, 'endpoints' | 'answers'>): Capability['answers'] =>
  mapValues(answers, (answer, name) => async (asked) => written(endpoints[name], await answer(asked)))

const encodedWork = ({ commands, work }: Pick<Capability, 'commands' | 'work'>): Capability['work'] =>
  mapValues(work, ({ scope, work: act, ...rest }, name) => {
    const shown = typeof scope === 'object' && scope.result
    return {
      ...rest,
      scope: shown ? { ...scope, result: async (...asked) => written(commands[name], await shown(...asked)) } : scope,
      work: async (ordered) => written(commands[name], await act(ordered)),
    }
  })

const written = <Result>(of: { response: z.ZodType } | undefined, result: Result): Result =>
  of ? (encoded(of.response, result) as Result) : result

/** Merges the registrations of all rooms into one, with endpoints, commands, jobs and offered functions by name. */
export function tableOf(rooms: readonly Capability[]): Capability {
  return {
    endpoints: Object.assign({}, ...rooms.map((room) => room.endpoints)),
    answers: Object.assign({}, ...rooms.map((room) => room.answers)),
    commands: Object.assign({}, ...rooms.map((room) => room.commands)),
    work: Object.assign({}, ...rooms.map((room) => room.work)),
    plainEndpoints: Object.assign({}, ...rooms.map((room) => room.plainEndpoints)),
    plain: Object.assign({}, ...rooms.map((room) => room.plain)),
    offers: Object.assign({}, ...rooms.map((room) => room.offers)),
    tables: Object.assign({}, ...rooms.map((room) => room.tables)),
    jobs: async () => {
      const jobs = await Promise.all(rooms.map((room) => room.jobs()))
      return (context) => jobs.flatMap((of) => of(context))
    },
  }
}

/** Calls an endpoint with a path below `/api/v1` and its query parameters, and returns the response. */
export type CallApiInProcess = (db: Db, question: string) => Promise<unknown>

/**
 * Returns a function that calls the product's endpoints within the process. It uses the same handlers as the API, but
 * without a server and its response cache.
 * @returns a function that throws the errors of the handler, and InvalidRequestError for a path or parameters that the
 *   product does not have
 */
export function callApiInProcess({ endpoints, answers, offers }: Capability, caller: Caller): CallApiInProcess {
  return (db, question) => {
    const { pathname, searchParams } = new URL(question, 'http://own')
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const id = new RegExp(`^${endpoint.path.replace('{id}', '([^/]+)')}$`).exec(pathname)
      const answer = answers[name]
      if (!id || !answer) continue
      const read = endpoint.parameters.safeParse(Object.fromEntries(searchParams))
      if (!read.success) throw new InvalidRequestError(`${question}: ${read.error.issues[0]?.message}`)
      const asked = { db, parameters: read.data, id: decodeURIComponent(id[1] ?? ''), caller, offers }
      return inOneAnswer(async () => answer(asked))
    }
    throw new InvalidRequestError(`${pathname} is no part of this product`)
  }
}
