import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import { type DetectedEvent, type Evidence, parsePath, statedCause } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents, put } from '../../../model/context.ts'
import { pathOfCustomer } from '../../../model/topology.ts'
import { newEvent } from '../../../model/new-event.ts'
import { sessionSubject } from '../../../model/subject.ts'
import type { SessionSignal, Signal } from '../../../model/signal.ts'

/**
 * What was down when it was first polled: a baseline and no fall, so it is listed once, in one notice for each gateway or
 * circuit (docs/rules/detection.md 7, "Start-up"). A circuit's paths are polled one after the other; what they add comes into
 * the same notice.
 */
export function recordFirstSeen(context: FoldContext, signals: readonly Signal[]): void {
  const { mark } = context
  const down = signals.filter(
    (signal) => signal.type === 'session' && isDownAtFirst(context, signal),
  ) as SessionSignal[]
  if (down.length === 0) return
  const items = down.map(
    (signal): Evidence => ({
      field: `session ${sessionSubject(signal)}`,
      before: null,
      after: 'not established',
      sampledBefore: null,
      sampledAfter: { earliest: mark.startedAt, latest: mark.finishedAt },
    }),
  )
  const known = liveEvents(context).find(({ event }) => event.kind === 'initial_state' && event.scope === mark.scope)
  if (known) {
    known.event = { ...known.event, evidence: [...known.event.evidence, ...items] }
    return
  }
  put(context, notice(context, items))
}

/** A session of the inside of a gateway may never come up; on a path only the customer's router is meant to. */
function isDownAtFirst({ topology, mark }: FoldContext, { level, sample, isFirst, neighbor }: SessionSignal): boolean {
  if (!isFirst || level !== 'never' || sample?.asn === GATEWAY_ASN) return false
  if (mark.kind !== 'summary') return true
  const { peering: name, path } = parsePath(mark.subresource)
  const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
  const peering = circuit?.peerings.find((candidate) => candidate.name === name)
  return peering !== undefined && pathOfCustomer(peering, neighbor) === path
}

function notice({ topology, mark }: FoldContext, evidence: Evidence[]): DetectedEvent {
  const node = [...topology.circuits, ...topology.gateways].find(({ scope }) => scope === mark.scope)
  const at = { earliest: mark.startedAt, latest: mark.finishedAt }
  return newEvent(mark, {
    kind: 'initial_state',
    severity: 'info',
    scope: mark.scope,
    subject: node?.name ?? mark.scope,
    started: at,
    evidence,
    causes: [statedCause('initial_state')],
    flags: ['baseline'],
  })
}
