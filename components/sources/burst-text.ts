import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { formatConfiguredInterval } from '#lib/contract/words/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { budgetTitles } from './budget-titles.ts'

const reasons: Record<NonNullable<ApiPolledSource['burst']>['reason'], string> = {
  adverse: 'after an anomaly',
  watch: 'on request',
}

/** Formats the shorter interval of a poll that is temporarily polled faster, and the reason. */
export const formatPollBurst = ({ everySeconds, reason }: NonNullable<ApiPolledSource['burst']>): string =>
  `polled every ${formatConfiguredInterval(everySeconds)} ${reasons[reason]}`

/** Formats the progress of a poll that is divided into several requests: `12 of 40 groups`. */
export const formatBurstProgress = ({ done, total }: NonNullable<ApiPolledSource['progress']>): string =>
  `${formatCountWithSeparators(done)} of ${formatCountWithSeparators(total)} groups`

/** Returns the name of a budget for Azure requests, and its current use. */
export function formatAzureBudgetUse({
  name,
  region,
  identity,
  limit,
  windowSeconds,
  used,
}: ApiPolledSource['budgets'][number]): [string, string] {
  const of = `${formatCountWithSeparators(limit)} in ${formatConfiguredInterval(windowSeconds)}`
  const words = used === null ? `limit ${of}, use not reported` : `${formatCountWithSeparators(used)} of ${of}`
  const whose = region ?? (identity === 'default' ? null : identity)
  return [budgetTitles[name], whose === null ? words : `${words}, ${whose}`]
}

const bucketTitles: Readonly<Record<string, string>> = createSafeLookupTable({
  'subscription-reads': 'ARM reads',
  'subscription-writes': 'ARM writes',
  'subscription-global-reads': 'ARM reads, all identities',
  'subscription-global-writes': 'ARM writes, all identities',
  'subscription-resource-requests': 'Resource provider',
  'network-read': 'Network provider reads',
  'network-write': 'Network provider writes',
  'rate-limit': 'Azure Monitor batches',
})

/** Formats a bucket of requests as Azure reported it: `ARM reads: 1,099 left`. */
export function formatRateLimitBucket({ name, remaining, limit, windowSeconds, usedPercent }: Bucket): string {
  const of = limit === null ? '' : ` of ${formatCountWithSeparators(limit)}`
  const within = windowSeconds === null ? '' : ` in ${formatConfiguredInterval(windowSeconds)}`
  const left = remaining === null ? '' : `${formatCountWithSeparators(remaining)}${of}${within} left`
  return `${bucketTitles[name] ?? name}: ${usedPercent === null ? left : `${usedPercent} % used`}`
}
type Bucket = NonNullable<ApiPolledSource['buckets']>[number]

/** Formats the smallest remaining number of ARM read requests among all polls; null if Azure does not report it. */
export function formatBurstBudget(sources: readonly ApiPolledSource[]): string | null {
  const left = sources.flatMap(({ budgetLeft }) => budgetLeft ?? [])
  return left.length === 0 ? null : `At least ${formatCountWithSeparators(Math.min(...left))} ARM reads left.`
}
