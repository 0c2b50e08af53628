import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { getEventFlagValue } from '../events/subject.ts'

const siteStates: Record<string, string> = createSafeLookupTable({
  on_backup: 'on backup',
  partial: 'reached in part',
  default_only: 'reached by a default route only',
  unreachable: 'not reached',
})

/**
 * Returns the new state of a site from the flags of an event that reports the change: `on_backup` from the flag
 * `to:on_backup`; null if there is no such flag.
 */
export const findNewSiteState = (flags: readonly string[]): string | null => getEventFlagValue(flags, 'to')

/**
 * Returns the new state of a site as text that can follow the name of the site: `on backup`; null if the flags name no
 * known state.
 */
export const formatNewSiteState = (flags: readonly string[]): string | null =>
  siteStates[findNewSiteState(flags) ?? ''] ?? null

/**
 * Prefix of the name of a learned site. The rest of the name is the location where it was learned, so that it cannot be
 * mistaken for a name that the customer gave.
 */
export const LEARNED_SITE_PREFIX = 'learned: '

/**
 * Returns the location and provider of a circuit as a name of a learned site contains them, or the circuit's name if it
 * has no known location, for example on the customer's own port.
 */
export const formatCircuitPlace = (circuit: {
  name: string
  provider: string | null
  location: string | null
}): string =>
  circuit.location === null
    ? circuit.name
    : circuit.provider === null
      ? circuit.location
      : `${circuit.location} / ${circuit.provider}`

/** Returns the {@link formatCircuitPlace} of the home circuits of a learned site; empty for a declared site. */
export const parseLearnedSitePlaces = (name: string): string[] =>
  name.startsWith(LEARNED_SITE_PREFIX)
    ? name
        .slice(LEARNED_SITE_PREFIX.length)
        .replace(/ \(IPv6\)$/, '')
        .split(' + ')
    : []

/**
 * Returns the display name of a site: `London (via Equinix)` for a site learned from routes, the declared name for a
 * declared site.
 */
export const formatSiteName = (name: string): string =>
  name.startsWith(LEARNED_SITE_PREFIX)
    ? name
        .slice(LEARNED_SITE_PREFIX.length)
        .split(' + ')
        .map((one) => one.replace(/ \/ (.{1,300}?)( \(IPv6\))?$/, ' (via $1)$2'))
        .join(' + ')
    : name
