import { formatDuration, type RouterConnectionEndReason } from '#lib/contract/index.ts'
import type {
  AnnouncedPrefixVerdict,
  SessionEndsVerdict,
  NotLearnedReason,
  RouterSessionMatch,
} from '#lib/detection/index.ts'

const openLabels = {
  several_circuits: 'several circuits use these addresses and ASNs: choose the one that it is',
  several_routers: 'several routers claim this path: choose the one that is at it',
  not_established: 'the session has not come up since the router reports, so that its own address is not known',
  asn_differs: 'the addresses are those of this path, the ASNs are not',
} as const

/**
 * Returns a text with the reason why a router's session was or was not assigned to a circuit path.
 * @param isByLog true = only the log of the router reports the session
 */
export function formatRouterSessionMatch(join: RouterSessionMatch, isByLog: boolean): string {
  switch (join.state) {
    case 'confirmed':
      return 'declared'
    case 'inferred':
      return 'both addresses and both ASNs are those of this path alone'
    case 'open':
      return join.why === 'not_established' && isByLog
        ? "a log does not say the router's own address: choose the path that it is"
        : openLabels[join.why]
    case 'none':
      return 'no circuit has a path with these addresses'
  }
}

const endLabels: Record<RouterConnectionEndReason, string> = {
  closed: 'the router closed its connection',
  lost: 'the connection was lost',
  malformed: 'the router sent what could not be read',
  limit: 'the router sent more than is taken',
  failed: 'its reports could not be recorded',
  stopped: 'Peerwatch stopped',
  vanished: 'Peerwatch was not there to listen',
}

/**
 * Returns the text that describes why a router's connection to Peerwatch ended.
 * @param detail further details; null or '' = none
 */
export const formatConnectionEnd = (end: RouterConnectionEndReason, detail: string | null): string =>
  detail ? `${endLabels[end]}: ${detail}` : endLabels[end]

type State = 'up' | 'down' | null

/** Returns a sentence about the states of a session at its two ends, Azure and the customer's router. */
export function formatSessionEnds(
  judged: SessionEndsVerdict,
  { azure, router }: { azure: State; router: State },
): string {
  const { verdict, differsFor } = judged
  const span = differsFor ? formatDuration(differsFor.minMs) : ''
  switch (verdict) {
    case 'agree':
      return `both ends are ${azure ?? 'unknown'}`
    case 'one_end':
      if (router === null && azure === null) return 'neither end is observed now'
      return router === null
        ? `Azure's end is ${azure}; the router is not observed now`
        : `the router's end is ${router}; Azure's end is not known now`
    case 'not_read':
      return `the router's end is ${router}; Azure has not been asked since that changed`
    case 'settling':
      return `the router's end is ${router}, Azure's still ${azure}: an end that falls silent is noticed by the other's hold timer`
    case 'router_down':
      return `the router has been down for at least ${span} while Azure reports the session up`
    case 'azure_down':
      return `Azure has had the session down for at least ${span} while the router reports it up`
  }
}

/**
 * Returns the sentence that is shown if the log of a router reports another state of a session than Azure. It is used
 * for sessions that only a log reports.
 */
export const formatLogDifference = ({ azure, router }: { azure: State; router: State }): string =>
  `the router's log said last that the session is ${router}, and Azure's end is ${azure}; a line of the log may be lost`

const comparisonWords = {
  adjOutPost: "what the router announces after its policy, beside Azure's table of this path",
  adjOutPre: "what the router has to announce before its policy, beside Azure's table of this path",
  collected:
    "what the router announces to the collector, beside Azure's table of this path: the same where both have one policy",
  collector_down: "the router's session with the collector is not up",
  not_reported: 'this router does not report what it announces (Adj-RIB-Out, RFC 8671), so that nothing is compared',
  not_observed: 'the router is not observed now',
  not_up: 'the session is not up at the router',
  not_read: "Azure's table of this path has not been read",
  too_many: 'a table of this path has more routes than are read at a time (40,000), so that nothing is compared',
} as const

/** Returns a text that tells which route tables are compared, or why a comparison is not possible. */
export const formatComparedTables = (of: keyof typeof comparisonWords): string => comparisonWords[of]

const becauseWords: Record<NotLearnedReason, string> = {
  limit: 'the path has as many prefixes as the peering takes',
  filter: "it is not within the peering's advertised public prefixes",
}

/** Returns the text about a prefix for which the router and Azure differ. */
export function formatDifference({
  verdict,
  because,
  table,
  isCollected,
}: {
  verdict: Exclude<AnnouncedPrefixVerdict, 'learned'>
  because: NotLearnedReason | null
  table: 'adjOutPre' | 'adjOutPost'
  isCollected: boolean
}): string {
  switch (verdict) {
    case 'not_yet':
      return 'it changed too shortly before Azure was asked last'
    case 'by_policy':
      return "the router's own policy does not announce it"
    case 'learned_only':
      return `Azure has it from this router, which does not announce it${isCollected ? ' to the collector' : ''}`
    case 'not_learned':
      if (because) return `Azure did not take it: ${becauseWords[because]}`
      if (isCollected)
        return "Azure does not have it: another policy of the router towards Azure, a filter at Azure's end, or the UPDATE was lost"
      return table === 'adjOutPre'
        ? "Azure does not have it: the router's policy, or a filter at Azure's end"
        : "Azure does not have it: a filter at Azure's end, or the UPDATE was lost; neither limit nor advertised prefixes explain it"
  }
}

/** Note about a session with Peerwatch's collector that has no keepalives. */
export const NO_HOLD_TIME_NOTE =
  'The session with the collector has a hold time of 0, so that a router that hangs is not noticed. Set a hold time of 3 s or more on the router.'

/**
 * Returns the text that explains why a router is listed twice: its session with Peerwatch's collector is not combined
 * with the BMP reports from the same address.
 */
export function formatSeparateRouter(
  { address, localAsn, localBgpId }: { address: string; localAsn: number | null; localBgpId?: string | null },
  others: readonly { name: string; sessions: readonly { localAsn: number | null; localBgpId?: string | null }[] }[],
): string {
  const idOf = (asn: number | null, bgpId: string | null | undefined) =>
    [asn === null ? 'an unknown AS' : `AS ${asn}`, bgpId && `BGP identifier ${bgpId}`].filter(Boolean).join(', ')
  const known = others.map(({ name, sessions: [session] }) => {
    return `${name || 'a router'} (${idOf(session?.localAsn ?? null, session?.localBgpId)})`
  })
  const isSame = others.some(({ sessions }) =>
    sessions.some((one) => one.localAsn === localAsn && one.localBgpId === localBgpId),
  )
  if (isSame)
    return `${known.join(', ')} reports by BMP from this address, and began to do so after the session with the collector. The next session with the collector belongs to that router.`
  return `${known.join(', ')} reports by BMP from this address. The session with the collector states ${idOf(localAsn, localBgpId)}, so it counts as a router of its own. If both are one router, set BGP_NEIGHBORS=${address}=${localAsn ?? 'ASN'}.`
}
