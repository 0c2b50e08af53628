import type { ArpFact } from '../../../model/signal.ts'
import { type Bounds, type CircuitPath, type Evidence, peeringKind, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../../model/event-key.ts'
import { agrees } from '../../../model/rates-agree.ts'
import type { MeterFact, TrafficFact } from '../../../model/traffic.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import type { LayerState, TrafficLayer } from '../../../verdict/index.ts'
import { type FoldContext, openEvent, scopeOf } from '../../../model/context.ts'
import type { ScopeState, SessionFact } from '../../../model/scope-state.ts'
import { isStale } from '../last-answer.ts'
import { type CircuitNode, type CountedPart, counterOf, partOf, type PeeringNode } from '../../../model/topology.ts'
import { isWindowSince, trafficExpectedSince } from './excuse.ts'
import { knownTraffic, trafficOf } from './memory.ts'

/** What the counters of one path mean for it. */
export interface PathTraffic {
  layer: TrafficLayer
  /** from when the first of the two samples was asked for that this rests on to the end of the second; null = there are none */
  counted: Bounds | null
  /** its session is up, and nothing that is meant to flow does: since when, and what speaks for it */
  dead: { since: Bounds; by: 'bytes' | 'arp'; confidence: 'normal' | 'low' } | null
  /** since when nothing moves on it while its ARP entry is gone: since its bytes stopped, where these report it; null = it does, or the entry is there */
  cutOff: Bounds | null
  /** since when it moves again, where it had stood still for long */
  flowsAgain: Bounds | null
  evidence: Evidence[]
}

const NOTHING_REPORTED: PathTraffic = {
  layer: 'unknown',
  counted: null,
  dead: null,
  cutOff: null,
  flowsAgain: null,
  evidence: [],
}

/** A peering of a circuit, and whose counters are its own. */
interface Counted {
  circuit: CircuitNode
  peering: PeeringNode
  part: CountedPart
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
  const part = partOf(circuit, peering)
  if (part === null) return NOTHING_REPORTED
  const counted: Counted = { circuit, peering, part }
  const fact = meterOf(context, circuit, path, part)
  const layer: TrafficLayer = !fact ? 'unknown' : isQuiet(fact) ? 'quiet' : 'moving'
  const flowsAgain = fact && flowsAgainIn(fact)
  const dead = layers.isUp
    ? (deadByBytes(context, counted, path, fact, layers) ?? deadByArp(context, counted, path, fact, layers))
    : null
  const cutOff = cutOffSince(context, counted, fact, layers)
  const pair = trafficOf(context, circuit.scope, part).fact?.pairs[path]?.at(-1)
  const between = pair ? { earliest: pair.earliest, latest: pair.latest } : null
  const evidence = fact ? rateEvidence(context, circuit.scope, fact, part) : []
  return { layer, counted: between, dead, cutOff, flowsAgain, evidence }
}

/** What the counters of a path show; null = they are not known, or too old. */
export function meterOf(
  context: FoldContext,
  circuit: CircuitNode,
  meter: CircuitPath | 'sum',
  part: CountedPart = 'own',
): MeterFact | null {
  const { scope } = circuit
  if (isStale(context, { scope, subresource: counterOf(circuit, part), kind: 'stats' })) return null
  return knownTraffic(scopeOf(context, scope), part)?.fact?.meters[meter] ?? null
}

const isQuiet = (fact: MeterFact) => trafficDirections.every((direction) => fact[direction].lost !== null)

function flowsAgainIn(fact: MeterFact): Bounds | null {
  const all = trafficDirections.flatMap((direction) => fact[direction].flowsAgain ?? [])
  return all.length > 0 ? sinceAny(all) : null
}

function deadByBytes(
  context: FoldContext,
  counted: Counted,
  path: CircuitPath,
  fact: MeterFact | null,
  { session }: Layers,
): PathTraffic['dead'] {
  const { circuit, peering, part } = counted
  if (!fact || !trafficDirections.every((direction) => fact[direction].isFlat)) return null
  const expected = trafficDirections.filter((direction) => isExpected(context, fact, direction))
  if (expected.length === 0) return null
  const meant = trafficExpectedSince(context, circuit, path, session, part)
  if (meant === null) return null
  if (!isReportedDead(context, circuit, peering, path)) {
    if (!trafficDirections.every((direction) => isProven(context, counted, path, fact, direction))) return null
    // it must have stood still for that long while it was meant to carry, and still do
    if (!isQuiet(fact) || !isWindowSince(context, trafficOf(context, circuit.scope, part), meant)) return null
  }
  const lost = trafficDirections.flatMap((direction) => fact[direction].lost ?? [])
  const since = sinceAll([...lost, ...(session ? [session.since] : [])])
  const isLow = expected.some((direction) => fact[direction].expected?.confidence === 'low')
  return { since, by: 'bytes', confidence: isLow ? 'low' : 'normal' }
}

/** What was reported goes on until bytes move for good. */
export function isReportedDead(
  context: FoldContext,
  { scope }: CircuitNode,
  { name }: PeeringNode,
  path: CircuitPath,
): boolean {
  return [name, `${name}/${path}`].some((subject) => openEvent(context, 'green_but_dead', scope, subject))
}

/**
 * Whether counters that stand still prove it. Those of one peering are polled apart from Azure Monitor's bit rates, which are held
 * against them here: while these report nothing of the time since, it takes as many flat windows as counters alone always take.
 */
export function isProven(
  context: FoldContext,
  { circuit, peering, part }: Counted,
  meter: CircuitPath | 'sum',
  fact: MeterFact,
  direction: TrafficDirection,
): boolean {
  const { isFlat, lost, deadBps } = fact[direction]
  if (!isFlat || !lost || !peering.isCounted) return isFlat
  const scope = scopeOf(context, circuit.scope)
  const rates = ratesOfPeering(scope, peering)
  const agreed = agrees({ rates }, meter, direction, { since: lost.latest, deadBps })
  if (agreed !== null) return agreed
  const { at, fact: known } = trafficOf(context, circuit.scope, part)
  return at - lost.latest >= context.settings['traffic.flat.alone'] * (known?.windowMs ?? 0)
}

/** Azure Monitor's bit rates of one peering, by path; they are polled with those of the whole circuit. */
export function ratesOfPeering(scope: ScopeState, { name }: PeeringNode): TrafficFact['rates'] {
  return knownTraffic(scope, 'all')?.fact?.peeringRates?.[peeringKind(name) ?? ''] ?? {}
}

/** Whether so much is expected of a direction that its falling silent reports something. */
export function isExpected({ settings }: FoldContext, fact: MeterFact, direction: 'in' | 'out'): boolean {
  return (fact[direction].expected?.bps ?? 0) >= settings['traffic.expected.least']
}

/** Samples of each kind that must agree after the one that first showed the entry gone. */
export const AGREEING = 1

function deadByArp(
  context: FoldContext,
  counted: Counted,
  path: CircuitPath,
  fact: MeterFact | null,
  layers: Layers,
): PathTraffic['dead'] {
  const { session, arp } = layers
  const known = trafficOf(context, counted.circuit.scope, counted.part).suspicions[path]
  const since = cutOffSince(context, counted, fact, layers)
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
  { circuit: { scope }, part }: Counted,
  fact: MeterFact | null,
  { arp, l2 }: Layers,
): Bounds | null {
  if (!arp || l2 !== 'down' || (fact && !isQuiet(fact))) return null
  const lost = fact ? trafficDirections.flatMap((direction) => fact[direction].lost ?? []) : []
  const reported = lost.filter(({ earliest }) => earliest !== BEFORE_MONITORING)
  if (reported.length === 0) return arp.since
  const stopped = sinceAll(reported)
  const windowMs = trafficOf(context, scope, part).fact?.windowMs ?? 0
  return stopped.latest + windowMs < arp.since.earliest ? arp.since : stopped
}

/** The rates that an event about traffic rests on. */
export function rateEvidence(
  context: FoldContext,
  circuit: string,
  fact: MeterFact,
  part: CountedPart = 'own',
): Evidence[] {
  const { at } = trafficOf(context, circuit, part)
  return trafficDirections.map((direction) => ({
    field: `${direction === 'in' ? 'bitsIn' : 'bitsOut'}PerSecond`,
    before: fact[direction].expected === null ? null : `at least ${fact[direction].expected?.bps} expected`,
    after: fact[direction].bps,
    sampledBefore: null,
    sampledAfter: fact[direction].lost ?? { earliest: at, latest: at },
  }))
}
