import type { RoutingIntent, CircuitsCarryingPrefix, IntentState, RoutingIntents } from '#lib/resilience/api/index.ts'
import type { StatusText } from '../ui/status.tsx'
import { formatDecidingAttribute } from './what-if/basis-text.ts'

type ReturnPath = NonNullable<RoutingIntent['towardsAzure']>

/** Status word for each result of the comparison between routing and declared policy. */
export const intentStatuses: Readonly<Record<IntentState, StatusText>> = {
  deviates: { tone: 'degraded', word: 'DEVIATES' },
  no_route: { tone: 'down', word: 'NO ROUTE' },
  backup_differs: { tone: 'degraded', word: 'OTHER BACKUP' },
  unknown: { tone: 'unknown', word: 'UNKNOWN', detail: 'what would carry it next is not known' },
  undeclared: { tone: 'notice', word: 'NOT DECLARED' },
  as_declared: { tone: 'up', word: 'AS DECLARED' },
}

/**
 * Lists the circuits that carry a group of prefixes: `erc-london, no circuit (VPN, or not mapped)`. Returns `none` if
 * the list is empty.
 */
export function formatCarryingCircuits(
  { circuits, hasOther }: CircuitsCarryingPrefix,
  nameOf: (id: string) => string,
): string {
  const names = [...circuits.map(nameOf).toSorted(), ...(hasOther ? ['no circuit (VPN, or not mapped)'] : [])]
  return names.length > 0 ? names.join(', ') : 'none'
}

/** Formats the declared policy, primary circuits first: `erc-london, then erc-ams (policy)`; null = not declared. */
export function formatDeclaredPolicy(
  { declared }: Pick<RoutingIntent, 'declared'>,
  nameOf: (id: string) => string,
): string | null {
  if (!declared) return null
  const names = (ids: readonly string[]) => ids.map(nameOf).join(', ')
  const backup = declared.backup && declared.backup.length > 0 ? `, then ${names(declared.backup)}` : ''
  const by = declared.declaredBy === 'site' ? 'home of the site' : 'policy'
  return `${names(declared.primary)}${backup} (${by})`
}

/**
 * Formats the path that on-premises routers use towards Azure. The text contains the routers that report it and the
 * attribute that decides: `erc-london, as ce-1 reports: local preference 200 over 100`.
 */
export function formatReturnPath({ circuits, routers, parted }: ReturnPath, nameOf: (id: string) => string): string {
  const decides = parted.length > 0 ? `: ${parted.map(formatDecidingAttribute).join('; ')}` : ''
  return `${circuits.map(nameOf).toSorted().join(', ') || 'no circuit'}, as ${routers.join(', ')} ${routers.length > 1 ? 'report' : 'reports'}${decides}`
}

/**
 * Returns a note for paths towards Azure that differ from the expected circuits. The expected circuits are declared as
 * a policy. Without a policy, they are the circuits that carry the same prefixes in the direction from Azure.
 */
export const formatReturnDifference = ({ declared }: Pick<RoutingIntent, 'declared'>): string =>
  declared ? 'not what is declared' : 'not what carries them from Azure'

/** Formats the number of prefixes by state: `12 prefixes: 8 as declared, 4 not declared`. */
export function formatIntentCount(counts: RoutingIntents['counts']): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const parts = (Object.keys(intentStatuses) as IntentState[])
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${intentStatuses[state].word.toLowerCase()}`)
  return [`${all} ${all === 1 ? 'prefix' : 'prefixes'}`, parts.join(', ')].filter(Boolean).join(': ')
}

/** Lists prefixes up to a maximum: `10.1.0.0/16, 10.2.0.0/16 and 7 others`. */
export function formatIntentPrefixes(prefixes: readonly string[], most = 4): string {
  const shown = prefixes.slice(0, prefixes.length > most ? most - 1 : most)
  const others = prefixes.length - shown.length
  return shown.join(', ') + (others > 0 ? ` and ${others} others` : '')
}

/**
 * Returns the intents (groups of prefixes with the same routing) that one click saves as policies. An intent is
 * included if its routing can be expressed as a policy, and does not already match the declared policy.
 */
export const filterPinnableIntents = (intents: readonly RoutingIntent[]): RoutingIntent[] =>
  intents.filter(({ pin, state }) => pin !== null && state !== 'as_declared')
