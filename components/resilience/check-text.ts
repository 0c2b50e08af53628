import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { N1Case, ResilienceCheck } from '#lib/resilience/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { StatusText } from '../ui/status.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'
import { stateToneBySeverity } from '../ui/status-text.ts'

/** Status words of a failed design check, by severity. */
const failureLabels: Record<ResilienceCheck['severity'], string> = {
  critical: 'FAIL',
  major: 'FAIL',
  minor: 'WARNING',
  warning: 'WARNING',
  info: 'HINT',
}

/** Returns the state of a design check (a test of the redundancy of a resource) as a status word with a tone. */
export function getDesignCheckStatus({
  state,
  severity,
  exemption,
}: Pick<ResilienceCheck, 'state' | 'severity' | 'exemption'>): StatusText {
  switch (state) {
    case 'fail':
      return { tone: stateToneBySeverity[severity], word: failureLabels[severity] }
    case 'unknown':
      return { tone: 'unknown', word: 'UNKNOWN' }
    case 'exempt':
      return { tone: 'off', word: 'EXEMPT', detail: exemption && `until ${formatUtcDay(exemption.until)}` }
    case 'pass':
      return { tone: 'up', word: 'PASS' }
  }
}

type Counted = Pick<ResilienceCheck, 'state' | 'severity' | 'exemption'>

/** Summarizes a list of checks by state: `1 fail, 8 warnings, 5 unknown; 41 of 55 pass`. */
export function formatDesignCheckCount(checks: readonly Counted[]): string {
  const words = checks.map((check) => getDesignCheckStatus(check).word)
  const count = (word: string) => words.filter((one) => one === word).length
  const [fails, warnings, hints, unknown, exempt] = ['FAIL', 'WARNING', 'HINT', 'UNKNOWN', 'EXEMPT'].map(count)
  const parts = [
    fails && `${fails} fail`,
    warnings && formatCountWithPlural(warnings, 'warning'),
    hints && formatCountWithPlural(hints, 'hint'),
    unknown && `${unknown} unknown`,
    exempt && `${exempt} exempt`,
  ].filter(Boolean)
  return [parts.join(', '), `${count('PASS')} of ${checks.length} pass`].filter(Boolean).join('; ')
}

/** Formats the headline of the page, which states the effect of the worst failure of a single resource. */
export function formatWorstFailure([worst, ...others]: readonly N1Case[] | [], isComputed: boolean): string {
  if (!isComputed) return 'Single failures are not computed yet'
  if (worst && worst.strandedPrefixes > 0) {
    return `If ${worst.name} fails, ${formatCountWithPlural(worst.strandedPrefixes, 'prefix is', 'prefixes are')} cut off`
  }
  if (worst && worst.internet > 0)
    return `If ${worst.name} fails, ${formatCountWithPlural(worst.internet, 'route leads', 'routes lead')} to the Internet`
  return [worst, ...others].some((one) => one && one.unknown > 0)
    ? 'No single failure is known to cut anything off'
    : 'No single failure cuts anything off'
}

/**
 * Returns the name of the resource that a check is about. The subject of the check may contain a peering or path after
 * the name.
 */
export const findCheckResourceName = ({ subject }: Pick<ResilienceCheck, 'subject'>): string =>
  subject.split(' ')[0] ?? subject

/**
 * Result of the design checks of a resource: the number of passing checks (`passing` of `all`), and the checks that do
 * not pass (`open`), worst first.
 */
export interface DesignCheckScore {
  id: string
  name: string
  passing: number
  all: number
  open: ResilienceCheck[]
}

/**
 * Returns the results of the resources with at least one check that does not pass, worst first. Checks with an
 * exemption (a user's acceptance) do not count.
 */
export function listScoresWithOpenChecks(checks: readonly ResilienceCheck[]): DesignCheckScore[] {
  const counted = checks.filter(({ state }) => state !== 'exempt')
  return [...Map.groupBy(counted, ({ scope }) => scope)]
    .map(([id, own]) => {
      const open = own.filter(({ state }) => state !== 'pass').toSorted(compareDesignChecks)
      const name = own[0] ? findCheckResourceName(own[0]) : id
      return { id, name, passing: own.length - open.length, all: own.length, open }
    })
    .filter(({ open }) => open.length > 0)
    .toSorted((a, b) => worstOf(a, b) || a.passing / a.all - b.passing / b.all || a.name.localeCompare(b.name))
}

const worstOf = ({ open: [a] }: DesignCheckScore, { open: [b] }: DesignCheckScore) =>
  a && b ? compareDesignChecks(a, b) : 0

/** States of a check, the worst first. */
export const checkStatesWorstFirst: readonly ResilienceCheck['state'][] = ['fail', 'unknown', 'exempt', 'pass']

/** Compares two checks for sorting, the worst first. */
export const compareDesignChecks = (a: ResilienceCheck, b: ResilienceCheck): number =>
  checkStatesWorstFirst.indexOf(a.state) - checkStatesWorstFirst.indexOf(b.state) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity)

/**
 * Returns the checks that match the filter in the page's URL.
 * - `kind`: null = every kind
 * - `state`: null = every state except `pass`; `all` = every state
 */
export const filterDesignChecks = (
  checks: readonly ResilienceCheck[],
  { state, kind }: Readonly<Record<'state' | 'kind', string | null>>,
): ResilienceCheck[] =>
  checks.filter(
    (check) =>
      (state === 'all' || (state === null ? check.state !== 'pass' : check.state === state)) &&
      (kind === null || check.kind === kind),
  )
