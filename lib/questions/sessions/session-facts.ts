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

/** The verdict on a stored session. */
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
 * The row of a path's session to the customer's router over one of its links: the neighbor at the first host of the link's
 * subnet. All other neighbors that an MSEE lists are Azure's own.
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

/** Whether a circuit's configuration says that its sessions should not work: it is switched off, or being deleted. */
export function isPeeringDisabled({ peering }: CircuitResource): boolean {
  return peering !== null && ['disabled', 'deleting'].some((word) => isSame(intentOf(peering), word))
}

/** Whether it says so of the sessions over one link: IPv6 can be switched off by itself. */
export function isLinkDisabled(circuit: CircuitResource, { state }: PathLink): boolean {
  return isPeeringDisabled(circuit) || isSame(state, 'disabled')
}

/**
 * When a session that is down fell: between the polls around it, as its event says. What was down already when it was first polled fell by
 * its age, and the polls that it agrees with.
 */
export function fallOf({ fellAt, since }: SessionAt): Bounds {
  if (!fellAt || since.earliest !== BEFORE_MONITORING) return since
  const both = {
    earliest: Math.max(fellAt.earliest, since.earliest),
    latest: Math.min(fellAt.latest, since.latest),
  }
  // a later word of the same outage is younger than the fall
  return both.earliest <= both.latest ? both : fellAt
}
