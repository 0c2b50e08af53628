import type { TimeAbove, UsageAnswer } from '#lib/usage/api/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatBandwidth } from '../format/quantity.ts'
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
          [
            'Covered',
            seconds > 0 &&
              `${formatDuration(coveredSeconds * 1000, 'round')} of ${formatDuration(seconds * 1000, 'round')}`,
          ],
          [
            'From metrics',
            metricSeconds > 0 ? formatDuration(metricSeconds * 1000, 'round') : 'none: all from counters',
          ],
          ['Above one path', aboveOnePath && bothWords(aboveOnePath)],
        ]}
      />
      {aboveOnePath && (
        <p className="mt-2 text-xs text-ink-3">
          Above one path: time above {formatBandwidth(aboveOnePath.bandwidthMbps)} (5-min averages)
        </p>
      )}
      {unplaced && (
        <p className="mt-2 text-xs text-ink-2">
          + <Bytes bytes={unplacedBytesIn} /> to Azure and <Bytes bytes={unplacedBytesOut} /> from Azure in gaps (not
          drawn)
        </p>
      )}
      {(atLeast || totals.unplacedUnknown) && (
        <p className="mt-2 text-xs text-ink-2">
          A counter fell, or rose by more than its port carries: its bytes of that time are unknown
        </p>
      )}
      {words && <p className="mt-2 text-xs text-ink-2">{words}</p>}
    </div>
  )
}

/** Of both directions, once where they are alike. */
function bothWords(time: TimeAbove): string {
  const [to, from] = [aboveWords(time.in, time), aboveWords(time.out, time)]
  return to === from ? to : `to Azure ${to}; from Azure ${from}`
}
