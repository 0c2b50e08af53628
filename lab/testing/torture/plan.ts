import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import { createSeededNumberGenerator } from '../../freezes/freezer.ts'

export const tortureTestProcessNames = ['worker', 'web', 'postgres'] as const
export type TortureTestProcessName = (typeof tortureTestProcessNames)[number]
export const datedProcesses = ['worker', 'web'] as const

/** Faults of a running product. Times are milliseconds after the start of the round. */
export type ProductFault = { at: number } & (
  | { kind: 'kill'; process: TortureTestProcessName }
  | { kind: 'freeze'; process: TortureTestProcessName; lasts: number }
  /** sets the wall clock of one process; runsOff = the offset grows gradually to `stepMs` */
  | { kind: 'clock'; process: (typeof datedProcesses)[number]; stepMs: number; runsOff: boolean; lasts: number }
  /** disk_pause = writes block; failing_writes = writes fail, including writes to open files */
  | { kind: 'full_disk' | 'disk_pause' | 'failing_writes' | 'no_dns' | 'read_only'; lasts: number }
  /** limits the process to little more memory than it has */
  | { kind: 'memory'; process: (typeof datedProcesses)[number]; lasts: number }
  /** drops packets silently, so that sockets hang; flapsMs = duration of each cut and each healed period */
  | {
      kind: 'partition'
      between: PartitionedMachinePair
      direction: DroppedPacketDirection
      flapsMs: number | null
      lasts: number
    }
  /** holds idle connections in addition to the product's own */
  | { kind: 'connections'; count: number; lasts: number }
  /** changes Azure's answers for one subscription, or for all (null) */
  | { kind: 'arm'; answers: ArmFault; operation: string; subscription: number | null; lasts: number }
  /** another client uses up the budget of a subscription, or of all (null), in each window until the end */
  | { kind: 'budget'; subscription: number | null; lasts: number }
  /** stops the primary of two servers, so that its standby takes over */
  | { kind: 'failover' }
)
export type FaultKind = ProductFault['kind']
export const faultKinds = [
  'kill',
  'freeze',
  'clock',
  'full_disk',
  'no_dns',
  'read_only',
  'connections',
  'arm',
  'budget',
  'failover',
  'disk_pause',
  'failing_writes',
  'memory',
  'partition',
] as const satisfies readonly FaultKind[]

/** Ends of a partition. `database` is the primary at the start of the fault; `outside` are Azure and receivers. */
export type PartitionedMachineRole = 'worker' | 'web' | 'database' | 'standby' | 'outside' | 'etcd'
export type PartitionedMachinePair = readonly [PartitionedMachineRole, PartitionedMachineRole]
/** `there` drops packets sent by the first end, `back` drops packets sent to it */
export type DroppedPacketDirection = 'both' | 'there' | 'back'
/**
 * Pairs of machines that can be separated. The web's stream of changes comes through the database; heartbeats of
 * alerting go from the worker to the web.
 */
export const PARTITIONABLE_MACHINE_PAIRS: readonly PartitionedMachinePair[] = [
  ['worker', 'database'],
  ['web', 'database'],
  ['worker', 'web'],
  ['database', 'standby'],
  ['worker', 'outside'],
]
/**
 * Pairs for Patroni. A primary that loses etcd steps down, and the standby is promoted when the leader lock has
 * expired.
 */
export const PARTITIONABLE_PATRONI_PAIRS: readonly PartitionedMachinePair[] = [['database', 'etcd']]

/**
 * Faulty answers of the simulated Azure that contain no information about the network, so they must not cause network
 * events.
 */
export const armFaults = [
  '429',
  '500',
  '503',
  '401',
  '403',
  '409',
  'html',
  'garbage',
  'half-body',
  'empty',
  'null',
  'nothing',
  'reset',
  'slow',
  'failed',
  'duplicate-rows',
  'shuffled',
  'spelling',
  'whole-seconds',
] as const
export type ArmFault = (typeof armFaults)[number]

/** A true loss in the network. */
export type InjectedNetworkLoss = { at: number; lasts: number } & (
  | { kind: 'session'; of: number; path: 'primary' | 'secondary' }
  | { kind: 'path'; of: number; path: 'primary' | 'secondary' }
  | { kind: 'neighbor'; of: number; instance: 0 | 1; neighbor: 'primary' | 'secondary' }
)

export interface TortureRound {
  seed: number
  lengthMs: number
  faults: ProductFault[]
  losses: InjectedNetworkLoss[]
  /**
   * time of a backup with which the product continues after it is stopped at the end of the round; null = no restore
   */
  restoresBackupOf: number | null
}

export interface TortureRoundPlanOptions {
  kinds: readonly FaultKind[]
  processes: readonly TortureTestProcessName[]
  /** number of circuits of the estate; losses never affect the second half */
  circuits: number
  subscriptions: number
  restores: boolean
  lengthMs: number
  /** pairs of machines that can be separated; default {@link PARTITIONABLE_MACHINE_PAIRS} */
  partitions?: readonly PartitionedMachinePair[]
}

/**
 * Rounds that `npm test` plays with a separate server: each process is killed, the worker freezes, and Azure fails.
 * `npm run torture` covers the other faults.
 */
export const SHORT_TORTURE_ROUND_OPTIONS = { seed: 83, rounds: 1, seconds: 10, faults: 'kill,freeze,arm' }

const STORM = 95
/** Clock offsets: two usual clocks, a machine without time synchronization, and a hardware clock in local time. */
const CLOCK_STEPS_MS = [2_000, 120_000, 7_200_000]
/** Maximum duration of most faults. Leases expire after 6 s and idle transactions after 3 s, so this covers both. */
const LONGEST_MS = 9_000

/**
 * Plans a round with two to five faults in any combination, and losses in the network meanwhile. The same seed gives
 * the same round.
 */
export function planRound(
  seed: number,
  {
    kinds,
    processes,
    circuits,
    subscriptions,
    restores,
    lengthMs,
    partitions = PARTITIONABLE_MACHINE_PAIRS,
  }: TortureRoundPlanOptions,
): TortureRound {
  const random = createSeededNumberGenerator(seed)
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least))
  const path = () => pick(['primary', 'secondary'] as const)
  const anySubscription = () => pick([null, ...Array(subscriptions).keys()])

  const fault = (_: unknown, n: number): ProductFault => {
    const lasts = between(500, Math.min(LONGEST_MS, lengthMs / 2))
    const at = between(0, lengthMs - lasts)
    // if partitions are possible, each round has one
    const kind = n === 0 && kinds.includes('partition') ? 'partition' : pick(kinds)
    switch (kind) {
      case 'kill':
        return { kind, at, process: pick(processes) }
      case 'freeze':
        return { kind, at, lasts, process: pick(processes) }
      case 'clock': {
        const dated = datedProcesses.filter((name) => processes.includes(name))
        const stepMs = pick(CLOCK_STEPS_MS) * pick([1, -1])
        return { kind, at, lasts, process: pick(dated), stepMs, runsOff: pick([true, false]) }
      }
      case 'connections':
        return { kind, at, lasts, count: STORM }
      case 'arm':
        return {
          kind,
          at,
          lasts,
          answers: pick(armFaults),
          operation: pick(['*', '*', 'gateway', 'circuit', 'gateway.peers', 'circuit.summary']),
          subscription: anySubscription(),
        }
      case 'budget':
        return { kind, at, lasts: lengthMs - at, subscription: anySubscription() }
      case 'failover':
        return { kind, at }
      case 'memory':
        return { kind, at, lasts, process: pick(datedProcesses) }
      case 'partition': {
        // sometimes long enough that each side considers the other dead
        const cutFor = between(partitions === PARTITIONABLE_PATRONI_PAIRS ? lengthMs / 2 : 500, lengthMs * 0.9)
        return {
          kind,
          at: between(0, lengthMs - cutFor),
          lasts: cutFor,
          between: pick(partitions),
          direction: pick(['both', 'both', 'there', 'back']),
          flapsMs: pick([null, null, null, 300]),
        }
      }
      default:
        return { kind, at, lasts }
    }
  }
  const loss = (): InjectedNetworkLoss => {
    const lasts = between(1_000, lengthMs / 2)
    const about = { at: between(0, lengthMs - lasts), lasts, of: below(Math.ceil(circuits / 2)) }
    const kind = pick(['session', 'path', 'neighbor'] as const)
    if (kind === 'neighbor') return { kind, ...about, instance: pick([0, 1] as const), neighbor: path() }
    return { kind, ...about, path: path() }
  }
  const inOrder = <T extends { at: number }>(list: T[]) => list.sort((a, b) => a.at - b.at)
  return {
    seed,
    lengthMs,
    faults: inOrder(Array.from({ length: between(2, 5) }, fault)),
    losses: inOrder(Array.from({ length: between(0, 3) }, loss)),
    restoresBackupOf: restores && random() < 1 / 8 ? between(0, lengthMs) : null,
  }
}

/** Formats a round in one line for the report. */
export function formatRound({ seed, faults, losses, restoresBackupOf }: TortureRound): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const text = (fault: ProductFault): string => {
    const span = `at ${seconds(fault.at)}${'lasts' in fault ? ` for ${seconds(fault.lasts)}` : ''}`
    if (fault.kind === 'partition') {
      const how = fault.flapsMs === null ? fault.direction : `${fault.direction}, flapping`
      return `partition ${fault.between.join('|')} (${how}) ${span}`
    }
    if (fault.kind === 'kill' || fault.kind === 'freeze' || fault.kind === 'memory')
      return `${fault.kind} ${fault.process} ${span}`
    if (fault.kind === 'clock')
      return `clock of ${fault.process} ${fault.runsOff ? 'runs off' : 'is set'} by ${seconds(fault.stepMs)} ${span}`
    const where =
      !('subscription' in fault) || fault.subscription === null ? '' : ` of subscription ${fault.subscription}`
    if (fault.kind === 'budget') return `the budget${where} is spent ${span}`
    if (fault.kind === 'arm') {
      return `Azure answers ${fault.answers} to ${fault.operation}${where} ${span}`
    }
    return `${fault.kind} ${span}`
  }
  const restored = restoresBackupOf === null ? [] : [`restored from a backup of ${seconds(restoresBackupOf)}`]
  return `seed ${seed}: ${[...faults.map(text), `${losses.length} losses`, ...restored].join('; ')}`
}

/**
 * Returns how long after its end a fault may still prevent polls of a source, in addition to two intervals or 10 s, in
 * milliseconds.
 */
export function getMaxFaultAftereffectMs(fault: ProductFault): number {
  // a poll that begins before the end of the last recorded poll is refused, and that end is ahead by at most the
  // tolerance
  if (fault.kind === 'clock') return Math.min(Math.abs(fault.stepMs), CLOCK_TOLERANCE_MS)
  // the shortest timeout for an answer of Azure
  if (fault.kind === 'arm' && fault.answers === 'nothing') return 20_000
  if (fault.kind === 'arm' && fault.answers === 'slow') return 5_000
  // a vanished peer is detected within 25 s (buildConnectionSettings); the timeout for Azure is as above
  if (fault.kind === 'partition') return fault.between[1] === 'etcd' ? 60_000 : 25_000
  // the Retry-After of the last refusal
  if (fault.kind === 'budget') return 3_000
  return 0
}
