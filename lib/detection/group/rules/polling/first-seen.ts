import { MSEE_ASN } from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type DetectedEvent,
  type Evidence,
  isResourceChanging,
  parsePathSubject,
  findDefaultCause,
} from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import { findPathOfCustomerAddress, PRIVATE_PEERING } from '../../../model/topology.ts'
import { type ConfiguredLayers, judgeProvisioningLayer } from '../../../verdict/index.ts'
import { isSessionInsideGateway } from '../../facts/gateway-sessions.ts'
import { createEvent, getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import { formatSessionSubject } from '../../../model/subject.ts'
import type { SessionStateChangeSignal, PollSignal } from '../../../model/signal.ts'

/**
 * Reports sessions that were down when they were first polled. It is not known that they fell, so they are listed in a
 * single `initial_state` event for each gateway or circuit (docs/rules/detection.md 7, "Start-up"). The paths of a
 * circuit are polled one after the other and are added to the same event.
 */
export function reportSessionsFirstSeenDown(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark } = context
  const down = signals.filter(
    (signal) => signal.type === 'session' && isDownAtFirst(context, signal),
  ) as SessionStateChangeSignal[]
  if (down.length === 0) return
  const items = down.map(
    (signal): Evidence =>
      createSampleEvidence(`session ${formatSessionSubject(signal)}`, 'not established', getSampleBounds(mark)),
  )
  const known = listLiveEvents(context).find(
    ({ event }) => event.kind === 'initial_state' && event.scope === mark.scope,
  )
  if (known) {
    known.event = { ...known.event, evidence: [...known.event.evidence, ...items] }
    return
  }
  storeEventInScope(context, notice(context, items))
}

/**
 * Reports whether a session is down at its first poll although it should be up. A session between instances of a
 * gateway may never come up. On a circuit path only the session with the customer's router is expected, and only if the
 * peering is enabled. If the session's age shows when it fell, the session had an outage. This outage is reported
 * separately, so the result is false.
 */
function isDownAtFirst(context: DetectionContext, signal: SessionStateChangeSignal): boolean {
  const { level, sample, isFirst, neighbor, since } = signal
  const isBaseline = level === 'never' || (level === 'down' && since.earliest === INSTANT_BEFORE_MONITORING)
  if (!isFirst || !isBaseline) return false
  const { topology, mark } = context
  const asn = sample?.asn ?? null
  if (mark.kind !== 'summary')
    return !isSessionInsideGateway(context, mark.scope, { ...signal, asn }) && isMeantByCircuits(context, asn)
  const { peering: name, path } = parsePathSubject(mark.subresource)
  const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
  const peering = circuit?.peerings.find((candidate) => candidate.name === name)
  return peering !== undefined && isMeant(peering.intent) && findPathOfCustomerAddress(peering, neighbor) === path
}

const isMeant = (intent: ConfiguredLayers) => judgeProvisioningLayer(intent) !== 'disabled'

/**
 * Reports whether a gateway's session is expected to be up. A session with an edge router needs a provisioned circuit
 * with an enabled peering, and a gateway that Azure is not changing.
 */
function isMeantByCircuits({ topology, mark }: DetectionContext, asn: number | null): boolean {
  const gateway = topology.gateways.find(({ scope }) => scope === mark.scope)
  if (gateway && isResourceChanging(gateway)) return false
  if (asn !== MSEE_ASN || !gateway) return true
  const circuits = topology.circuits.filter(({ scope }) => gateway.circuits.includes(scope))
  const peerings = circuits.flatMap(({ peerings: own }) => own.filter(({ name }) => name === PRIVATE_PEERING))
  return circuits.length === 0 || peerings.some(({ intent }) => isMeant(intent))
}

function notice({ topology, mark }: DetectionContext, evidence: Evidence[]): DetectedEvent {
  const node = [...topology.circuits, ...topology.gateways].find(({ scope }) => scope === mark.scope)
  const at = getSampleBounds(mark)
  return createEvent(mark, {
    kind: 'initial_state',
    severity: 'info',
    scope: mark.scope,
    subject: node?.name ?? mark.scope,
    started: at,
    evidence,
    causes: [findDefaultCause('initial_state')],
    flags: ['baseline'],
  })
}
