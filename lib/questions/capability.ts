import type { z } from 'zod'
import type {
  RequestCaller,
  CommandDefinition,
  EndpointDefinition,
  NonJsonEndpoint,
  CommandResult,
} from '#lib/contract/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { DatabaseTableRegistrations } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import type { ReadableDatabase } from './db.ts'
import { encodeWithSchema, mapObjectValues } from './encode-with-schema.ts'
import { InvalidRequestError } from './errors.ts'

/**
 * Functions that a feature module (a "room", that is, a folder under lib/) provides to other feature modules. The other
 * modules can call them without importing the module. Each module adds its functions by declaring this interface again
 * (declaration merging).
 */
// oxlint-disable-next-line typescript/no-empty-interface
export interface CrossFeatureFunctions {}

/**
 * Objects that are passed to the scheduled jobs of every feature module. If the jobs of a module need further objects,
 * the module adds them by declaring this interface again (declaration merging).
 */
export interface JobContext {
  settings: ProcessSettings
  azure: AzureAccess
  clock: Clock
  /** Starts another scheduled job now instead of at its next regular time. */
  wake: (name: string) => void
}

type Jobs = (context: JobContext) => ScheduledJob[]

/** Request of a caller to an endpoint. */
export interface ApiEndpointRequest<Of extends EndpointDefinition> {
  db: ReadableDatabase
  parameters: z.output<Of['parameters']>
  /** id in the path of the endpoint; '' if the path has none */
  id: string
  caller: RequestCaller
  /** functions of other feature modules; a function is absent if its module is not installed */
  offers: Partial<CrossFeatureFunctions>
}

type InnerAnswer<Of extends EndpointDefinition> = (
  asked: ApiEndpointRequest<Of>,
) => Promise<z.input<Of['response']>> | z.input<Of['response']>

/** Function that answers a request with the response of an endpoint, in its JSON form. */
export type ApiEndpointHandler<Of extends EndpointDefinition> = (
  asked: ApiEndpointRequest<Of>,
) => Promise<z.output<Of['response']>>

/** Input of a command: its body, the caller who sent it, and functions to access the database and the API. */
export interface ApiCommandInput<Of extends CommandDefinition> {
  db: Database
  body: z.output<Of['body']>
  id: string
  caller: RequestCaller
  /** IP address from which the command was sent, for the audit; null = the command was run on the server itself */
  address: string | null
  /**
   * Calls an API endpoint on behalf of the caller, for example `/api/v1/circuits?limit=1`, and returns the response;
   * null if the API returns an error.
   */
  ask: (question: string) => Promise<unknown>
}

type WireResult<Of extends CommandDefinition> = Pick<z.output<Of['response']>, 'data'>

/**
 * Content of the audit entry of a command. For a command without this object, the audit entry contains the body of the
 * command as the new state.
 */
export interface CommandAuditContent<Of extends CommandDefinition> {
  /**
   * Returns the state before the command. If it is given, the audit stores only the fields that differ from the state
   * after the command.
   */
  before?: (ordered: ApiCommandInput<Of>) => Promise<unknown>
  after: (result: WireResult<Of>, ordered: ApiCommandInput<Of>) => unknown
  /** Returns the id of the changed object; needed if the path of the command does not contain it. */
  subject?: (result: WireResult<Of>) => string
  /** Reports whether the change concerns only the caller. Such a change is not recorded in the audit log. */
  isPrivate?: (result: WireResult<Of>) => boolean
}

/**
 * Rule for a caller with limited access who sends the command:
 * - `whole`: the command is refused, because it changes data that all callers share
 * - `itself`: the command is allowed, and checks in its own code what the caller may access
 * - `check`: the command is allowed, unless the function throws because the caller may not access an object. If
 * `result` is given, it reads the changed object again with the caller's limited access, for the response
 */
export type CommandAccessScope<Of extends CommandDefinition> =
  | 'whole'
  | 'itself'
  | {
      check: (reader: ReadableDatabase, asked: { id: string; body: z.output<Of['body']> }) => Promise<unknown>
      result?: (reader: ReadableDatabase, asked: { id: string }) => Promise<CommandResult<Of>>
    }

export interface ApiCommandImplementation<Of extends CommandDefinition> {
  scope: CommandAccessScope<Of>
  work: (ordered: ApiCommandInput<Of>) => Promise<CommandResult<Of>>
  audit?: CommandAuditContent<Of>
}

/** Function that handles a request for a stream or a file, whose response is not JSON. */
export type NonJsonEndpointHandler<Of extends NonJsonEndpoint> = (asked: {
  request: Request
  caller: RequestCaller
  parameters: Of['parameters'] extends z.ZodType ? z.output<Of['parameters']> : null
}) => Promise<Response>

type Endpoints = Readonly<Record<string, EndpointDefinition>>
type Commands = Readonly<Record<string, CommandDefinition>>
type Plain = Readonly<Record<string, NonJsonEndpoint>>

interface Definition<E extends Endpoints, C extends Commands, P extends Plain> {
  endpoints: E
  answers: { readonly [Name in keyof E]: InnerAnswer<E[Name]> }
  commands?: C
  work?: { readonly [Name in keyof C]: ApiCommandImplementation<C[Name]> }
  plainEndpoints?: P
  plain?: { readonly [Name in keyof P]: NonJsonEndpointHandler<P[Name]> }
  offers?: Partial<CrossFeatureFunctions>
  /** tables that only this feature module writes, each with its rules for history, scope, retention and erasure */
  tables?: DatabaseTableRegistrations
  /**
   * Returns the scheduled jobs of the feature module. Each job runs in only one worker process at a time. Only workers
   * load the code of jobs.
   */
  jobs?: () => Promise<Jobs>
}

/**
 * Everything that one feature module (a folder under lib/) registers. Handlers are stored by the name of their
 * endpoint. Their types were checked when the module was defined.
 */
export interface FeatureCapability {
  endpoints: Endpoints
  answers: Readonly<Record<string, ApiEndpointHandler<EndpointDefinition>>>
  commands: Commands
  work: Readonly<Record<string, ApiCommandImplementation<CommandDefinition>>>
  plainEndpoints: Plain
  plain: Readonly<Record<string, NonJsonEndpointHandler<NonJsonEndpoint>>>
  offers: Partial<CrossFeatureFunctions>
  tables: DatabaseTableRegistrations
  jobs: () => Promise<Jobs>
}

/**
 * Defines a feature module. It consists of handlers of its endpoints, the functions of its commands, and functions for
 * other modules. Handlers and command functions are wrapped, so that they return the JSON form of their result
 * (ADR 0334).
 */
export function defineFeatureCapability<
  const E extends Endpoints,
  const C extends Commands = Record<never, never>,
  const P extends Plain = Record<never, never>,
>(definition: Definition<E, C, P>): FeatureCapability {
  const room = {
    commands: {},
    work: {},
    plainEndpoints: {},
    plain: {},
    offers: {},
    tables: {},
    jobs: async () => () => [],
    ...definition,
  } as unknown as FeatureCapability
  return { ...room, answers: encodedAnswers(room), work: encodedWork(room) }
}

const encodedAnswers = ({
  endpoints,
  answers,
}: Pick<FeatureCapability, 'endpoints' | 'answers'>): FeatureCapability['answers'] =>
  mapObjectValues(answers, (answer, name) => async (asked) => written(endpoints[name], await answer(asked)))

const encodedWork = ({ commands, work }: Pick<FeatureCapability, 'commands' | 'work'>): FeatureCapability['work'] =>
  mapObjectValues(work, ({ scope, work: act, ...rest }, name) => {
    const shown = typeof scope === 'object' && scope.result
    return {
      ...rest,
      scope: shown ? { ...scope, result: async (...asked) => written(commands[name], await shown(...asked)) } : scope,
      work: async (ordered) => written(commands[name], await act(ordered)),
    }
  })

const written = <Result>(of: { response: z.ZodType } | undefined, result: Result): Result =>
  of ? (encodeWithSchema(of.response, result) as Result) : result

/** Merges the registrations of all feature modules into one. */
export function mergeFeatureCapabilities(rooms: readonly FeatureCapability[]): FeatureCapability {
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

/**
 * Function that calls an endpoint in the same process and returns the response. Its argument is the path below
 * `/api/v1`, with query parameters.
 */
export type CallApiInProcess = (db: ReadableDatabase, question: string) => Promise<unknown>

/**
 * Returns a function that calls Peerwatch's own endpoints in this process, without HTTP and without the response cache.
 * @returns a function that throws the errors of the handler, and InvalidRequestError for an unknown path or invalid
 *   parameters
 */
export function callApiInProcess(
  { endpoints, answers, offers }: FeatureCapability,
  caller: RequestCaller,
): CallApiInProcess {
  return (db, question) => {
    const { pathname, searchParams } = new URL(question, 'http://own')
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const id = new RegExp(`^${endpoint.path.replace('{id}', '([^/]+)')}$`).exec(pathname)
      const answer = answers[name]
      if (!id || !answer) continue
      const read = endpoint.parameters.safeParse(Object.fromEntries(searchParams))
      if (!read.success) throw new InvalidRequestError(`${question}: ${read.error.issues[0]?.message}`)
      const asked = { db, parameters: read.data, id: decodeURIComponent(id[1] ?? ''), caller, offers }
      return shareQueriesInResponse(async () => answer(asked))
    }
    throw new InvalidRequestError(`${pathname} is no part of this product`)
  }
}
