import { type Bounds, type CircuitPath, type Evidence, mainPeering, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../../model/event-key.ts'
import type { MeterFact } from '../../../model/traffic.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import type { LayerState, TrafficLayer } from '../../../verdict/index.ts'
import { type FoldContext, openEvent, scopeOf } from '../../../model/context.ts'
import type { ArpFact, SessionFact } from '../../../model/scope-state.ts'
import { isStale } from '../apply-signals.ts'
import type { CircuitNode, PeeringNode } from '../../../model/topology.ts'
import { isWindowSince, meantSince } from './excuse.ts'
import { trafficOf } from './memory.ts'

/** What the counters of one path mean for it. */
export interface PathTraffic {
  layer: TrafficLayer
  /** its session is up, and nothing that is meant to flow does: since when, and what speaks for it */
  dead: { since: Bounds; by: 'bytes' | 'arp'; confidence: 'normal' | 'low' } | null
  /** since when nothing moves on it while its ARP entry is gone: since its bytes stopped, where these report it; null = it does, or the entry is there */
  cutOff: Bounds | null
  /** since when it moves again, where it had stood still for long */
  flowsAgain: Bounds | null
  evidence: Evidence[]
}

const NOTHING_REPORTED: PathTraffic = { layer: 'unknown', dead: null, cutOff: null, flowsAgain: null, evidence: [] }

/** Counters are the whole circuit's: they count for the circuit's peering. */
export function isMetered({ peerings }: CircuitNode, { name }: PeeringNode): boolean {
  return mainPeering(peerings)?.name === name
}

interface Layers {
  session: SessionFact | null
  isUp: boolean
  arp: ArpFact | null
  l2: LayerState
}

/**
 * The one definition of a path that is green but dead (docs/rules/detection.md 2.3, 3.4): its session is up, and either its ARP entry is
 * gone, in two samples, and nothing moves; or nothing has moved in either direction over the flat window although it should.
 */
export function pathTraffic(
  context: FoldContext,
  circuit: CircuitNode,
  peering: PeeringNode,
  path: CircuitPath,
  layers: Layers,
): PathTraffic {
  if (!isMetered(circuit, peering)) return NOTHING_REPORTED
  const fact = meterOf(context, circuit.scope, path)
  const layer: TrafficLayer = !fact ? 'unknown' : isQuiet(fact) ? 'quiet' : 'moving'
  const flowsAgain = fact && flowsAgainIn(fact)
  const dead = layers.isUp
    ? (deadByBytes(context, circuit, path, fact, layers) ?? deadByArp(context, circuit, path, fact, layers))
    : null
  const cutOff = cutOffSince(context, circuit, fact, layers)
  return { layer, dead, cutOff, flowsAgain, evidence: fact ? rateEvidence(context, circuit.scope, fact) : [] }
}

/** What the counters of a path show; null = they are not known, or too old. */
export function meterOf(context: FoldContext, circuit: string, meter: CircuitPath | 'sum'): MeterFact | null {
  const scope = scopeOf(context, circuit)
  if (isStale(scope, '', 'stats', context.mark.finishedAt)) return null
  return scope.traffic?.fact?.meters[meter] ?? null
}

const isQuiet = (fact: MeterFact) => trafficDirections.every((direction) => fact[direction].lost !== null)

function flowsAgainIn(fact: MeterFact): Bounds | null {
  const all = trafficDirections.flatMap((direction) => fact[direction].flowsAgain ?? [])
  return all.length > 0 ? sinceAny(all) : null
}

function deadByBytes(
  context: FoldContext,
  circuit: CircuitNode,
  path: CircuitPath,
  fact: MeterFact | null,
  { session }: Layers,
): PathTraffic['dead'] {
  if (!fact || !trafficDirections.every((direction) => fact[direction].isFlat)) return null
  const expected = trafficDirections.filter((direction) => isExpected(context, fact, direction))
  if (expected.length === 0) return null
  const meant = meantSince(context, circuit, path, session)
  if (meant === null) return null
  if (!isReportedDead(context, circuit, path)) {
    // it must have stood still for that long while it was meant to carry, and still do
    if (!isQuiet(fact) || !isWindowSince(context, trafficOf(context, circuit.scope), meant)) return null
  }
  const lost = trafficDirections.flatMap((direction) => fact[direction].lost ?? [])
  const since = sinceAll([...lost, ...(session ? [session.since] : [])])
  const isLow = expected.some((direction) => fact[direction].expected?.confidence === 'low')
  return { since, by: 'bytes', confidence: isLow ? 'low' : 'normal' }
}

/** What was reported goes on until bytes move for good. */
export function isReportedDead(context: FoldContext, { scope, peerings }: CircuitNode, path: CircuitPath): boolean {
  return peerings.some(({ name }) =>
    [name, `${name}/${path}`].some((subject) => openEvent(context, 'green_but_dead', scope, subject)),
  )
}

/** Whether so much is expected of a direction that its falling silent reports something. */
export function isExpected({ settings }: FoldContext, fact: MeterFact, direction: 'in' | 'out'): boolean {
  return (fact[direction].expected?.bps ?? 0) >= settings['traffic.expected.least']
}

/** Samples of each kind that must agree after the one that first showed the entry gone. */
export const AGREEING = 1

function deadByArp(
  context: FoldContext,
  circuit: CircuitNode,
  path: CircuitPath,
  fact: MeterFact | null,
  layers: Layers,
): PathTraffic['dead'] {
  const { session, arp } = layers
  const known = trafficOf(context, circuit.scope).suspicions[path]
  const since = cutOffSince(context, circuit, fact, layers)
  if (!arp || !since) return null
  if (!known || known.since !== arp.since.latest || known.arp < AGREEING || known.summary < AGREEING) return null
  if (session && session.since.latest > arp.since.latest) return null
  return { since, by: 'arp', confidence: 'normal' }
}

/**
 * Bytes stop when a link is cut, and the entry is found missing later: they date the loss. Bytes that had stopped for a whole flat window
 * before, and were not missed, were none that should have flowed: then the entry does.
 */
function cutOffSince(
  context: FoldContext,
  { scope }: CircuitNode,
  fact: MeterFact | null,
  { arp, l2 }: Layers,
): Bounds | null {
  if (!arp || l2 !== 'down' || (fact && !isQuiet(fact))) return null
  const lost = fact ? trafficDirections.flatMap((direction) => fact[direction].lost ?? []) : []
  const reported = lost.filter(({ earliest }) => earliest !== BEFORE_MONITORING)
  if (reported.length === 0) return arp.since
  const stopped = sinceAll(reported)
  const windowMs = trafficOf(context, scope).fact?.windowMs ?? 0
  return stopped.latest + windowMs < arp.since.earliest ? arp.since : stopped
}

/** The rates that an event about traffic rests on. */
export function rateEvidence(context: FoldContext, circuit: string, fact: MeterFact): Evidence[] {
  const at = trafficOf(context, circuit).at
  return trafficDirections.map((direction) => ({
    field: `${direction === 'in' ? 'bitsIn' : 'bitsOut'}PerSecond`,
    before: fact[direction].expected === null ? null : `at least ${fact[direction].expected?.bps} expected`,
    after: fact[direction].bps,
    sampledBefore: null,
    sampledAfter: fact[direction].lost ?? { earliest: at, latest: at },
  }))
}
