import type { Observation, PollTarget, TableAnswer } from '#lib/contract/index.ts'
import type { CallAnswer } from '../call/call.ts'
import type { PollFailure } from '../call/failure.ts'
import { type BeginOptions, type beginOperation, rowsOfAnswer, type AnsweredTable } from '../call/long-running.ts'
import { member } from '../decode/members.ts'
import type { Read } from '../read.ts'
import type { ObservableKind, Slice } from '../types.ts'
import { withUnreadRows } from '../decode/unread.ts'
import type { PlainRequest, Polled } from './by-hand.ts'

/** Names of the configured polling intervals. */
export type IntervalName = 'sessionsMs' | 'circuitsMs' | 'routesMs' | 'inventoryMs' | 'metricsMs' | 'activityMs'

/** A resource as the poll plan uses it. */
export interface PlannedResource {
  resourceId: string
  /** ARM resource type in lower case */
  type: string
  subscriptionId: string
  /** configuration of the resource as stored in history */
  config: unknown
  /** whether a connection of this gateway has BGP; absent = no connection is known to have it */
  hasBgpConnection?: boolean
}

/** Time window settings of a kind whose polls read a period, in milliseconds. */
interface PollWindow {
  /** time after the fact within which entries still arrive */
  lateMs: number
  /** length of the first period, if no earlier poll succeeded */
  firstMs: number
  /** maximum length of a period after a long outage */
  mostMs: number
  /** ages at which every period is read again; absent = entries that arrive later than `lateMs` are missed */
  againMs?: readonly number[]
}

export type RowsOf<Kind extends ObservableKind> = Observation extends infer One
  ? One extends { kind: infer Own; rows: infer Rows }
    ? Kind extends Own
      ? Rows
      : never
    : never
  : never

/** The result of a poll, before it becomes an observation. */
export interface Result<Rows> extends Pick<Observation, 'outcome' | 'error' | 'readUpTo'> {
  rows: Rows
  /** contains {@link UNREAD_ROWS} if rows were left out */
  silentInstances?: string[]
  /** set for a remembered route table; `later` decodes its rows */
  answer?: TableAnswer
  later?: () => Rows
}

/** Returns an observation whose rows are decoded on first access. An unchanged table is never decoded. */
export function withRows(observation: Observation & Pick<Result<unknown>, 'later'>): Observation {
  const { later, ...own } = observation
  if (!later) return own as Observation
  let rows: unknown
  const get = () => (rows ??= later())
  return Object.defineProperty(own as Observation, 'rows', { get, enumerable: true, configurable: true })
}

/** A poll that continues after `waitMs` milliseconds. `slice` contains its rows so far. */
export interface Unfinished {
  slice: Slice
  waitMs: number
}

export const good = <Rows>(rows: Rows): Result<Rows> => ({ outcome: 'ok', error: null, rows })

/** The target of a table response. */
interface TablePlace {
  /** type of the resource, lower case */
  type: string
  subresource: string
}

/**
 * A diagnostic POST. ARM runs one of them at a time on a resource, and refuses a second one (429 or 409) until the
 * first has ended. The resource is the polled gateway, or the circuit with all its peerings and paths.
 */
interface Operation<Rows> {
  /** if both are due on a resource, `sessions` are polled before `tables` */
  reads: 'sessions' | 'tables'
  begin: Begin
  /** decodes the rows of the result */
  decode(table: AnsweredTable, of: TablePlace): Rows
}

/** The definition of one poll kind. Each kind has its own folder or file, and `index.ts` in this folder lists them. */
export type KindDefinition<Kind extends ObservableKind> = {
  /** ARM resource types to which the kind applies, lower case */
  types: readonly string[]
  /** Azure RBAC actions that its requests need, except those for following an operation */
  actions: readonly string[]
  /**
   * returns the Azure CLI command that prints the polled data, without the options for group and subscription; absent
   * or null = the CLI has no such command
   */
  command?(polled: Polled): string | null
  /** true = the kind polls Azure Monitor, whose requests the network provider does not count */
  isOfMonitor?: true
  /** number of requests with which a poll begins; absent = 1. An inventory adds the lists of each resource group. */
  requests?: number
  /**
   * whether a throttled subscription postpones this kind `first`, or `later` than the kinds with `first`; absent =
   * never
   */
  putOff?: 'first' | 'later'
  /** name of the configured interval between polls */
  interval: IntervalName
  /** minimum interval in milliseconds; a change of a resource on which it depends triggers an additional poll */
  leastIntervalMs?: number
  /**
   * Returns the subresources that are polled, `''` for the whole resource; empty = the resource is not polled.
   * @param neighbors for a gateway: external BGP neighbors that had a session
   */
  subresources(resource: PlannedResource, neighbors: readonly string[]): readonly string[]
  /**
   * Returns the ARM ID of the resource that runs its operations, if it is another resource; absent or null = the polled
   * resource.
   */
  runsOn?(resource: PlannedResource): string | null
  /** period of the poll; absent = the poll reads the current state */
  window?: PollWindow
  /** maximum duration of a poll in milliseconds; absent = derived from its interval */
  deadlineMs?: number
  /**
   * For a kind that is read in slices: maximum total duration in milliseconds, including waits. Such a poll has its own
   * lease, which stores the rows so far.
   */
  slicesMs?: number
  /** returns the empty rows of a failed poll */
  nothing: () => RowsOf<Kind>
  /**
   * Returns the failure that replaces a response of Azure that does not indicate a fault, or null to keep it.
   * @param failure the classified failure
   */
  refused?(failure: PollFailure): PollFailure | null
  /**
   * Returns the request that the client would send, for simulations in virtual time that do not use the client; absent
   * for kinds that need several requests.
   */
  plainRequest?(target: PollTarget): PlainRequest
  /** Decodes the response to the request of `plainRequest`. */
  decode?(answer: CallAnswer, of: TablePlace): Result<RowsOf<Kind>>
} & (
  | { operation: Operation<RowsOf<Kind>> }
  | {
      operation?: never
      /** reads a kind that ARM answers immediately, or in slices */
      read(read: Read): Promise<Result<RowsOf<Kind>> | Unfinished>
    }
)

export const wholeResource = (): readonly string[] => ['']

type Begin = (read: Read, options: BeginOptions) => ReturnType<Parameters<typeof beginOperation>[1]>

/** Defines how to read a table that ARM returns as the result of a diagnostic POST. */
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
      return withUnreadRows(decodeTable(table, of), table.unread)
    },
  }
}

function onOnePage(answer: CallAnswer): AnsweredTable {
  const { body, ...table } = rowsOfAnswer(answer)
  if (member(body, 'nextLink')) throw new Error('this answer has several pages, which only the client follows')
  return table
}
