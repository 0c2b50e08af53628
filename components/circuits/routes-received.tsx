import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { formatCount, formatShare } from '../format/quantity.ts'
import { Between } from '../ui/time.tsx'

/** Prefixes that a path receives, the headroom, and the date the limit is reached at the present growth. */
export function RoutesReceived({ path: { routesReceived, headroom } }: { path: CircuitPathView }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <span className="text-xs text-ink-3">Routes received</span>
      <span className="ml-auto font-mono">
        {routesReceived === null ? <span className="font-sans text-ink-3">unknown</span> : formatCount(routesReceived)}
      </span>
      {headroom && (
        <span className="text-xs text-ink-3">
          {formatShare(headroom.share)} of {formatCount(headroom.limit)}
        </span>
      )}
      {headroom && (
        <p className="basis-full text-xs text-ink-2">
          {headroom.runsOutBetween ? (
            <>
              At the present growth the limit is reached between <Between bounds={headroom.runsOutBetween} />.
            </>
          ) : headroom.trend === 'too_few_days' ? (
            `${headroom.days.length} of the ${headroom.leastDays} days that a trend needs are known.`
          ) : (
            'Not growing.'
          )}
        </p>
      )}
    </div>
  )
}
