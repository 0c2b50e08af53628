/**
 * The true moments of a failover: when bytes stopped on one path and resumed on another, when the sessions that carried
 * them fell, and when the gateway rerouted. They come from the simulator's own counters and sessions, and recorded
 * failovers are compared with them (docs/rules/detection.md 4).
 */
import {
  type TimestampBounds,
  circuitPaths,
  type DetectedEvent,
  type DurationBounds,
  type EpochMs,
} from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { connectionCounter, edgeCounter, edgeKey, type SimulatedWorld } from '../simulator/index.ts'

/**
 * Reports whether the simulator has counters for a path of this name, so that its truth is known. Such paths are
 * circuits, and neighbors at the other end of VPN connections.
 */
export const isKnownPath = (world: SimulatedWorld, name: string): boolean => pathOf(world, name).counters.length > 0

/** True moments of a failover; null if the step did not happen. */
export interface TrueFailoverTimes {
  /** F: the last moment at which the former path carried more than a dead rate */
  forwardingEnds: EpochMs | null
  /** S: the fall of the former path's last session */
  sessionEnds: EpochMs | null
  /** R: the moment at which the gateway's best path is the new path */
  rerouted: EpochMs
  /** B: the first moment at which the new path carries a fifth of the former path's rate more than before */
  forwardingResumes: EpochMs | null
}

/**
 * Time before the reroute that is searched for the other moments. If a path fails silently, the gateway notices this
 * only when the hold time expires.
 */
const BEFORE_MS = 240 * MS_PER_SECOND
const AFTER_MS = 90 * MS_PER_SECOND
const STEP_MS = 500
const DEAD_BPS = 0.02
const RESUMED = 0.2

export function findFailoverTruth(
  world: SimulatedWorld,
  from: string,
  to: string,
  rerouted: EpochMs,
): TrueFailoverTimes {
  const begin = rerouted - BEFORE_MS
  const steps = Array.from({ length: (BEFORE_MS + AFTER_MS) / STEP_MS }, (_, n) => begin + n * STEP_MS)
  const former = rateOf(world, from, begin - 60 * MS_PER_SECOND, begin)
  const own = rateOf(world, to, begin - 60 * MS_PER_SECOND, begin)
  const isMoving = (at: EpochMs) => rateOf(world, from, at, at + STEP_MS) > DEAD_BPS * former
  const stop = former > 0 && !isMoving(rerouted + AFTER_MS - STEP_MS) ? steps.findLast(isMoving) : undefined
  const rise = steps.find(
    (at) => stop !== undefined && at >= stop && rateOf(world, to, at, at + STEP_MS) > own + RESUMED * former,
  )
  const { sessions } = pathOf(world, from)
  const falls = sessions.flatMap((key) =>
    world.sessions.downs(key, begin, rerouted).flatMap((down) => (down.until > rerouted ? [down.from] : [])),
  )
  return {
    forwardingEnds: stop === undefined ? null : stop + STEP_MS,
    sessionEnds: falls.length === sessions.length ? Math.max(...falls) : null,
    rerouted,
    forwardingResumes: rise ?? null,
  }
}

interface TruePath {
  /** names of the simulator's counters of the path, in both directions */
  counters: string[]
  sessions: string[]
}

const directions = ['in', 'out'] as const

function pathOf(world: SimulatedWorld, name: string): TruePath {
  if (world.scenario.circuits.some((circuit) => circuit.name === name)) {
    const sessions = circuitPaths.map((path) => edgeKey(name, 'AzurePrivatePeering', path))
    return { sessions, counters: sessions.flatMap((key) => directions.map((direction) => edgeCounter(key, direction))) }
  }
  const connections = world.scenario.connections.filter(({ device }) => device?.address === name)
  const peers = world.topology.domains.flatMap((domain) => domain.peers)
  return {
    sessions: peers.filter(({ neighbor, role }) => neighbor === name && role === 'device').map(({ key }) => key),
    counters: connections.flatMap((one) => directions.map((direction) => connectionCounter(one.name, direction))),
  }
}

/** Returns the rate of all traffic on a path, in bit/s. */
function rateOf(world: SimulatedWorld, name: string, from: EpochMs, to: EpochMs): number {
  const domain = world.topology.domains.find(
    ({ circuits, connections }) =>
      circuits.some((circuit) => circuit.name === name) || connections.some(({ device }) => device?.address === name),
  )
  if (!domain) return 0
  const counters = world.counters(domain)
  return pathOf(world, name).counters.reduce((sum, counter) => sum + counters.bitsPerSecond(counter, from, to), 0)
}

/** Precision of the true moments in milliseconds, because the counters are searched in steps of this length. */
const SLACK_MS = STEP_MS

/**
 * Returns the contradictions between a recorded failover and the truth: marks and lengths must contain the true values,
 * and verdicts must agree with them.
 */
export function findFailoverContradictions({ failover }: DetectedEvent, truth: TrueFailoverTimes): string[] {
  if (!failover) return ['no failover record']
  const { forwardingEnds: F, sessionEnds: S, forwardingResumes: B, rerouted: R } = truth
  const length = (to: EpochMs | null, from: EpochMs | null) =>
    to === null || from === null ? null : Math.max(0, to - from)
  const dataPlane = length(B, F)
  const marks: [string, TimestampBounds | null, EpochMs | null][] = [
    ['forwardingEnds', failover.forwardingEnds, F],
    ['sessionEnds', failover.sessionEnds, S],
    ['rerouted', failover.noRelearning ? null : failover.rerouted, R],
    ['forwardingResumes', failover.forwardingResumes, B],
  ]
  const lengths: [string, DurationBounds | null, number | null][] = [
    ['controlPlane', failover.noRelearning ? null : failover.controlPlane, length(R, S)],
    ['dataPlane', failover.dataPlane, dataPlane],
    ['detection', failover.detection, length(S, F)],
  ]
  const took = dataPlane ?? length(R, S)
  return [
    ...marks.flatMap(([name, reported, at]) =>
      reported && at !== null && !near(reported, at)
        ? [`${name} ${reported.earliest - at}..${reported.latest - at}`]
        : [],
    ),
    ...lengths.flatMap(([name, reported, ms]) =>
      reported && ms !== null && !near({ earliest: reported.minMs, latest: reported.maxMs }, ms)
        ? [`${name} ${ms} in ${reported.minMs}..${reported.maxMs}`]
        : [],
    ),
    ...failover.expectations.flatMap(({ class: name, budgetMs, verdict }) => {
      if (took === null) return []
      const isWrong =
        verdict === 'within' ? took > budgetMs + SLACK_MS : verdict === 'exceeded' && took < budgetMs - SLACK_MS
      return isWrong ? [`${verdict} ${name}, took ${took}`] : []
    }),
  ]
}

const near = ({ earliest, latest }: TimestampBounds, at: number) => earliest - SLACK_MS <= at && at <= latest + SLACK_MS
