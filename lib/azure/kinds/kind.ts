import type { PollObservation, PollTarget, RouteTableDigest } from '#lib/contract/index.ts'
import type { ArmResponse } from '../call/call.ts'
import type { PollFailure } from '../call/failure.ts'
import { type BeginOptions, type beginOperation, readOperationRows, type OperationRows } from '../call/long-running.ts'
import { getArmMember } from '../decode/members.ts'
import type { PollInput } from '../poll-input.ts'
import type { ObservableKind, SlicedPollProgress } from '../types.ts'
import { buildResultWithUnreadCount } from '../decode/unread-row-counter.ts'
import type { ArmRequest, CliCommandTarget } from './arm-requests.ts'

/** Names of the configured polling intervals. */
export type PollIntervalName = 'sessionsMs' | 'circuitsMs' | 'routesMs' | 'inventoryMs' | 'metricsMs' | 'activityMs'

/** A resource for which polls are planned. */
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

/** Settings for a kind whose polls read a period of time, for example of a log. All values are in milliseconds. */
interface PollWindow {
  /** delay within which entries usually arrive; each poll begins this much before the end of the last period */
  lateMs: number
  /** length of the first period, when no earlier poll succeeded */
  firstMs: number
  /** maximum length of a period, if polls failed for a long time */
  mostMs: number
  /**
   * ages at which each period is read again. Absent = a period is not read again, so that entries which arrive later
   * than `lateMs` are missed.
   */
  againMs?: readonly number[]
}

export type RowsOfPollKind<Kind extends ObservableKind> = PollObservation extends infer One
  ? One extends { kind: infer Own; rows: infer Rows }
    ? Kind extends Own
      ? Rows
      : never
    : never
  : never

/** The result of a poll, from which its observation is built. */
export interface KindPollResult<Rows> extends Pick<PollObservation, 'outcome' | 'error' | 'readUpTo'> {
  rows: Rows
  /** contains {@link UNREAD_ROWS_INSTANCE} if rows or members could not be decoded and were left out */
  silentInstances?: string[]
  /** set for a route table that is compared with the previous one before it is decoded; `later` decodes its rows */
  answer?: RouteTableDigest
  later?: () => Rows
}

/**
 * Returns an observation whose rows are decoded when they are first read. This saves the decoding of tables that have
 * not changed.
 */
export function makeObservationRowsLazy(
  observation: PollObservation & Pick<KindPollResult<unknown>, 'later'>,
): PollObservation {
  const { later, ...own } = observation
  if (!later) return own as PollObservation
  let rows: unknown
  const get = () => (rows ??= later())
  return Object.defineProperty(own as PollObservation, 'rows', { get, enumerable: true, configurable: true })
}

/**
 * The state of a poll that is read in slices and not yet complete. The poll continues after `waitMs` milliseconds.
 * `slice` contains the rows that were read so far.
 */
export interface UnfinishedSlicedPoll {
  slice: SlicedPollProgress
  waitMs: number
}

export const createOkResult = <Rows>(rows: Rows): KindPollResult<Rows> => ({ outcome: 'ok', error: null, rows })

/** The polled resource and subresource to which a table belongs. */
interface TablePlace {
  /** type of the resource, lower case */
  type: string
  subresource: string
}

/**
 * A diagnostic POST, which ARM runs as an operation in the background. A resource can run only one such operation at a
 * time. ARM refuses a second one (429 or 409) until the first has ended. The resource is, for example, the polled
 * gateway, or the whole circuit with all its peerings and paths.
 */
interface Operation<Rows> {
  /** kind of data that the operation reads. If both are due on a resource, `sessions` are polled before `tables` */
  reads: 'sessions' | 'tables'
  begin: Begin
  /** decodes the rows of the result */
  decode(table: OperationRows, of: TablePlace): Rows
}

/** The definition of one poll kind. Each kind has its own folder or file, which `index.ts` in this folder imports. */
export type KindDefinition<Kind extends ObservableKind> = {
  /** ARM resource types to which the kind applies, lower case */
  types: readonly string[]
  /**
   * Azure RBAC actions that the requests of this kind need, except the actions for checking the state of an operation
   */
  actions: readonly string[]
  /**
   * returns the Azure CLI command for printing the polled data, without the options for resource group and
   * subscription; absent or null = the CLI has no such command
   */
  command?(polled: CliCommandTarget): string | null
  /**
   * true = the kind requests data from Azure Monitor, so its requests do not count for the budget of the network
   * provider
   */
  isOfMonitor?: true
  /**
   * number of requests that a poll needs in any case; absent = 1. An inventory needs further requests for each resource
   * group.
   */
  requests?: number
  /**
   * whether polls of this kind are postponed while a subscription is throttled. Kinds with `first` are postponed before
   * kinds with `later`; absent = never postponed
   */
  putOff?: 'first' | 'later'
  /** name of the configured interval between polls */
  interval: PollIntervalName
  /**
   * Minimum interval in milliseconds between planned polls. A change of a resource on which this kind depends triggers
   * an additional poll.
   */
  leastIntervalMs?: number
  /**
   * Returns the parts of a resource that are polled separately; `''` means the whole resource. If the result is empty,
   * the resource is not polled.
   * @param neighbors for a gateway: the external BGP neighbors that had a session
   */
  subresources(resource: PlannedResource, neighbors: readonly string[]): readonly string[]
  /**
   * Returns the ARM ID of the resource on which Azure runs the operations of this kind; absent or null = on the polled
   * resource itself.
   */
  runsOn?(resource: PlannedResource): string | null
  /** settings for the period that a poll reads; absent = a poll reads the current state */
  window?: PollWindow
  /** maximum duration of a poll in milliseconds; absent = computed from its interval */
  deadlineMs?: number
  /**
   * Only for a kind that is read in slices: the maximum duration of the whole poll in milliseconds, including the
   * pauses. Such a poll has its own lease, in which the rows so far are stored.
   */
  slicesMs?: number
  /** returns the value for the rows of a failed poll, for example an empty list */
  nothing: () => RowsOfPollKind<Kind>
  /**
   * Replaces a failure if Azure's response does not mean that something is broken. Returns null to keep the failure.
   * @param failure the failure with its outcome
   * @param type ARM type of the polled resource, lower case
   */
  refused?(failure: PollFailure, type: string): PollFailure | null
  /**
   * Returns the request of a poll, for simulations that do not use the Azure client. Absent for kinds that need several
   * requests.
   */
  plainRequest?(target: PollTarget): ArmRequest
  /** Decodes the response to the request that `plainRequest` returns. */
  decode?(answer: ArmResponse, of: TablePlace): KindPollResult<RowsOfPollKind<Kind>>
} & (
  | { operation: Operation<RowsOfPollKind<Kind>> }
  | {
      operation?: never
      /**
       * reads the rows of a kind that has no `operation`: either at once, or in slices (only a part of the data per
       * call; the result is then an `UnfinishedSlicedPoll` until all parts are read)
       */
      read(read: PollInput): Promise<KindPollResult<RowsOfPollKind<Kind>> | UnfinishedSlicedPoll>
    }
)

export const getWholeResourcePaths = (): readonly string[] => ['']

type Begin = (read: PollInput, options: BeginOptions) => ReturnType<Parameters<typeof beginOperation>[1]>

/** Defines the operation and the decoders of a kind whose poll reads a table with a diagnostic POST. */
export function defineTableKind<Row>(
  reads: Operation<Row[]>['reads'],
  begin: Begin,
  decodeTable: (table: OperationRows, of: TablePlace) => Row[],
) {
  return {
    operation: { reads, begin, decode: decodeTable },
    nothing: (): Row[] => [],
    decode: (answer: ArmResponse, of: TablePlace): KindPollResult<Row[]> => {
      const table = onOnePage(answer)
      return buildResultWithUnreadCount(decodeTable(table, of), table.unread)
    },
  }
}

function onOnePage(answer: ArmResponse): OperationRows {
  const { body, ...table } = readOperationRows(answer)
  if (getArmMember(body, 'nextLink')) throw new Error('this answer has several pages, which only the client follows')
  return table
}
