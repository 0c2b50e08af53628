import type { CircuitFailoverAssessment, StoredCircuitFailoverAssessment } from './failover.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { formatPrefixCounts } from './outcome-summary.ts'

const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

/**
 * Formats the effect of the loss of a circuit: `9 prefixes cut off, 5 fail over`, or the reason why it is unknown. For a
 * circuit that is already down, it is only this state, because its loss can no longer be simulated.
 */
export function formatFailoverEffect({
  effect,
  unknown,
  lastKnownAt,
}: Pick<CircuitFailoverAssessment | StoredCircuitFailoverAssessment, 'effect' | 'unknown' | 'lastKnownAt'>): string {
  if (!effect && unknown === 'no_path')
    return lastKnownAt === null ? 'no path is up now' : 'no path was up when it was last polled'
  if (!effect) return 'not known: not computed yet'
  const { unread } = effect
  if (unread.length === 0) return formatPrefixCounts(effect)
  const names = unread.length > 3 ? `${unread.slice(0, 2).join(', ')} and ${unread.length - 2} more` : unread.join(', ')
  const known = formatPrefixCounts(effect, true)
  return `${known === '' ? '' : `${known}; more is `}not known: routes of ${names} were not read`
}

/**
 * Formats the effect of the loss of a circuit as a short text: `9 prefixes at risk`, `≥ 9 prefixes at risk`, `risk not
 * known` or `5 prefixes to the Internet`. If route tables are late, known numbers are last known: `9 prefixes at risk, last
 * known`. If every prefix keeps a route that does not lead to the Internet, returns null, or `no risk, last known` if
 * route tables are late.
 */
export function formatFailoverRisk({
  effect,
  lastKnownAt,
}: Pick<CircuitFailoverAssessment | StoredCircuitFailoverAssessment, 'effect' | 'lastKnownAt'>): string | null {
  if (!effect) return 'risk not known'
  const { cutOff, internet, unknown, unread } = effect
  const isOpen = unknown > 0 || unread.length > 0
  const lastKnown = lastKnownAt === null ? '' : `, ${formatLastKnown(null)}`
  if (cutOff > 0) return `${isOpen ? '≥ ' : ''}${counted(cutOff, 'prefix', 'prefixes')} at risk${lastKnown}`
  if (isOpen) return 'risk not known'
  if (internet > 0) return `${counted(internet, 'prefix', 'prefixes')} to the Internet${lastKnown}`
  return lastKnownAt === null ? null : `no risk${lastKnown}`
}

/**
 * Formats when and with which result the failover of a circuit was last tested: `tested 12 days ago: passed`,
 * `never tested`.
 */
export function formatLastTest(
  { lastTest }: Pick<CircuitFailoverAssessment | StoredCircuitFailoverAssessment, 'lastTest'>,
  now: number,
): string {
  if (!lastTest) return 'never tested'
  const days = Math.max(0, Math.floor((now - new Date(lastTest.at).getTime()) / MS_PER_DAY))
  const result = { pass: 'passed', fail: 'failed', unknown: 'result not known' }[lastTest.verdict]
  return `tested ${days === 0 ? 'today' : `${counted(days, 'day')} ago`}: ${result}`
}

/**
 * Formats the result of the design checks of a circuit: `2 of 17 checks failed, 5 not evaluated`, or `16 of 18 checks
 * passed, 2 not evaluated` if no check failed.
 */
export function formatFailoverChecks({
  checks: { passed, all, notEvaluated },
}: Pick<CircuitFailoverAssessment, 'checks'>): string {
  if (all === 0) return 'no check applies'
  const failed = all - passed - notEvaluated
  const result =
    failed > 0 ? `${failed} of ${counted(all, 'check')} failed` : `${passed} of ${counted(all, 'check')} passed`
  return `${result}${notEvaluated > 0 ? `, ${notEvaluated} not evaluated` : ''}`
}

/**
 * Formats the verdict about the failover of a circuit as one sentence: `If this fails: 9 prefixes cut off, 5 fail over;
 * never tested; 2 of 18 checks failed; maintenance Tue 20:37`. For a circuit that is down, it begins with `Down: no path
 * is up now`.
 * @param formatTime returns the text of an instant in the zone of the reader
 */
export function formatFailoverVerdict(
  failover: Omit<StoredCircuitFailoverAssessment, 'sentence'>,
  now: number,
  formatTime: (at: number) => string,
): string {
  const { nextWork, lastKnownAt } = failover
  const lastKnown = lastKnownAt === null ? '' : `, ${formatLastKnown(formatTime(lastKnownAt))}`
  return [
    `${failover.unknown === 'no_path' ? 'Down' : 'If this fails'}: ${formatFailoverEffect(failover)}${lastKnown}`,
    formatLastTest(failover, now),
    formatFailoverChecks(failover),
    ...(nextWork ? [formatNextWork(nextWork, now, formatTime)] : []),
  ].join('; ')
}

/** Formats the next maintenance of a circuit: `maintenance Tue 20:37`, `maintenance now, until 20:37`. */
export function formatNextWork(
  { from, to }: NonNullable<CircuitFailoverAssessment['nextWork']>,
  now: number,
  formatTime: (at: number) => string,
): string {
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  return begin <= now ? `maintenance now, until ${formatTime(end)}` : `maintenance ${formatTime(begin)}`
}
