import { formatAsPath } from '#lib/bgp/index.ts'
import type { WhatIfUncertaintyReason, DecidingAttribute, PreferenceBasis } from '#lib/resilience/api/index.ts'

const assumedLabels: Record<WhatIfUncertaintyReason, string> = {
  no_router: 'no router reports every path',
  not_observed: 'a router was not observed',
  no_route: 'a router reports no route by one of the paths',
  no_local_preference: 'a router reports no local preference',
  unreadable: 'what a router reports could not be read',
  several_asns: 'the routers are of several ASNs',
  own_table_differs: 'a router uses another path than its reports decide',
}

const rules: Record<DecidingAttribute['by'], (better: string, worse: string) => string> = {
  local_preference: (better, worse) => `local preference ${better} over ${worse}`,
  as_path: (better, worse) => `AS path ${better} shorter than ${worse}`,
  origin: (better, worse) => `origin ${better} before ${worse}`,
  med: (better, worse) => `MED ${better} lower than ${worse}`,
}

/** Formats the path attribute because of which routers prefer one path to another: `local preference 200 over 100`. */
export const formatDecidingAttribute = ({ by, better, worse }: DecidingAttribute): string => rules[by](better, worse)

/**
 * Explains in one sentence why a prediction expects that the customer's routers choose a certain path. The basis is the
 * path attributes that the routers report, or an assumption.
 */
export function formatWhatIfBasis({ refused, ...chosen }: PreferenceBasis): string {
  const by = [...new Set(refused.map(({ router }) => router))].join(', ')
  const isAllRefused = chosen.routes.length === 0 && chosen.is !== 'assumed'
  const words = isAllRefused ? '' : formatChoice(chosen)
  return [words, by && `refused by the policy of ${by}${isAllRefused ? '' : ' on another path'}`]
    .filter(Boolean)
    .join('; ')
}

function formatChoice({ is, because, parted, routes }: Omit<PreferenceBasis, 'refused'>): string {
  if (is === 'assumed') return `assumed by AS path: ${assumedLabels[because ?? 'no_router']}`
  const names = [...new Set(routes.map(({ router }) => router))]
  const decides = parted
    ? formatDecidingAttribute(parted)
    : routes.length > 1
      ? 'equal in all that is reported'
      : 'the only path'
  const vpn = is === 'partly_reported' ? '; a VPN is assumed to come last' : ''
  return `as ${names.join(', ')} ${names.length > 1 ? 'report' : 'reports'}: ${decides}${vpn}`
}

/**
 * Reports whether a table row explains the basis of its prediction. If no router reports any path, all rows have the
 * same assumption, and it is shown only once below the table.
 */
export const isBasisShown = ({ because, routes, refused }: PreferenceBasis): boolean =>
  because !== 'no_router' || routes.length + refused.length > 0

/** Lists the path attributes that routers report, one line for each path and router. */
export function formatPathEvidence({ routes, refused }: PreferenceBasis, nameOf: (id: string) => string): string {
  const where = ({ circuitId, path, router }: PreferenceBasis['refused'][number]) =>
    `${circuitId === null ? 'VPN' : `${nameOf(circuitId)} ${path}`} at ${router}`
  const lines = routes.map((one) =>
    [
      `${where(one)}: local preference ${one.localPref}`,
      one.med !== null && `MED ${one.med}`,
      `AS path ${formatAsPath(one)}`,
      one.communities.length > 0 && `communities ${one.communities.join(' ')}`,
      one.isUsed && 'in use',
    ]
      .filter(Boolean)
      .join(', '),
  )
  return [...lines, ...refused.map((one) => `${where(one)}: refused by its policy`)].join('\n')
}
