import { nameEvidence } from '../../../model/create-event.ts'
import type { LastArpState } from '../../../model/signal.ts'
import {
  type TimestampBounds,
  type CircuitPath,
  type Evidence,
  parsePeeringType,
  INSTANT_BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../../model/event-key.ts'
import { doMetricRatesConfirmStop } from '../../../model/rates-agree.ts'
import type { TrafficByDirection, CircuitTrafficState } from '../../../model/traffic.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import type { LayerState, TrafficLayerState } from '../../../verdict/index.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../../model/context.ts'
import type { ResourceState, SessionFact } from '../../../model/scope-state.ts'
import { isLastPollStale } from '../last-answer.ts'
import {
  type CircuitNode,
  type CountedPartOfCircuit,
  getCounterSubresource,
  getCountedPartOfPeering,
  type CircuitPeeringNode,
} from '../../../model/topology.ts'
import { isFlatWindowCovered, trackTrafficExpectedSince } from './traffic-expected-since.ts'
import { findTrafficState, ensureTrafficState } from './traffic-state.ts'

/** Conclusions about the traffic of one path from its byte counters and its ARP entry. */
export interface PathTrafficVerdict {
  layer: TrafficLayerState
  /**
   * time covered by the newest pair of counter samples, from the start of the first poll to the end of the second; null
   * = no samples
   */
  counted: TimestampBounds | null
  /**
   * bounds of the time since which expected traffic has been missing although the session is up ("dead"), with the kind
   * of proof and its confidence; null = not dead
   */
  dead: { since: TimestampBounds; by: 'bytes' | 'arp'; confidence: 'normal' | 'low' } | null
  /**
   * bounds of the time since which the path carries no bytes and has no ARP entry. It begins when the bytes stopped if
   * counters show that, otherwise when the entry was lost. Null = bytes flow, or the entry exists
   */
  cutOff: TimestampBounds | null
  /** bounds of the time since which traffic flows again after a long stop; null if there was no such stop */
  flowsAgain: TimestampBounds | null
  evidence: Evidence[]
}

const NOTHING_REPORTED: PathTrafficVerdict = {
  layer: 'unknown',
  counted: null,
  dead: null,
  cutOff: null,
  flowsAgain: null,
  evidence: [],
}

/** A peering of a circuit, with the set of byte counters that includes its traffic (`part`). */
interface Counted {
  circuit: CircuitNode
  peering: CircuitPeeringNode
  part: CountedPartOfCircuit
}

interface Layers {
  session: SessionFact | null
  isUp: boolean
  arp: LastArpState | null
  l2: LayerState
}

/**
 * Returns the conclusions about the traffic of a path, and decides whether the path is "green but dead"
 * (docs/rules/detection.md 2.3, 3.4): its session is up, but no traffic flows. There are two proofs:
 * - The ARP entry is gone in two samples and no bytes move.
 * - No bytes have moved in either direction over the window for flat traffic, although traffic is expected in at least
 * one direction.
 */
export function judgePathTraffic(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  path: CircuitPath,
  layers: Layers,
): PathTrafficVerdict {
  const part = getCountedPartOfPeering(circuit, peering)
  if (part === null) return NOTHING_REPORTED
  const counted: Counted = { circuit, peering, part }
  const fact = getUsableMeterFact(context, circuit, path, part)
  const layer: TrafficLayerState = !fact ? 'unknown' : isQuiet(fact) ? 'quiet' : 'moving'
  const flowsAgain = fact && flowsAgainIn(fact)
  const dead = layers.isUp
    ? (deadByBytes(context, counted, path, fact, layers) ?? deadByArp(context, counted, path, fact, layers))
    : null
  const cutOff = cutOffSince(context, counted, fact, layers)
  const pair = ensureTrafficState(context, circuit.scope, part).fact?.pairs[path]?.at(-1)
  const between = pair ? { earliest: pair.earliest, latest: pair.latest } : null
  const evidence = fact
    ? nameEvidence(`${path} path`, createTrafficRateEvidence(context, circuit.scope, fact, part))
    : []
  return { layer, counted: between, dead, cutOff, flowsAgain, evidence }
}

/**
 * Returns the last evaluation of the byte counters of a path, or of the sum of both paths; null = not known, or stale.
 */
export function getUsableMeterFact(
  context: DetectionContext,
  circuit: CircuitNode,
  meter: CircuitPath | 'sum',
  part: CountedPartOfCircuit = 'own',
): TrafficByDirection | null {
  const { scope } = circuit
  if (isLastPollStale(context, { scope, subresource: getCounterSubresource(circuit, part), kind: 'stats' })) return null
  return findTrafficState(ensureResourceState(context, scope), part)?.fact?.meters[meter] ?? null
}

const isQuiet = (fact: TrafficByDirection) => trafficDirections.every((direction) => fact[direction].lost !== null)

function flowsAgainIn(fact: TrafficByDirection): TimestampBounds | null {
  const all = trafficDirections.flatMap((direction) => fact[direction].flowsAgain ?? [])
  return all.length > 0 ? computeEarliestBeginBounds(all) : null
}

function deadByBytes(
  context: DetectionContext,
  counted: Counted,
  path: CircuitPath,
  fact: TrafficByDirection | null,
  { session }: Layers,
): PathTrafficVerdict['dead'] {
  const { circuit, peering, part } = counted
  if (!fact || !trafficDirections.every((direction) => fact[direction].isFlat)) return null
  const expected = trafficDirections.filter((direction) => isTrafficExpected(context, fact, direction))
  if (expected.length === 0) return null
  const meant = trackTrafficExpectedSince(context, circuit, path, session, part)
  if (meant === null) return null
  if (!isPathReportedDead(context, circuit, peering, path)) {
    if (!trafficDirections.every((direction) => isTrafficStopProven(context, counted, path, fact, direction)))
      return null
    // Traffic must have been missing for a whole window in which it was expected, and must still be missing.
    if (!isQuiet(fact) || !isFlatWindowCovered(context, ensureTrafficState(context, circuit.scope, part), meant))
      return null
  }
  const lost = trafficDirections.flatMap((direction) => fact[direction].lost ?? [])
  const since = computeLatestBeginBounds([...lost, ...(session ? [session.since] : [])])
  const isLow = expected.some((direction) => fact[direction].expected?.confidence === 'low')
  return { since, by: 'bytes', confidence: isLow ? 'low' : 'normal' }
}

/**
 * Reports whether the path or its peering already has an open green_but_dead event, which continues until bytes move
 * permanently.
 */
export function isPathReportedDead(
  context: DetectionContext,
  { scope }: CircuitNode,
  { name }: CircuitPeeringNode,
  path: CircuitPath,
): boolean {
  return [name, `${name}/${path}`].some((subject) => findOpenEvent(context, 'green_but_dead', scope, subject))
}

/**
 * Reports whether unchanged counters prove that traffic in a direction stopped. Counters of a single peering must agree
 * with Azure Monitor's bit rates, because the two are polled separately. If no bit rate covers the time since the stop,
 * the counters must be unchanged for several windows (as many as the setting `traffic.flat.alone`).
 */
export function isTrafficStopProven(
  context: DetectionContext,
  { circuit, peering, part }: Counted,
  meter: CircuitPath | 'sum',
  fact: TrafficByDirection,
  direction: TrafficDirection,
): boolean {
  const { isFlat, lost, deadBps } = fact[direction]
  if (!isFlat || !lost || !peering.isCounted) return isFlat
  const scope = ensureResourceState(context, circuit.scope)
  const rates = getPeeringRates(scope, peering)
  const agreed = doMetricRatesConfirmStop({ rates }, meter, direction, { since: lost.latest, deadBps })
  if (agreed !== null) return agreed
  const { at, fact: known } = ensureTrafficState(context, circuit.scope, part)
  return at - lost.latest >= context.settings['traffic.flat.alone'] * (known?.windowMs ?? 0)
}

/**
 * Returns Azure Monitor's bit rates of one peering, by path; empty if not known. They are stored with the rates of the
 * whole circuit.
 */
export function getPeeringRates(scope: ResourceState, { name }: CircuitPeeringNode): CircuitTrafficState['rates'] {
  return findTrafficState(scope, 'all')?.fact?.peeringRates?.[parsePeeringType(name) ?? ''] ?? {}
}

/** Reports whether so much traffic is expected in a direction that its absence is significant. */
export function isTrafficExpected(
  { settings }: DetectionContext,
  fact: TrafficByDirection,
  direction: 'in' | 'out',
): boolean {
  return (fact[direction].expected?.bps ?? 0) >= settings['traffic.expected.least']
}

/**
 * Number of polls of ARP, and of polls of the session, that must confirm a missing ARP entry. The poll that first
 * showed it as missing is not counted.
 */
export const MIN_AGREEING_SAMPLES = 1

function deadByArp(
  context: DetectionContext,
  counted: Counted,
  path: CircuitPath,
  fact: TrafficByDirection | null,
  layers: Layers,
): PathTrafficVerdict['dead'] {
  const { session, arp } = layers
  const known = ensureTrafficState(context, counted.circuit.scope, counted.part).suspicions[path]
  const since = cutOffSince(context, counted, fact, layers)
  if (!arp || !since) return null
  if (
    !known ||
    known.since !== arp.since.latest ||
    known.arp < MIN_AGREEING_SAMPLES ||
    known.summary < MIN_AGREEING_SAMPLES
  )
    return null
  if (session && session.since.latest > arp.since.latest) return null
  return { since, by: 'arp', confidence: 'normal' }
}

/**
 * Returns the time at which a path without ARP entry was cut off; null if it has an entry, or if bytes still flow.
 * When a link is cut, bytes stop immediately and the entry is found missing later. Therefore the time is the stop of
 * the bytes. If the bytes had stopped more than a whole window before the entry was lost, the path had no traffic, and
 * the time is the loss of the entry.
 */
function cutOffSince(
  context: DetectionContext,
  { circuit: { scope }, part }: Counted,
  fact: TrafficByDirection | null,
  { arp, l2 }: Layers,
): TimestampBounds | null {
  if (!arp || l2 !== 'down' || (fact && !isQuiet(fact))) return null
  const lost = fact ? trafficDirections.flatMap((direction) => fact[direction].lost ?? []) : []
  const reported = lost.filter(({ earliest }) => earliest !== INSTANT_BEFORE_MONITORING)
  if (reported.length === 0) return arp.since
  const stopped = computeLatestBeginBounds(reported)
  const windowMs = ensureTrafficState(context, scope, part).fact?.windowMs ?? 0
  return stopped.latest + windowMs < arp.since.earliest ? arp.since : stopped
}

/** Returns the expected and the current rate in each direction as evidence for an event about traffic. */
export function createTrafficRateEvidence(
  context: DetectionContext,
  circuit: string,
  fact: TrafficByDirection,
  part: CountedPartOfCircuit = 'own',
): Evidence[] {
  const { at } = ensureTrafficState(context, circuit, part)
  return trafficDirections.map((direction) => ({
    field: `${direction === 'in' ? 'bitsIn' : 'bitsOut'}PerSecond`,
    before: fact[direction].expected === null ? null : `at least ${fact[direction].expected?.bps} expected`,
    after: fact[direction].bps,
    sampledBefore: null,
    sampledAfter: fact[direction].lost ?? { earliest: at, latest: at },
  }))
}
