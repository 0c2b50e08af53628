import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type CircuitPath,
  type EpochMs,
  getPeeringConfiguredState,
  type CircuitPathLink,
} from '#lib/contract/index.ts'
import { type SessionStateAndVerdict, judgeSession } from '#lib/detection/index.ts'
import type { SessionAtMoment } from '#lib/history/index.ts'
import type { CircuitResource } from '../topology.ts'
import { judgePollFreshness } from '../freshness.ts'

/**
 * Determines the state of a stored session from its row.
 * @param now time for which the freshness of the poll is judged; `last read` = use the state of the last successful
 *   poll, even if it is stale
 */
export function judgeStoredSession(
  row: SessionAtMoment,
  intendedDown: boolean,
  now: EpochMs | 'last read',
): SessionStateAndVerdict {
  return judgeSession({
    last: row.last,
    presence: row.presence,
    missingPolls: row.missingPolls,
    everEstablished: row.everEstablished,
    fellBefore: row.fellAt !== null,
    intendedDown,
    freshness: now === 'last read' ? 'fresh' : judgePollFreshness(row.poll, now),
  })
}

/**
 * Returns the stored session between a path's edge router (MSEE) and the customer's router over one of the path's
 * links; null = there is none. The session is identified by the address of the customer's router. Other neighbors of an
 * MSEE belong to Azure.
 */
export function findCustomerSession(
  rows: readonly SessionAtMoment[],
  { resource, peering }: CircuitResource,
  path: CircuitPath,
  { customer }: CircuitPathLink,
): SessionAtMoment | null {
  const found = rows.find(
    (row) =>
      row.kind === 'summary' &&
      row.scope === resource.id &&
      row.path === path &&
      isSameIgnoringCase(row.peering, peering?.name) &&
      canonicalizeAddress(row.neighbor) === customer,
  )
  return found ?? null
}

export function isSameIgnoringCase(a: string | null | undefined, b: string | null | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

/** Reports whether a circuit's peering is disabled or being deleted, so that its sessions are expected to be down. */
export function isPeeringDisabled({ peering }: CircuitResource): boolean {
  return (
    peering !== null &&
    ['disabled', 'deleting'].some((word) => isSameIgnoringCase(getPeeringConfiguredState(peering), word))
  )
}

/**
 * Reports whether the sessions of a link are expected to be down, because the peering or the link itself is disabled.
 * IPv6 can be disabled separately from IPv4.
 */
export function isPathLinkDisabled(circuit: CircuitResource, { state }: CircuitPathLink): boolean {
  return isPeeringDisabled(circuit) || isSameIgnoringCase(state, 'disabled')
}

/**
 * Returns the earliest and latest time at which a session went down. These are the times of the two polls before and
 * after the change. If the session was already down at the first poll, the time comes from the age that Azure reported
 * for the state, limited by the polls that show the same state.
 */
export function findSessionFallTime({ fellAt, since }: SessionAtMoment): TimestampBounds {
  if (!fellAt || since.earliest !== INSTANT_BEFORE_MONITORING) return since
  const both = {
    earliest: Math.max(fellAt.earliest, since.earliest),
    latest: Math.min(fellAt.latest, since.latest),
  }
  // If the two ranges do not overlap, the range that follows from the first reported age is used. Azure may report a
  // later state of the same outage, whose age is shorter than the outage.
  return both.earliest <= both.latest ? both : fellAt
}
