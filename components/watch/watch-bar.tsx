import { Eye, EyeOff } from 'lucide-react'
import type { FasterPollingResponse, FasterPollingBody } from '#lib/incidents/api/index.ts'
import { formatDuration, formatConfiguredInterval } from '#lib/contract/words/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { sendJson, useEndpointQuery, useCommand } from '../data/index.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { Button } from '../ui/button.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { MomentText } from '../ui/times/time.tsx'
import {
  findLastBurst,
  findLongestDetectionFloorSeconds,
  findUndetectedSince,
  formatTargetMeasurability,
  formatWatchRefusal,
} from './floor-text.ts'

const WATCH_MINUTES = 10

/**
 * Bar about the detection floor of a circuit or gateway. The detection floor is the shortest outage that polls are
 * certain to detect. The bar shows whether the detection floor is short enough to prove the failover target, and has a
 * button that starts fast polling. While nothing is polled, the bar shows since when, and the button is disabled.
 */
export function DetectableOutageBar({ scope }: { scope: string }) {
  const sources = useEndpointQuery('sources', { scope })
  const now = useRealNow()
  const watch = useCommand(
    (minutes: number) =>
      sendJson<{ data: FasterPollingResponse }>('POST', '/api/v1/watch', {
        scope,
        minutes,
      } satisfies FasterPollingBody),
    [['sources']],
    'onSettled',
  )
  if (useSelectedPastMoment() !== null) return null
  if (!sources.data) return <div className="skeleton m-2 h-7" />
  const { data } = sources.data
  const floor = findLongestDetectionFloorSeconds(data)
  const burst = findLastBurst(data)
  const left = burst ? Date.parse(burst.until) - now : 0
  const undetectedSince = findUndetectedSince(data)
  const isWatched = burst?.reason === 'watch' && left > 0
  return (
    <section aria-label="Detection floor" className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3.5 py-2 text-xs">
      <p className="min-w-0 flex-1 basis-40">
        {undetectedSince !== null ? (
          <>
            Not polled since <MomentText at={undetectedSince} />: polls detect no outages
          </>
        ) : floor === null ? (
          'Detection floor not measured yet'
        ) : (
          <>
            <span title={formatTargetMeasurability(floor)}>
              Detects outages ≥ {formatDuration(floor * 1000, 'ceil')}
              <span className="sr-only">. {formatTargetMeasurability(floor)}</span>
            </span>
          </>
        )}
        {burst && left > 0 && undetectedSince === null && (
          <span className="text-ink-2" suppressHydrationWarning>
            {' '}
            · polled every {formatConfiguredInterval(burst.everySeconds)} until <MomentText at={burst.until} />
          </span>
        )}
      </p>
      <p role="status" className="text-xs text-ink-2 empty:hidden">
        {watch.isError && `Not started: ${watch.error.message}`}
        {watch.data && watch.variables !== 0 && formatWatchRefusal(watch.data.data)}
      </p>
      <DisableControlsWithoutRight right="acknowledge" isSmall>
        {isWatched ? (
          <Button className="print:hidden" onClick={() => watch.mutate(0)} disabled={watch.isPending}>
            <EyeOff aria-hidden /> Stop fast polling
          </Button>
        ) : (
          <Button
            className="print:hidden"
            onClick={() => watch.mutate(WATCH_MINUTES)}
            disabled={watch.isPending || undetectedSince !== null}
          >
            <Eye aria-hidden /> Poll faster ({WATCH_MINUTES} min)
          </Button>
        )}
      </DisableControlsWithoutRight>
    </section>
  )
}
