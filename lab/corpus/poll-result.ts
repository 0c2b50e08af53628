/**
 * Results that a poll can have, derived only from the scenario's faults of ARM and of the collector. Nothing is decoded
 * here, so that a mistake in the decoders is not repeated here.
 */
import type { ScenarioHappening } from '../simulator/index.ts'
import { type CollectorEvent, CORPUS_DAY_START, type PolledKind } from './scenario.ts'

type Fault = Extract<ScenarioHappening, { op: 'api-fault' }>

/** The simulator's names of the operations that answer each kind for gateways and circuits. */
const OPERATIONS: Readonly<Record<PolledKind, string>> = {
  peers: 'gateway.peers',
  learned: 'gateway.learned',
  summary: 'circuit.summary',
  tables: 'circuit.routes',
  arp: 'circuit.arp',
  stats: 'circuit.stats',
  inventory: 'circuit.list',
  activity: 'activity.list',
  connection: 'connection.get',
  metrics: 'metrics.get',
  probe: 'metrics.get',
  advertised: 'gateway.advertised',
}

/** Value of {@link PollResult.reason} if another operation locks the resource. */
export const RESOURCE_LOCKED_REASON = 'locked'

/** Value of {@link PollResult.reason} if an operator paused the poll. */
export const POLL_PAUSED_REASON = 'paused'

/** Value of {@link PollResult.reason} if Azure gives no routes for a connection of a hub. */
const NOT_GIVEN = 'not_given'

/**
 * Values of {@link PollResult.reason} for polls that return no data because of a pause or of Azure, while the collector
 * works.
 */
export const NO_DATA_REASONS_WITHOUT_FAULT: ReadonlySet<string | null> = new Set([POLL_PAUSED_REASON, NOT_GIVEN])

/** Faults of a response that mean, for a connection of a hub, that Azure returns no routes. */
const WITHHELD: ReadonlySet<string> = new Set(['null', 'no-body', 'null-value'])

/** Outcomes of polls by the fault that makes them fail (docs/rules/detection.md 2.1). */
const FAILURES: Readonly<Record<string, string>> = {
  429: 'throttled', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 500: 'unavailable', 503: 'unavailable',
  409: RESOURCE_LOCKED_REASON, html: 'unavailable', reset: 'unavailable', failed: 'unavailable', nothing: 'timeout',
  'never-done': 'timeout', garbage: 'malformed', 'half-body': 'malformed', empty: 'malformed', null: 'malformed',
  'no-body': 'malformed', 'null-value': 'malformed',
} // biome-ignore format: a list

const DENIALS: ReadonlySet<string> = new Set(['401', '403', '404'])

export interface PollTarget {
  readonly kind: PolledKind
  /** name of the source, for example `ckt-lon/primary` */
  readonly name: string
  /** name of the resource; '' = a subscription */
  readonly resource: string
  /** path of a circuit; '' = the whole resource */
  readonly path: string
  /** peering of the path; '' = none */
  readonly peering: string
  /**
   * The simulator's name of the operation that answers; undefined = the operation of gateways and circuits for this
   * kind.
   */
  readonly operation?: string
}

/** Result of one poll: which data it contains or lacks. */
export interface PollResult {
  /** the poll fails */
  readonly failed: boolean
  /** reason why the poll fails; null = the poll does not fail */
  readonly reason: string | null
  /** whether access or the resource is missing, so that the failure counts immediately */
  readonly denied: boolean
  /** the poll succeeds, but shows nothing new: an old response, or no rows */
  readonly blank: boolean
  /** whether the response is an earlier one; possibly no poll has received that earlier response before */
  readonly cached: boolean
  /** reports whether a list of an inventory fails, by its operation, for example `connection.list` */
  readonly unlisted: (operation: string) => boolean
  /** reports whether a row is missing or empty, by gateway instance and neighbor */
  readonly hidden: (instance: string, neighbor: string) => boolean
  /** reports whether a row has no age */
  readonly ageless: (instance: string, neighbor: string) => boolean
}

const outcomeOf = (fault: string, { operation }: PollTarget): string | undefined =>
  operation === 'hub.inbound' && WITHHELD.has(fault) ? NOT_GIVEN : FAILURES[fault]

const noRow = () => false

export function derivePollResult(
  happenings: readonly ScenarioHappening[],
  collector: readonly CollectorEvent[],
  target: PollTarget,
  at: number,
): PollResult {
  const faults = happenings.filter((h): h is Fault => h.op === 'api-fault' && problems(h, target) && holds(h, at))
  const timedOut = collector.some(
    (c) =>
      c.kind === 'timeout' &&
      c.poll === target.kind &&
      (c.source ?? target.name) === target.name &&
      c.at <= at &&
      at < c.until,
  )
  const reason = isPaused(collector, target, at)
    ? POLL_PAUSED_REASON
    : timedOut
      ? 'timeout'
      : isGone(happenings, target, at)
        ? 'not_found'
        : (faults.flatMap(({ fault }) => outcomeOf(fault, target) ?? [])[0] ?? null)
  const rows = (name: Fault['fault']) => {
    const own = faults.filter(({ fault }) => fault === name)
    if (own.length === 0) return noRow
    return (instance: string, neighbor: string) =>
      own.some((f) => (f.instance ?? instance) === instance && (f.neighbor ?? neighbor) === neighbor)
  }
  const [unknown, missing] = [rows('state-unknown'), rows('missing-instance')]
  return {
    denied: faults.some(({ fault }) => DENIALS.has(fault)) || isGone(happenings, target, at),
    failed: reason !== null,
    reason,
    cached: faults.some(({ fault }) => fault === 'cached'),
    blank: faults.some(({ fault }) => fault === 'cached' || fault === 'empty-table'),
    unlisted: (operation) =>
      happenings.some((h) => h.op === 'api-fault' && h.operation === operation && h.fault in FAILURES && holds(h, at)),
    hidden: (instance, neighbor) =>
      unknown(instance, neighbor) || missing(instance, neighbor) || isAbsent(happenings, target.resource, instance, at),
    ageless: rows('null-duration'),
  }
}

const isPaused = (collector: readonly CollectorEvent[], { resource }: PollTarget, at: number) =>
  collector.some(
    (c) => c.kind === 'pause' && (c.resource === undefined || c.resource === resource) && c.at <= at && at < c.until,
  )

function problems(fault: Fault, { kind, resource, path, operation = OPERATIONS[kind] }: PollTarget): boolean {
  // an inventory poll reads many lists; if only one list fails, the poll succeeds with fewer resources
  if (kind === 'inventory') return fault.operation === '*'
  const covered =
    fault.operation === '*' || operation === fault.operation || operation.startsWith(`${fault.operation}.`)
  // the request for a list contains no resource name, so that a fault without a resource applies to it
  const named = fault.resource === undefined || fault.resource === resource
  return covered && named && (fault.path === undefined || fault.path === path)
}

/** Reports whether a happening of the scenario is active at a moment. Every happening has explicit times. */
function holds(h: ScenarioHappening, at: number): boolean {
  const from = momentOf(h.at)
  const until = h.until ? momentOf(h.until) : h.for ? from + lengthOf(h.for) : Number.POSITIVE_INFINITY
  const every = h.every ? lengthOf(h.every) : 0
  if (at < from) return false
  const round = every > 0 ? Math.min(Math.floor((at - from) / every), (h.times ?? Number.POSITIVE_INFINITY) - 1) : 0
  return at - round * every < until
}

function momentOf(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at))
    throw new Error(`a scenario of the corpus names its moments by the clock of ${CORPUS_DAY_START}, not "${text}"`)
  return at
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
function lengthOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? []
  const size = UNITS[unit]
  if (amount === undefined || size === undefined) throw new Error(`"${text}" is no length that the corpus uses`)
  return Number(amount) * size
}

function isAbsent(happenings: readonly ScenarioHappening[], gateway: string, instance: string, at: number): boolean {
  return happenings.some(
    (h) => h.op === 'instance-loss' && h.gateway === gateway && h.instance === instance && holds(h, at),
  )
}

/** Reports whether the resource or peering was deleted, so that Azure answers 404. */
function isGone(
  happenings: readonly ScenarioHappening[],
  { kind, resource, peering }: PollTarget,
  at: number,
): boolean {
  if (kind === 'inventory' || kind === 'activity') return false
  return happenings.some(
    (h) =>
      h.op === 'configuration' &&
      h.absent &&
      h.name === resource &&
      (h.kind !== 'peering' || h.child === peering) &&
      holds(h, at),
  )
}
