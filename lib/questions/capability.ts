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

/** What one room gives to answers of others without being imported by them; a room declares its own by merging this interface. */
// oxlint-disable-next-line typescript/no-empty-interface
export interface Offers {}

/** What a room's jobs are made with; a room adds what only its own need by merging this interface. */
export interface JobContext {
  settings: Settings
  azure: Azure
  clock: Clock
  /** runs another job now */
  wake: (name: string) => void
}

type Jobs = (context: JobContext) => Job[]

/** One question of a caller. */
export interface CapabilityRequest<Of extends Endpoint> {
  db: Db
  parameters: z.output<Of['parameters']>
  /** '' where the path has none */
  id: string
  caller: Caller
  /** what the rooms of this product offer; nothing of a room that is not there */
  offers: Partial<Offers>
}

type InnerAnswer<Of extends Endpoint> = (
  asked: CapabilityRequest<Of>,
) => Promise<z.input<Of['response']>> | z.input<Of['response']>

/** Answers in the form of the wire. */
export type CapabilityAnswer<Of extends Endpoint> = (asked: CapabilityRequest<Of>) => Promise<z.output<Of['response']>>

/** One command of a caller. */
export interface Ordered<Of extends Command> {
  db: Database
  body: z.output<Of['body']>
  id: string
  caller: Caller
  /** where the request came from, for the audit; null = on the server */
  address: string | null
  /** what the API answers the caller to a question, `/api/v1/circuits?limit=1`; null = a problem */
  ask: (question: string) => Promise<unknown>
}

type WireResult<Of extends Command> = Pick<z.output<Of['response']>, 'data'>

/** What the audit shows of a command; without it, its body as what became. */
export interface Audited<Of extends Command> {
  /** the state before, of which what differs is kept */
  before?: (ordered: Ordered<Of>) => Promise<unknown>
  after: (result: WireResult<Of>, ordered: Ordered<Of>) => unknown
  /** what was changed, where the path does not say it */
  subject?: (result: WireResult<Of>) => string
  /** it is the caller's alone, and not recorded */
  isPrivate?: (result: WireResult<Of>) => boolean
}

/**
 * Who with a scope may give a command: nobody, since it changes what all share (`whole`); everybody, since it compares with the caller's
 * scope itself (`itself`); or who passes `check`, which refuses what the scope does not see as the question about it would. `result` is
 * the answer as the scope sees it; without it the command's own.
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
  work: (ordered: Ordered<Of>) => Promise<ResultIn<Of>>
  audit?: Audited<Of>
}

/** Answers a stream or a file. */
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
  /** Tables that only this room writes, each with its past, scope, retention and erasure. */
  tables?: Tables
  /** what it does at times of its own, one worker at a time for each; loaded by workers alone */
  jobs?: () => Promise<Jobs>
}

/** What a room registers. Its schemas were checked against its answers when it was defined; who dispatches reads them by name. */
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
 * Registers a room: an answer for each of its endpoints, the work of each of its commands, and what it offers to others. Answers and results
 * of commands leave it in the form of the wire (ADR 0334).
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

/** All that a product of these rooms answers, does and offers, by name. */
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

/** Asks what the API would answer to a path below `/api/v1` with its parameters. */
export type CallApiInProcess = (db: Db, question: string) => Promise<unknown>

/**
 * Asks the answers of the product within its own process: the functions that the API asks, without a server, and without what that keeps.
 * @returns asks; throws what an answer throws, and InvalidRequestError for a path or parameters that the product does not have
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
