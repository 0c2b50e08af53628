import { canonicalAddress } from '#lib/bgp/index.ts'
import {
  BEFORE_MONITORING,
  type Bounds,
  type CircuitPath,
  type EpochMs,
  intentOf,
  type PathLink,
} from '#lib/contract/index.ts'
import { type JudgedSession, judgeSession } from '#lib/detection/index.ts'
import type { SessionAt } from '#lib/history/index.ts'
import type { CircuitResource } from '../topology.ts'
import { pollFreshness } from '../freshness.ts'

/** Judges a stored session from its row. */
export function judgeStored(row: SessionAt, intendedDown: boolean, now: EpochMs): JudgedSession {
  return judgeSession({
    last: row.last,
    presence: row.presence,
    missingPolls: row.missingPolls,
    everEstablished: row.everEstablished,
    fellBefore: row.fellAt !== null,
    intendedDown,
    freshness: pollFreshness(row.poll, now),
  })
}

/**
 * Returns the row of a path's session with the customer's router over one of its links. The router's address is the
 * first host of the link's subnet; all other neighbors that an MSEE lists belong to Azure. Null = no row.
 */
export function customerRow(
  rows: readonly SessionAt[],
  { resource, peering }: CircuitResource,
  path: CircuitPath,
  { customer }: PathLink,
): SessionAt | null {
  const found = rows.find(
    (row) =>
      row.kind === 'summary' &&
      row.scope === resource.id &&
      row.path === path &&
      isSame(row.peering, peering?.name) &&
      canonicalAddress(row.neighbor) === customer,
  )
  return found ?? null
}

export function isSame(a: string | null | undefined, b: string | null | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

/**
 * Reports whether a circuit's configuration shows that its sessions should not work, because the peering is disabled or
 * being deleted.
 */
export function isPeeringDisabled({ peering }: CircuitResource): boolean {
  return peering !== null && ['disabled', 'deleting'].some((word) => isSame(intentOf(peering), word))
}

/**
 * Reports whether the sessions over one link should not work, because the peering or only the link is disabled; IPv6
 * can be disabled separately.
 */
export function isLinkDisabled(circuit: CircuitResource, { state }: PathLink): boolean {
  return isPeeringDisabled(circuit) || isSame(state, 'disabled')
}

/**
 * Returns when a session went down: the time between the two polls around it, as in its event. For a session that was
 * already down at the first poll, the time follows from the age of the state that Azure reports, limited by the polls
 * that agree with it.
 */
export function fallOf({ fellAt, since }: SessionAt): Bounds {
  if (!fellAt || since.earliest !== BEFORE_MONITORING) return since
  const both = {
    earliest: Math.max(fellAt.earliest, since.earliest),
    latest: Math.min(fellAt.latest, since.latest),
  }
  // If the two disagree, the age that was reported first counts, because a later state of the same outage is younger
  // than the fall.
  return both.earliest <= both.latest ? both : fellAt
}
