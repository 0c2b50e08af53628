import { BFD_DOWN, CEASE, HOLD_TIMER_EXPIRED, MAXIMUM_PREFIXES } from '#lib/bgp/index.ts'
import type { Cause, DetectedEvent, EventKind, LoggedCause, RouterDownReason } from '#lib/contract/index.ts'
import { routerDownWords } from '#lib/contract/words/router-reasons.ts'
import type { FoldContext } from '../../../model/context.ts'
import { endOfEvent, fallOfEvent } from '../../facts/router-ends.ts'
import { routerOwner } from './router-owner.ts'
import { cause } from './wording.ts'

const OF_SESSIONS: ReadonlySet<EventKind> = new Set<EventKind>(['session_down', 'session_flap', 'path_down'])

/** HoldTimer_Expires (RFC 4271 section 8.1.4) */
const HOLD_TIMER_EVENT = 10
const SILENCES: ReadonlySet<LoggedCause> = new Set(['bfd', 'holdTimer', 'interface'])
/** Subcodes of Cease by which an operator ends a session (RFC 4486, RFC 8538). */
const BY_OPERATOR: ReadonlySet<number> = new Set([2, 3, 4, 6])
/** Events 2 and 8 of the state machine: ManualStop, AutomaticStop (RFC 4271 section 8.1) */
const STOPS: ReadonlySet<number> = new Set([2, 8])

/**
 * Why the customer's router says that its session ended: by a NOTIFICATION, or because it stopped it itself, so that nothing is left to be
 * worked out. A hold timer, BFD and a lost connection say that the path was silent, and not whose fault that is: the layers do.
 */
export function routerReason(context: FoldContext, event: DetectedEvent): Cause[] {
  const reported = OF_SESSIONS.has(event.kind) ? reportOf(context, event) : null
  const circuit = context.topology.circuits.find(({ scope }) => scope === event.scope)
  if (!reported || !circuit) return []
  const { reason, words } = reported
  switch (closedBy(reason)) {
    case 'customer':
      return [
        cause('closed_by_customer', routerOwner(circuit), 0.95, `${words} Ask whoever runs that router what they did.`),
      ]
    case 'microsoft':
      return [
        cause(
          'closed_by_microsoft',
          'microsoft',
          0.95,
          `${words} Check Service Health, and ask Microsoft with these bounds.`,
        ),
      ]
    case 'limit':
      return [
        cause(
          'prefix_limit_exceeded',
          routerOwner(circuit),
          0.95,
          `${words} Announce fewer prefixes, or summarise them.`,
        ),
      ]
    case null:
      return []
  }
}

/** The reason that the customer's router reports of a fall, and a sentence of it; null = it reports none. */
function reportOf(context: FoldContext, event: DetectedEvent): { reason: RouterDownReason; words: string } | null {
  const end = endOfEvent(event, context.routerEnds ?? [])
  const reason = end && fallOfEvent(end, event)?.reason
  return reason ? { reason, words: `${end.router} reports that ${routerDownWords(reason)}.` } : null
}

/**
 * What the customer's router says where it ran and received nothing more from Azure, or lost its port: then BGP is not what failed.
 * @returns a sentence; null = it says something else, or nothing
 */
export function silentRouter(context: FoldContext, event: DetectedEvent): string | null {
  const reported = reportOf(context, event)
  return reported && isSilence(reported.reason) ? reported.words : null
}

/**
 * What the customer's router says where its words fit several reasons: it closed the session and does not say why, or the connection was
 * closed without a NOTIFICATION.
 * @returns a sentence; null = it names one, or says nothing
 */
export function unexplainedRouter(context: FoldContext, event: DetectedEvent): string | null {
  const reported = reportOf(context, event)
  return reported && isUnexplained(reported.reason) ? reported.words : null
}

function isUnexplained(reason: RouterDownReason): boolean {
  if (isSilence(reason) || closedBy(reason) !== null) return false
  if (reason.by === 'local' || reason.by === 'remote') return reason.notification === null
  return ENDINGS_WITHOUT_REASON.has(reason.by)
}

const ENDINGS_WITHOUT_REASON: ReadonlySet<RouterDownReason['by']> = new Set([
  'localWithoutNotification',
  'remoteWithoutNotification',
  'log',
])

function isSilence(reason: RouterDownReason): boolean {
  if (reason.by === 'log') return SILENCES.has(reason.cause)
  if (reason.by === 'localWithoutNotification') return reason.fsmEvent === HOLD_TIMER_EVENT
  if (reason.by !== 'local' || reason.notification === null) return false
  const { code, subcode } = reason.notification
  return code === HOLD_TIMER_EXPIRED || (code === CEASE && subcode === BFD_DOWN)
}

function closedBy(reason: RouterDownReason): 'customer' | 'microsoft' | 'limit' | null {
  if (reason.by === 'log') return reason.cause === 'operator' || reason.cause === 'prefixLimit' ? 'customer' : null
  if (reason.by === 'localWithoutNotification') return STOPS.has(reason.fsmEvent) ? 'customer' : null
  if (reason.by !== 'local' && reason.by !== 'remote') return null
  const notification = reason.notification?.hardResetOf ?? reason.notification
  if (notification?.code !== CEASE) return null
  if (notification.subcode === MAXIMUM_PREFIXES) return reason.by === 'remote' ? 'limit' : 'customer'
  if (!BY_OPERATOR.has(notification.subcode)) return null
  return reason.by === 'remote' ? 'microsoft' : 'customer'
}
