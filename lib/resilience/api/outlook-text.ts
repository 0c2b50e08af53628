import { NEXT_FAILURE_CUTS_OFF_TEXT } from '#lib/contract/words/upcoming-loss.ts'
import type { MaintenanceLossForecastInterval, ResourceTakenDown } from './outlook.ts'

/**
 * Reports whether an interval of announced maintenance has an effect that users should know in advance. If traffic only
 * moves to other paths, the effect is not significant.
 */
export const hasSignificantEffect = ({ level }: Pick<MaintenanceLossForecastInterval, 'level'>): boolean =>
  level !== 'none' && level !== 'moves'

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

const PATH = /^(.*) (primary|secondary)$/

/**
 * Formats the resources that are down for maintenance, for example `erc-lon maintenance` or
 * `maintenance of erc-lon secondary path and ergw-hub`. The text is empty if it is unknown which resources are down.
 * @param lost resources that are down in an interval
 */
function formatMaintenanceOf(lost: readonly ResourceTakenDown[]): string {
  const whole = lost.filter(({ kind }) => kind !== 'path').map(({ name }) => name)
  const byCircuit = Map.groupBy(
    lost.filter(({ kind }) => kind === 'path'),
    ({ name }) => PATH.exec(name)?.[1] ?? name,
  )
  const paths = [...byCircuit].map(([circuit, own]) => {
    const names = [...new Set(own.map(({ name }) => PATH.exec(name)?.[2] ?? name))].toSorted()
    return names.length > 1 ? circuit : `${circuit} ${names[0]} path`
  })
  const all = [...new Set([...paths, ...whole])]
  const shown = all.length > 3 ? [...all.slice(0, 2), `${all.length - 2} more`] : all
  if (shown.length < 2) return shown.length === 0 ? '' : `${shown[0]} maintenance`
  return `maintenance of ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const percent = (share: number) => `${Math.round(share * 100)} %`

/**
 * Formats the effect of an interval of maintenance as a sentence without its time, for example `erc-lon maintenance: 14
 * prefixes cut off`.
 */
export function formatOutlookSummary(
  interval: Omit<MaintenanceLossForecastInterval, 'summary' | 'level' | 'windows' | 'from' | 'to'>,
  nameOf: (id: string) => string,
): string {
  const {
    lost,
    strandedPrefixes,
    stranded,
    internet,
    moves,
    defaultOnly,
    unknown,
    reduced,
    exposedBy,
    exposed,
    load,
    unknownWindows,
    together,
  } = interval
  const full = (load ?? []).filter(({ share }) => share !== null && share > 1)
  const worst = full[0]
  const unmeasured =
    load === null
      ? null
      : load.filter(({ p95BitsPerSecond, bandwidthMbps }) => p95BitsPerSecond === null || bandwidthMbps === null).length
  const parts = [
    stranded > 0 && `${counted(strandedPrefixes, 'prefix', 'prefixes')} cut off`,
    together > 0 && together < strandedPrefixes && `${together} of them only as the work overlaps`,
    together > 0 && together === strandedPrefixes && 'only as the work overlaps',
    internet > 0 && `${counted(internet, 'route')} to the Internet`,
    worst && `${nameOf(worst.circuitId)} ${worst.path} fills to ${percent(worst.share ?? 0)} of one path`,
    exposedBy > 0 &&
      `without ${exposed[0]?.name ?? 'one further part'} as well, ${counted(exposed[0]?.strandedPrefixes ?? 0, 'more prefix', 'more prefixes')} would be cut off`,
    stranded + internet === 0 &&
      moves + defaultOnly > 0 &&
      `${counted(moves + defaultOnly, 'route')} move${moves + defaultOnly === 1 ? 's' : ''}`,
    unknown > 0 && `of ${counted(unknown, 'route')} it is not known`,
    unmeasured === null && 'load not computed: too many paths',
    unmeasured !== null && unmeasured > 0 && `too little measured at these hours on ${counted(unmeasured, 'path')}`,
    unknownWindows > 0 &&
      `what ${unknownWindows === 1 ? 'one window takes' : `${unknownWindows} windows take`} is not known`,
    stranded + internet + moves + defaultOnly + unknown + unknownWindows + exposedBy === 0 &&
      (reduced > 0 ? 'every prefix keeps a path' : 'no route depends on it'),
  ].filter((part) => typeof part === 'string')
  return [formatMaintenanceOf(lost), parts.join('; ')].filter((part) => part !== '').join(': ')
}

/**
 * Formats the most severe effect of announced maintenance in a few words: `maintenance will cut off 9 prefixes`. The
 * future tense shows that the effect is not an ongoing outage. May be called only if {@link hasSignificantEffect}
 * returns true for the interval.
 */
export function formatOutlookEffect({
  level,
  strandedPrefixes,
  internet,
}: Pick<MaintenanceLossForecastInterval, 'level' | 'strandedPrefixes' | 'internet'>): string {
  if (strandedPrefixes > 0) return `maintenance will cut off ${counted(strandedPrefixes, 'prefix', 'prefixes')}`
  if (internet > 0) return `maintenance will move ${counted(internet, 'route')} to the Internet`
  if (level === 'fills') return 'maintenance will fill a path'
  return level === 'exposed' ? `during maintenance, ${NEXT_FAILURE_CUTS_OFF_TEXT}` : 'effect of maintenance unknown'
}

/** Formats the number of provider notices that could not be read. Their maintenance is missing from the list. */
export const formatUnreadNotices = (count: number): string =>
  `${count === 1 ? 'one mail' : `${count} mails`} in the mailbox of providers’ notices can’t be read: what ${count === 1 ? 'it announces' : 'they announce'} is not known`
