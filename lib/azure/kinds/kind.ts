import type { Observation, PollTarget, TableAnswer } from '#lib/contract/index.ts'
import type { CallAnswer } from '../call/call.ts'
import type { PollFailure } from '../call/failure.ts'
import { type BeginOptions, type beginOperation, answeredRows, type AnsweredTable } from '../call/long-running.ts'
import { member } from '../decode/members.ts'
import type { Read } from '../read.ts'
import type { ObservableKind, Slice } from '../types.ts'
import { partly } from '../decode/unread.ts'
import type { PlainRequest, Polled } from './by-hand.ts'

/** The configured intervals, by what they are for. */
export type IntervalName = 'sessionsMs' | 'circuitsMs' | 'routesMs' | 'inventoryMs' | 'metricsMs' | 'activityMs'

/** A resource as the plan of polls knows it. */
export interface PlannedResource {
  resourceId: string
  /** lower case */
  type: string
  subscriptionId: string
  /** as history keeps it */
  config: unknown
  /** whether a connection of this gateway has BGP; absent = no connection is known to have it */
  hasBgpConnection?: boolean
}

/** How far back a kind reads that is requested for a period, milliseconds. */
interface PollWindow {
  /** how long after the fact entries still arrive */
  lateMs: number
  /** without an earlier good poll */
  firstMs: number
  /** after a long outage */
  mostMs: number
  /** ages at which every period is read once more; absent = what arrives later than `lateMs` is not read */
  againMs?: readonly number[]
}

export type RowsOf<Kind extends ObservableKind> = Observation extends infer One
  ? One extends { kind: infer Own; rows: infer Rows }
    ? Kind extends Own
      ? Rows
      : never
    : never
  : never

/** What a poll came to, before it becomes an observation. */
export interface Result<Rows> extends Pick<Observation, 'outcome' | 'error' | 'readUpTo'> {
  rows: Rows
  /** {@link UNREAD_ROWS} where rows were left out */
  silentInstances?: string[]
  /** of a route table that is known, with what decodes its rows */
  answer?: TableAnswer
  later?: () => Rows
}

/** An observation whose rows are decoded when somebody asks: nobody does where the table is the one before. */
export function withRows(observation: Observation & Pick<Result<unknown>, 'later'>): Observation {
  const { later, ...own } = observation
  if (!later) return own as Observation
  let rows: unknown
  const get = () => (rows ??= later())
  return Object.defineProperty(own as Observation, 'rows', { get, enumerable: true, configurable: true })
}

/** A poll that goes on later, after so many milliseconds: what is read so far stands in it. */
export interface Unfinished {
  slice: Slice
  waitMs: number
}

export const good = <Rows>(rows: Rows): Result<Rows> => ({ outcome: 'ok', error: null, rows })

/** What an answer is read of. */
interface TablePlace {
  /** of the resource, lower case */
  type: string
  subresource: string
}

/**
 * A diagnostic POST: ARM runs one of them at a time on a resource, and refuses a second one (429 or 409) until the first has
 * ended. The resource is the one that is polled: the gateway, or the circuit with all its peerings and paths.
 */
interface Operation<Rows> {
  /** `sessions` come before `tables` where both are due on a resource */
  reads: 'sessions' | 'tables'
  begin: Begin
  /** the rows of its result */
  decode(table: AnsweredTable, of: TablePlace): Rows
}

/** Everything that Peerwatch knows of one kind of poll. One folder each; `index.ts` beside this file lists them. */
export type KindDefinition<Kind extends ObservableKind> = {
  /** ARM resource types that it is polled on, lower case */
  types: readonly string[]
  /** actions of Azure's role-based access control that its requests need; what follows an operation is not among them */
  actions: readonly string[]
  /** the Azure CLI's command that shows the same, without group and subscription; absent or null = it has none */
  command?(polled: Polled): string | null
  /** it asks Azure Monitor, whose requests the network provider does not count */
  isOfMonitor?: true
  /** how many requests a poll begins with; absent = 1. An inventory adds the lists of each resource group. */
  requests?: number
  /** among the kinds that a throttled subscription puts off: `first`, or `later`; absent = never */
  putOff?: 'first' | 'later'
  /** the configured interval that it is polled at */
  interval: IntervalName
  /** polled no more often by itself, milliseconds: a change of what it depends on asks for it */
  leastIntervalMs?: number
  /**
   * The subresources that are polled, `''` for the whole resource; none = it is not polled.
   * @param neighbors of a gateway: BGP neighbors outside it that had a session
   */
  subresources(resource: PlannedResource, neighbors: readonly string[]): readonly string[]
  /** ARM id of what runs its operations, where that is another resource; absent or null = the polled one */
  runsOn?(resource: PlannedResource): string | null
  /** absent = it reads the present */
  window?: PollWindow
  /** most that one poll may take, milliseconds; absent = by its interval */
  deadlineMs?: number
  /** of a kind that is read in slices: most that they may take together, waits included; it has a lease of its own, with what is read so far */
  slicesMs?: number
  /** the rows of a poll that failed */
  nothing: () => RowsOf<Kind>
  /**
   * What an answer of Azure's is that reports no fault of anybody's: the failure that takes its place, or null where it stays.
   * @param failure as it was classified
   */
  refused?(failure: PollFailure): PollFailure | null
  /** the request that the client makes, for runs at virtual time that do without it; absent for kinds of several requests */
  plainRequest?(target: PollTarget): PlainRequest
  /** reads the answer of such a request */
  decode?(answer: CallAnswer, of: TablePlace): Result<RowsOf<Kind>>
} & (
  | { operation: Operation<RowsOf<Kind>> }
  | {
      operation?: never
      /** reads a kind that ARM answers at once, or in slices */
      read(read: Read): Promise<Result<RowsOf<Kind>> | Unfinished>
    }
)

export const wholeResource = (): readonly string[] => ['']

type Begin = (read: Read, options: BeginOptions) => ReturnType<Parameters<typeof beginOperation>[1]>

/** How a table is read that ARM gives as the result of a diagnostic POST. */
export function tableKind<Row>(
  reads: Operation<Row[]>['reads'],
  begin: Begin,
  decodeTable: (table: AnsweredTable, of: TablePlace) => Row[],
) {
  return {
    operation: { reads, begin, decode: decodeTable },
    nothing: (): Row[] => [],
    decode: (answer: CallAnswer, of: TablePlace): Result<Row[]> => {
      const table = onOnePage(answer)
      return partly(decodeTable(table, of), table.unread)
    },
  }
}

function onOnePage(answer: CallAnswer): AnsweredTable {
  const { body, ...table } = answeredRows(answer)
  if (member(body, 'nextLink')) throw new Error('this answer has several pages, which only the client follows')
  return table
}
