import { clsx } from 'clsx'
import type { PollCoverageInterval } from '#lib/setup/api/index.ts'
import { formatPollOutcome } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { StateLabel } from '../ui/status.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { getOutcomeTone } from '../ui/status-text.ts'

/** Times at which a resource was polled and not polled, as a timeline and as a list. */
export function CoverageStrip({
  intervals,
  from,
  to,
  label,
}: {
  intervals: PollCoverageInterval[]
  from: number
  to: number
  label: string
}) {
  const whole = Math.max(1, to - from)
  const at = (instant: string) => Math.min(100, Math.max(0, ((Date.parse(instant) - from) / whole) * 100))
  const ordered = [...intervals].sort((a, b) => Date.parse(b.from) - Date.parse(a.from))
  return (
    <div>
      <div
        role="img"
        aria-label={`Coverage of the last hour: ${label}`}
        className="hatch relative h-4 overflow-hidden rounded-sm border"
      >
        {ordered.map((interval) => (
          <span
            key={`${interval.from}/${interval.outcome}`}
            title={formatPollOutcome(interval.outcome)}
            className={clsx(
              'absolute inset-y-0 min-w-0.5',
              interval.outcome === 'ok'
                ? 'bg-up-mark'
                : getOutcomeTone(interval.outcome) === 'degraded'
                  ? 'bg-degraded-mark'
                  : 'bg-down-mark',
            )}
            style={{ left: `${at(interval.from)}%`, width: `${at(interval.to) - at(interval.from)}%` }}
          />
        ))}
      </div>
      <div className="mt-1 flex justify-between text-xs text-ink-3">
        <MomentText at={new Date(from).toISOString()} />
        <span>now</span>
      </div>
      {ordered.length === 0 ? (
        <p className="text-xs text-ink-2">No polls in this hour.</p>
      ) : (
        <ul className="mt-1.5 grid gap-1 text-xs">
          {ordered.slice(0, 6).map((interval) => (
            <li key={`${interval.from}/${interval.outcome}`} className="flex flex-wrap items-baseline gap-x-3">
              <StateLabel
                tone={getOutcomeTone(interval.outcome)}
                word={interval.outcome === 'ok' ? 'POLLED' : 'NO DATA'}
              />
              <span className="text-ink-2">
                <MomentText at={interval.from} zoned={false} /> – <MomentText at={interval.to} />,{' '}
                {formatCountWithPlural(interval.polls, 'poll')}
                {interval.outcome !== 'ok' &&
                  `, ${formatPollOutcome(interval.outcome)}${interval.detail ? `: ${interval.detail}` : ''}`}
              </span>
            </li>
          ))}
          {ordered.length > 6 && <li className="text-ink-3">and {ordered.length - 6} earlier intervals</li>}
        </ul>
      )}
    </div>
  )
}
