import { getNotificationName } from '#lib/bgp/index.ts'
import type { BgpNotification, LoggedSessionDownCause, RouterDownReason } from '../router-report.ts'

/** Texts for the events of a BGP state machine that end a session, by event number (RFC 4271 section 8.1). */
const fsmEvents: Readonly<Record<number, string>> = {
  2: 'stopped by hand',
  8: 'stopped automatically',
  10: 'the hold timer expired',
  18: 'the TCP connection failed',
  23: 'the neighbor sent an OPEN while connections collided',
  24: 'a NOTIFICATION of an unknown version arrived',
  25: 'a NOTIFICATION arrived',
}

const causeLabels: Readonly<Record<LoggedSessionDownCause, string>> = {
  operator: 'an operator closed it at the router',
  interface: "the router's interface went down",
  bfd: 'BFD at the router found the neighbor gone',
  holdTimer: 'the hold timer of the router expired',
  prefixLimit: "the neighbor sent more prefixes than the router's limit",
  connection: 'the TCP connection was closed or lost',
  unknown: 'the router closed it',
}

/**
 * Returns the reason that a customer's router reported for the end of a session, as text without a full stop.
 * @param farEnd name of the other end of the session in the text
 */
export function formatRouterDownReason(reason: RouterDownReason, farEnd = "Azure's end"): string {
  switch (reason.by) {
    case 'local':
      return `the router closed it: ${formatNotification(reason.notification)}`
    case 'remote':
      return `${farEnd} closed it: ${formatNotification(reason.notification)}`
    case 'localWithoutNotification':
      return reason.fsmEvent === 0
        ? 'the router closed it and does not say why: hold timer, BFD, an interface or an operator'
        : `the router closed it: ${fsmEvents[reason.fsmEvent] ?? `event ${reason.fsmEvent} of its state machine`}`
    case 'remoteWithoutNotification':
      return `${farEnd} or the path closed the TCP connection without a NOTIFICATION`
    case 'monitoringStopped':
      return 'the router no longer monitors the neighbor'
    case 'localTable':
      return `the router's own table ended${reason.tableName === null ? '' : ` (${reason.tableName})`}`
    case 'log':
      return `${causeLabels[reason.cause]} (its log: "${reason.text}")`
    case 'unknown':
      return `the router gives a reason that is not known (code ${reason.code})`
  }
}

function formatNotification(notification: BgpNotification | null): string {
  if (!notification) return 'a NOTIFICATION that was left out'
  const { code, subcode, communication, hardResetOf } = notification
  const inner = hardResetOf ? ` of ${getNotificationName(hardResetOf.code, hardResetOf.subcode)}` : ''
  const said = communication ? ` ("${communication}")` : ''
  return `${getNotificationName(code, subcode)}${inner} (${code}/${subcode})${said}`
}
