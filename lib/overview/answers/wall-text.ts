import type { ActiveProblemToEncode } from '../api/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import { circuitPaths, eventKindRecords, formatNewSiteState, findNewSiteState } from '#lib/contract/index.ts'
import type { EventResponse } from '#lib/incidents/answers/index.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import { findCircuitPartLoss, countGatewayPeers } from '#lib/gateways/api/state-text.ts'
import type { WallInput } from './wall-facts.ts'

/** Returns a text about the effect of a circuit's state, such as `DC-A on backup, no prefix cut off`. */
export function describeCircuitEffect(
  circuit: StoredCircuit,
  facts: WallInput,
  problem?: ActiveProblemToEncode,
): string {
  if (circuit.redundancy === 'redundant') return 'Both paths up'
  const sites = facts.sites.filter(({ scope }) => scope === circuit.id)
  return joined([...pathAndSites(circuit, sites), formatLostPrefixes(problem, facts)])
}

/**
 * Returns texts about the paths and sites of a circuit. The text about paths is first. It is left out if an operator
 * named a site and the circuit still has a path, because the state of a named site is more informative. The texts about
 * sites follow. A site that Peerwatch learned is mentioned without its name, because the name repeats the circuit's
 * location. If the circuit has no path, a learned site that is unreachable is left out.
 */
function pathAndSites(circuit: StoredCircuit, sites: readonly EventResponse[]): string[] {
  const isPathless = circuit.redundancy === 'no_path'
  const texts = siteTexts(
    sites.filter((site) => !(isLearned(site) && isPathless && findNewSiteState(site.flags) === 'unreachable')),
  )
  return isPathless || sites.every(isLearned) ? [pathsLeft(circuit), ...texts] : texts
}

/**
 * Returns texts about sites. A site that an operator named is described by name and state. A learned site is described
 * only by its state, because its name repeats the resource's location.
 */
const siteTexts = (sites: readonly EventResponse[]): string[] => [
  ...sites.filter((site) => !isLearned(site)).map(describeSiteState),
  ...new Set(sites.filter(isLearned).map((site) => `its site ${formatState(site)}`)),
]

/**
 * Returns a text about the effect of an open event on a resource whose own state is healthy. It also contains the sites
 * whose state changed with it, for example `Prefixes withdrawn, its site on backup`. Null if the problem does not come
 * from an event.
 */
export function describeEventEffect(problem: ActiveProblemToEncode, facts: WallInput): string | null {
  const { kind, incidentId } = problem
  if (kind === null) return null
  const own = facts.sites.filter((site) => site.incidentId !== null && site.incidentId === incidentId)
  return joined([eventKindRecords[kind].name, ...siteTexts(own), formatLostPrefixes(problem, facts)])
}

const isLearned = ({ flags }: EventResponse) => flags.includes('learned')

function pathsLeft(circuit: StoredCircuit): string {
  const { redundancy, paths } = circuit
  const part = findCircuitPartLoss(circuit)
  if (part) return `No path is left on ${part.down}, ${part.works.join(' and ')} works`
  const [up] = circuitPaths.filter((name) => paths.some(({ path, state }) => path === name && state === 'up'))
  switch (redundancy) {
    case 'no_path':
      return 'No path is left'
    case 'reduced':
      return up === 'primary' ? 'Primary path only' : 'Secondary path only'
    case 'single_homed':
      return up === 'secondary' ? 'Only the secondary path is set up' : 'Only the primary path is set up'
    case 'unknown':
      return up ? `The ${up} path is up, the other is not known` : 'Not known whether it works'
    default:
      return 'Switched off'
  }
}

export function describeGatewayEffect(
  gateway: GatewayToEncode,
  facts: WallInput,
  problem?: ActiveProblemToEncode,
): string {
  if (gateway.state === 'healthy') return formatPeers(gateway)
  // The comma lets a tile without space for the whole sentence show its first clause.
  const own = gateway.reason?.replace(/\.$/, '').replace(' is down on ', ' is down, on ')
  const reason = gateway.state === 'isolated' ? 'No BGP peer is up' : own
  return joined([reason ?? gateway.state, formatLostPrefixes(problem, facts)])
}

/**
 * Returns a text about the BGP peers of a gateway. The text is "all up" only if every peer that should be up is up, and
 * every instance reports its peers.
 */
function formatPeers(gateway: GatewayToEncode): string {
  const { up, expected } = countGatewayPeers(gateway)
  const isAll = up === expected && gateway.instances.every(({ reporting }) => reporting || gateway.unplaced)
  return isAll ? 'All BGP peers are up' : `${up} of ${expected} BGP peers are known to be up`
}

/** Describes the state of a site, for example `DC-A on backup`. */
export const describeSiteState = (site: EventResponse): string => `${site.subject} ${formatState(site)}`

const formatState = ({ flags }: EventResponse) => formatNewSiteState(flags) ?? 'changed'

/**
 * Returns the state of a site for the site's own problem. It has a note if the site's home circuits, which normally
 * carry its prefixes, are only inferred.
 */
export const buildSiteStatus = (site: EventResponse): SiteStanding => ({
  state: formatState(site),
  doubt: site.flags.includes('mapping_inferred') ? 'which circuits are its home is inferred' : null,
})

type SiteStanding = NonNullable<ActiveProblemToEncode['site']>

/**
 * Returns a text about a site. It contains the state of the site, the loss that its incident reports, and the note
 * about uncertainty.
 */
export const formatSiteReason = ({ state, doubt }: SiteStanding, loss: string | null = null): string =>
  joined([joined([state, loss]), doubt], '; ')

/**
 * Returns a phrase about the prefixes that were lost in the problem's incident; null if nothing certain is known about
 * them. "No prefix cut off" is returned only if all tables were read since the incident began.
 * @param problem undefined = the resource has no problem
 */
export function formatLostPrefixes(
  problem: ActiveProblemToEncode | undefined,
  { incidents }: WallInput,
): string | null {
  const incident = incidents.find(({ id, state }) => state === 'open' && id === problem?.incidentId)
  if (!incident) return null
  const { prefixesLost: lost, prefixesOnDefault: left, routes } = incident.impact
  if (!lost) return null
  const { atLeast, atMost } = lost
  if (atMost === 0) return routes === 'read' && left?.atMost === 0 && !incident.diagnosing ? 'no prefix cut off' : null
  if (atLeast === 0) return null
  return `${atMost === atLeast ? '' : 'at least '}${atLeast} ${atLeast === 1 ? 'prefix' : 'prefixes'} cut off`
}

const joined = (parts: readonly (string | null)[], by = ', ') => parts.filter((part) => part !== null).join(by)
