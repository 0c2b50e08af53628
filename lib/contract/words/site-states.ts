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
 * Returns the display name of a site: `London (via Equinix)` for a site learned from routes, the declared name for a
 * declared site.
 */
export const formatSiteName = (name: string): string =>
  name.startsWith(LEARNED)
    ? name
        .slice(LEARNED.length)
        .split(' + ')
        .map((one) => one.replace(/ \/ (.{1,300}?)( \(IPv6\))?$/, ' (via $1)$2'))
        .join(' + ')
    : name

const LEARNED = 'learned: '
