import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { type FoldContext, isGood, isOpen, liveEvents } from '../../../model/context.ts'
import type { RecheckAt } from '../../../model/recheck.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { isInside } from '../../facts/inside.ts'
import { ROWS_GONE } from '../../rules/gateways.ts'
import { wordedCause } from './wording.ts'

/** How long after one instance is back Azure takes the next one of a gateway in hand. */
const SEQUENCE_MS = 2 * 60 * 60_000
const FAULT = 'gateway_instance_fault'

/** Azure maintains the instances of a gateway one after the other, and each is back soon (docs/rules/detection.md 3.6). */
export function instanceCauses(context: FoldContext, event: DetectedEvent): Cause[] {
  if (!isOfInstance(context, event)) return []
  const maintenance = (confidence: number) =>
    wordedCause(
      'gateway_instance_maintenance',
      'microsoft',
      confidence,
      'One instance after the other is how Azure maintains a gateway: check Service Health for planned maintenance.',
    )
  if (!isOverdue(context, event)) return [maintenance(followsSibling(context, event) ? 0.9 : 0.6)]
  const step = 'Maintenance would have brought this instance back by now: open a support case for the gateway.'
  return [wordedCause(FAULT, 'microsoft', 0.6, step), maintenance(0.3)]
}

/**
 * Whether it is the instance that failed. All of its sessions are lost where a VPN gateway has one session for each, too: one tunnel. An
 * instance that its sibling reached all the time has not failed by that.
 */
function isOfInstance(context: FoldContext, { scope, subject, started, flags }: DetectedEvent): boolean {
  const { topology, scopes } = context
  const isVpn = topology.gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  const own = Object.values(scopes[scope]?.sessions ?? {}).filter(({ localAddress }) => localAddress === subject)
  const far = own.filter((session) => !isInside(context, scope, session))
  if (!isVpn || far.length > 1 || flags.includes(ROWS_GONE)) return true
  return own.some(
    (session) =>
      isInside(context, scope, session) && (session.level === 'down' || session.since.latest >= started.earliest),
  )
}

/** Only time, and a poll of its gateway after it, can still make it a fault. */
export function faultyFrom({ settings }: FoldContext, live: LiveEvent): RecheckAt {
  const isPending = isAlone(live.event) && isOpen(live) && !isFault(live.event)
  return isPending ? live.event.started.latest + settings['instance.maintenance'] : null
}

/** One that went with its whole gateway has the cause of that. */
const isAlone = ({ kind, partOf }: DetectedEvent) => kind === 'gateway_instance_lost' && !partOf

const isFault = ({ causes }: DetectedEvent) => causes.some(({ class: name }) => name === FAULT)

/** Away for longer than maintenance keeps one, by a good answer of its own gateway; what was once found out stays. */
function isOverdue({ mark, settings }: FoldContext, event: DetectedEvent): boolean {
  if (event.kind !== 'gateway_instance_lost') return false
  const isOfGateway = mark.kind === 'peers' && mark.scope === event.scope && isGood(mark)
  return isFault(event) || (isOfGateway && mark.startedAt - event.started.latest >= settings['instance.maintenance'])
}

function followsSibling(context: FoldContext, event: DetectedEvent): boolean {
  return liveEvents(context).some(
    ({ event: other }) =>
      (other.kind === 'gateway_instance_lost' || other.kind === 'gateway_instance_restarted') &&
      other.scope === event.scope &&
      other.subject !== event.subject &&
      other.ended !== null &&
      other.ended.latest <= event.started.latest &&
      event.started.earliest - other.ended.latest <= SEQUENCE_MS,
  )
}
