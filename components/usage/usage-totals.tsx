import type { UsageAnswer } from '#lib/usage/api/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatBandwidth, formatShare } from '../format/quantity.ts'
import { Facts } from '../ui/panel.tsx'
import { Bytes } from '../ui/facts/quantities.tsx'
import { aboveWords, disagreementWords } from './usage-words.ts'

/** Total traffic of the range, its coverage, and the disagreement of the sources. */
export function UsageTotals({ usage: { totals, disagreement, aboveOnePath } }: { usage: UsageAnswer }) {
  const { bytesIn, bytesOut, coveredSeconds, seconds, metricSeconds, atLeast, unplacedBytesIn, unplacedBytesOut } =
    totals
  const words = disagreementWords(disagreement)
  const unplaced = BigInt(unplacedBytesIn) > 0n || BigInt(unplacedBytesOut) > 0n
  return (
    <div className="mt-4 border-t pt-3">
      <Facts
        facts={[
          ['To Azure', <Bytes key="in" bytes={bytesIn} atLeast={atLeast} />],
          ['From Azure (billed)', <Bytes key="out" bytes={bytesOut} atLeast={atLeast} />],
          ['Covered', seconds > 0 && `${formatShare(Math.min(1, coveredSeconds / seconds))} of the time`],
          [
            'From metrics',
            metricSeconds > 0 ? formatDuration(metricSeconds * 1000, 'round') : 'none: all from counters',
          ],
          ['Above one path, to Azure', aboveOnePath && aboveWords(aboveOnePath.in, aboveOnePath)],
          ['Above one path, from Azure', aboveOnePath && aboveWords(aboveOnePath.out, aboveOnePath)],
        ]}
      />
      {aboveOnePath && (
        <p className="mt-2 text-xs text-ink-3">
          Above one path: time in which both paths together carried more than{' '}
          {formatBandwidth(aboveOnePath.bandwidthMbps)}, which one path has alone, by means of 5 minutes.
        </p>
      )}
      {unplaced && (
        <p className="mt-2 text-xs text-ink-2">
          Additionally, <Bytes bytes={unplacedBytesIn} /> to Azure and <Bytes bytes={unplacedBytesOut} /> from Azure
          passed during gaps: they belong to no point of the chart.
        </p>
      )}
      {words && <p className="mt-2 text-xs text-ink-2">{words}</p>}
    </div>
  )
}
