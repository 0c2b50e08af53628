import {
  type TimestampBounds,
  type CircuitPath,
  circuitPaths,
  parsePathSubject,
  formatPathSubject,
  type Severity,
} from '#lib/contract/index.ts'
import { computeLatestBeginBounds } from '../../../model/event-key.ts'
import type { PathStateWithLayers, PeeringStateWithPaths } from '../../facts/circuit-facts.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { findTrafficState } from '../../facts/traffic/traffic-state.ts'
import { type CircuitNode, getCountedPartOfPeering, type CircuitPeeringNode } from '../../../model/topology.ts'
import { hasTrafficFallenEverywhere } from './low-everywhere.ts'
import { isCircuitProbeFailing } from './probe-results.ts'

/**
 * Raises green_but_dead if expected traffic does not flow although the session is up: for a path, or for the whole
 * peering if this is so on both paths.
 */
export function detectGreenButDead(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): (LiveEvent | null)[] {
  const paths = circuitPaths.map((path) => view.paths[path])
  const dead = paths.filter(isDead)
  const isWhole = dead.length === paths.length
  const isOwn = getCountedPartOfPeering(circuit, peering) === 'own'
  const isElsewhere = dead.length > 0 && isOwn && hasTrafficFallenEverywhere(context, circuit)
  const whole = reported(context, circuit, peering, peering.name, isWhole ? paths : [], {
    isFirst: !isElsewhere,
    severity: 'critical',
  })
  const single = paths.map((path) => {
    const others = paths.filter((other) => other.path !== path.path)
    const isOnly = !others.some(({ traffic, state }) => traffic.layer === 'moving' && state === 'up')
    const severity: Severity = isOnly ? 'critical' : 'major'
    return reported(context, circuit, peering, path.subresource, isDead(path) ? [path] : [], {
      isFirst: !isElsewhere && !isWhole,
      severity,
    })
  })
  return [whole, ...single]
}

const isDead = ({ traffic }: PathStateWithLayers) => traffic.dead !== null

function reported(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  subject: string,
  dead: readonly PathStateWithLayers[],
  { isFirst, severity }: { isFirst: boolean; severity: Severity },
): LiveEvent | null {
  const open = findOpenEvent(context, 'green_but_dead', circuit.scope, subject)
  if (!open && dead.length === 0) return null
  // Connectivity probes reach only networks behind the circuit's main peering, so they prove nothing about its other
  // peerings.
  const isOwn = getCountedPartOfPeering(circuit, peering) === 'own'
  const facts = dead.flatMap(({ traffic }) => traffic.dead ?? [])
  const isUnsure =
    facts.some(({ confidence }) => confidence === 'low') && !(isOwn && isCircuitProbeFailing(context, circuit.scope))
  return updateEventByCondition(context, {
    kind: 'green_but_dead',
    scope: circuit.scope,
    subject,
    holds: dead.length > 0,
    since:
      dead.length > 0
        ? computeLatestBeginBounds(facts.map(({ since }) => since))
        : endOf(context, circuit, peering, subject, open),
    severity: isUnsure ? lower(severity) : severity,
    evidence: dead.flatMap(({ traffic }) => traffic.evidence),
    flags: [...new Set(facts.map(({ by }) => `by_${by}`)), ...(isUnsure ? ['low_confidence'] : [])],
    mayBegin: isFirst,
  })
}

const lower = (severity: Severity): Severity => (severity === 'critical' ? 'major' : 'minor')

/**
 * Returns the end of an event: when bytes move again or a session falls. If neither happened, the event ends with the
 * current poll, because traffic is no longer expected.
 */
function endOf(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  subject: string,
  open: LiveEvent | null,
): TimestampBounds {
  const { mark } = context
  const now = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const paths = pathsOf(subject)
  const traffic = findTrafficState(context.scopes[circuit.scope], getCountedPartOfPeering(circuit, peering) ?? 'own')
  const moved = paths.flatMap((path) => {
    const meter = traffic?.fact?.meters[path]
    return [meter?.in.flowsAgain ?? [], meter?.out.flowsAgain ?? []].flat()
  })
  const fell = Object.values(context.scopes[circuit.scope]?.sessions ?? {}).filter(
    ({ subresource, level }) =>
      level !== 'up' && paths.some((path) => subresource === formatPathSubject(peering.name, path)),
  )
  const ends = [...moved, ...fell.map(({ since }) => since)].filter(
    ({ latest }) => latest > (open?.event.started.latest ?? 0),
  )
  return ends.toSorted((a, b) => a.latest - b.latest)[0] ?? now
}

const pathsOf = (subject: string): CircuitPath[] =>
  circuitPaths.filter((path) => (parsePathSubject(subject).path ?? path) === path)
