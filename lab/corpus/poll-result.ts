/**
 * What a poll can show, from the scenario's faults of ARM and of the collector alone: nothing is decoded here and no answer is
 * read, so that a mistake there is not repeated here.
 */
import type { Happening } from '../simulator/index.ts'
import { type CollectorEvent, DAY, type PolledKind } from './scenario.ts'

type Fault = Extract<Happening, { op: 'api-fault' }>

/** The simulator's names of the operations that answer each kind, of gateways and circuits. */
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

/** What {@link PollResult.reason} is where another operation holds the resource. */
export const LOCKED = 'locked'

/** The outcome of a poll that a fault makes fail (docs/rules/detection.md 2.1). */
const FAILURES: Readonly<Record<string, string>> = {
  429: 'throttled', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 500: 'unavailable', 503: 'unavailable',
  409: LOCKED, html: 'unavailable', reset: 'unavailable', failed: 'unavailable', nothing: 'timeout',
  'never-done': 'timeout', garbage: 'malformed', 'half-body': 'malformed', empty: 'malformed', null: 'malformed',
  'no-body': 'malformed', 'null-value': 'malformed',
} // biome-ignore format: a list

const DENIALS: ReadonlySet<string> = new Set(['401', '403', '404'])

export interface PollTarget {
  readonly kind: PolledKind
  /** name of the resource; '' = a subscription */
  readonly resource: string
  /** path of a circuit; '' = the whole resource */
  readonly path: string
  /** which peering the path is of; '' = none */
  readonly peering: string
  /** the simulator's name of the operation that answers it; none = that of gateways and circuits for its kind */
  readonly operation?: string
}

/** What one poll shows and what it lacks. */
export interface PollResult {
  /** the poll fails */
  readonly failed: boolean
  /** its outcome; null = it does not fail */
  readonly reason: string | null
  /** waiting makes it no better: access or the resource is missing */
  readonly denied: boolean
  /** it is good, but shows nothing new: an old answer, or no row at all */
  readonly blank: boolean
  /** an earlier answer, which may be one that nobody has seen */
  readonly cached: boolean
  /** rows that are missing or print nothing, by gateway instance and neighbor */
  readonly hidden: (instance: string, neighbor: string) => boolean
  /** rows without an age */
  readonly ageless: (instance: string, neighbor: string) => boolean
}

const noRow = () => false

export function resultOf(
  happenings: readonly Happening[],
  collector: readonly CollectorEvent[],
  target: PollTarget,
  at: number,
): PollResult {
  const faults = happenings.filter((h): h is Fault => h.op === 'api-fault' && problems(h, target) && holds(h, at))
  const timedOut = collector.some(
    (c) => c.kind === 'timeout' && c.poll === target.kind && isOf(c.source, target) && c.at <= at && at < c.until,
  )
  const reason = isPaused(collector, target, at)
    ? PAUSED
    : timedOut
      ? 'timeout'
      : isGone(happenings, target, at)
        ? 'not_found'
        : (faults.flatMap(({ fault }) => FAILURES[fault] ?? [])[0] ?? null)
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
    hidden: (instance, neighbor) =>
      unknown(instance, neighbor) || missing(instance, neighbor) || isAbsent(happenings, target.resource, instance, at),
    ageless: rows('null-duration'),
  }
}

/** What {@link PollResult.reason} is where an operator paused the poll. */
export const PAUSED = 'paused'

const isPaused = (collector: readonly CollectorEvent[], { resource }: PollTarget, at: number) =>
  collector.some(
    (c) => c.kind === 'pause' && (c.resource === undefined || c.resource === resource) && c.at <= at && at < c.until,
  )

function isOf(source: string | undefined, { resource, path }: PollTarget): boolean {
  return source === undefined || source === (path === '' ? resource : `${resource}/${path}`)
}

function problems(fault: Fault, { kind, resource, path, operation = OPERATIONS[kind] }: PollTarget): boolean {
  // it is made of many lists: one that fails makes it poorer, and no more
  if (kind === 'inventory') return fault.operation === '*'
  const covered =
    fault.operation === '*' || operation === fault.operation || operation.startsWith(`${fault.operation}.`)
  // a list names no resource
  const named = fault.resource === undefined || fault.resource === resource
  return covered && named && (fault.path === undefined || fault.path === path)
}

/** Whether a happening of the scenario holds at a moment; every one has its times written out. */
function holds(h: Happening, at: number): boolean {
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
    throw new Error(`a scenario of the corpus names its moments by the clock of ${DAY}, not "${text}"`)
  return at
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
function lengthOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? []
  const size = UNITS[unit]
  if (amount === undefined || size === undefined) throw new Error(`"${text}" is no length that the corpus uses`)
  return Number(amount) * size
}

function isAbsent(happenings: readonly Happening[], gateway: string, instance: string, at: number): boolean {
  return happenings.some(
    (h) => h.op === 'instance-loss' && h.gateway === gateway && h.instance === instance && holds(h, at),
  )
}

/** A resource that was deleted answers 404, and so does a peering that is not there any more. */
function isGone(happenings: readonly Happening[], { kind, resource, peering }: PollTarget, at: number): boolean {
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
