import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { ApiRouter, ApiRouterPeer, ApiSessionEnds } from '#lib/routers/api/index.ts'
import type { StatusText } from '../ui/status.tsx'
import { lastKnownStatus } from '../ui/status-text.ts'

export const getRouterName = ({ name, address }: Pick<ApiRouter, 'name' | 'address'>): string => name ?? address

export const getRouterStatus = ({ state }: Pick<ApiRouter, 'state'>): StatusText =>
  state === 'connected' ? { tone: 'up', word: 'REPORTING' } : { tone: 'unknown', word: 'NOT OBSERVED' }

export const formatRouterProtocol = (protocol: ApiRouter['protocol']): string =>
  ({ bmp: 'BMP', bgp: 'BGP', syslog: 'syslog' })[protocol]

/** Returns the status of a session as the customer's router reports it. */
export function getRouterPeerStatus({ state, lastState }: Pick<ApiRouterPeer, 'state' | 'lastState'>): StatusText {
  if (state === 'unknown')
    return { tone: 'unknown', word: 'NOT OBSERVED', detail: lastState && `${formatLastKnown(null)} ${lastState}` }
  return state === 'up' ? { tone: 'up', word: 'UP' } : { tone: 'down', word: 'DOWN' }
}

/**
 * Returns the word for a change of a session at the router. A change to up is called `CAME UP`, or `BACK` after an
 * outage. The word `UP` would be misleading, because a time range next to it would look like the time for which the
 * session was up.
 * @param before state before the change; undefined = unknown
 */
export const formatRouterChange = (state: 'up' | 'down', before: 'up' | 'down' | undefined): string =>
  state === 'down' ? 'WENT DOWN' : before === 'down' ? 'BACK' : 'CAME UP'

/** Returns the status of a session at Azure's end, or its last known status if no recent poll shows it. */
export function getAzureEndStatus({ azure }: ApiSessionEnds): StatusText {
  if (azure.lastKnown) return lastKnownStatus(azure.lastKnown.state, azure.lastKnown.at)
  switch (azure.state) {
    case 'up':
      return { tone: 'up', word: 'UP' }
    case 'down':
      return { tone: 'down', word: 'DOWN' }
    case 'unknown':
      return { tone: 'unknown', word: 'UNKNOWN' }
  }
}

/**
 * Explains how outages of a session are detected. If the router reports by BMP, every outage at its end is detected. If
 * it sends its log, an outage may be missed, because lines of the log may be lost. All other outages are detected by
 * polls of Azure.
 */
export function formatOutageDetection({ state, protocol }: Pick<ApiRouterPeer, 'state' | 'protocol'>): string {
  if (state === 'unknown') return 'The router is not observed: polls alone detect outages.'
  return protocol === 'bmp'
    ? 'Detects every outage at the router, however short. Polls detect those of Azure’s end alone.'
    : 'Detects outages at the router by its log, of which a line may be lost. Polls detect the others.'
}

/** Returns one status for both ends of a session, Azure's end and the router's end. */
export function getSessionEndsStatus({ verdict, azure }: ApiSessionEnds): StatusText {
  switch (verdict) {
    case 'agree':
      return azure.state === 'up'
        ? { tone: 'up', word: 'UP AT BOTH ENDS' }
        : { tone: 'down', word: 'DOWN AT BOTH ENDS' }
    case 'one_end':
      return { tone: 'unknown', word: 'ONE END KNOWN' }
    case 'not_read':
      return { tone: 'notice', word: 'AZURE NOT READ YET' }
    case 'settling':
      return { tone: 'notice', word: 'SETTLING' }
    case 'router_down':
      return { tone: 'degraded', word: 'ROUTER DOWN, AZURE UP' }
    case 'azure_down':
      return { tone: 'degraded', word: 'AZURE DOWN, ROUTER UP' }
  }
}

/**
 * Returns details about the comparison of both ends that {@link getSessionEndsStatus} does not contain; null if both
 * ends have the same state.
 */
export const getSessionEndsDetail = ({ verdict, words }: ApiSessionEnds): string | null =>
  verdict === 'agree' ? null : words

const worstFirst = ['router_down', 'azure_down', 'not_read', 'settling', 'one_end', 'agree'] as const

/**
 * Returns the comparison of both ends of the router's session that has the worst result. Returns null if no session of
 * the router matches a known circuit path.
 */
export function findWorstSessionEnds(peers: readonly Pick<ApiRouterPeer, 'ends'>[]): ApiSessionEnds | null {
  const ends = peers.flatMap((peer) => peer.ends ?? [])
  const place = ({ verdict, azure }: ApiSessionEnds) => worstFirst.indexOf(verdict) - (azure.state === 'down' ? 0.5 : 0)
  return ends.toSorted((a, b) => place(a) - place(b))[0] ?? null
}

/** Formats the numbers of routes in the tables of a session: `12 received, 10 after policy`. */
export function formatRouterRoutes(routes: Readonly<Record<string, number | undefined>>): string {
  const named = Object.entries(routes).flatMap(([view, count]) =>
    count === undefined ? [] : [`${count} ${viewNames[view] ?? view}`],
  )
  return named.join(', ')
}

const viewNames: Readonly<Record<string, string>> = createSafeLookupTable({
  adjInPre: 'received',
  adjInPost: 'received, after policy',
  adjOutPre: 'to announce, before policy',
  adjOutPost: 'announced',
  locRib: 'in its own table',
})
