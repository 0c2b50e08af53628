import { clsx } from 'clsx'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { getEventProof, getProvenUntil } from '#lib/contract/events/proof-end.ts'
import { formatDurationRange } from '#lib/contract/words/index.ts'
import { UncertainIntervalBar } from '../ui/facts/bounds-bar.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { DurationSinceBounds } from '../ui/times/time.tsx'
import { formatEventDuration, isStillOngoing } from './event-text.ts'

type Timed = Pick<DetectedNetworkEvent, 'startedBetween' | 'endedBetween' | 'duration' | 'notObserved' | 'confirmedAt'>

const unseenOf = ({ notObserved = [] }: Timed) =>
  notObserved.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))

/** Duration of an event as text; renders nothing for an event without duration. */
export function EventLength({ event, prefix }: { event: Timed; prefix?: string }) {
  const { startedBetween, duration } = event
  if (!isStillOngoing(event) && !duration) return null
  return (
    <span className="text-xs whitespace-nowrap text-ink-2 tabular-nums">
      {prefix}
      {duration ? (
        <span title={formatEventDuration(duration)}>
          {formatDurationRange(duration.atLeastSeconds * 1000, duration.atMostSeconds * 1000)}
        </span>
      ) : (
        <DurationSinceBounds bounds={startedBetween} until={getEventProof(event)} brief />
      )}
    </span>
  )
}

/**
 * Duration of an event in a list, as text and as a bar. The hatched ends of the bar show the bounds.
 * @param inLine whether text and bar are next to each other; for an event without duration, nothing is then shown
 *   instead of a dash
 */
export function EventDuration({ event, inLine = false }: { event: Timed; inLine?: boolean }) {
  const now = useNow()
  const { startedBetween, endedBetween, duration } = event
  if (!isStillOngoing(event) && !duration) return inLine ? null : missingValueDash
  const bounds = (pair: readonly [string, string]): [number, number] => [Date.parse(pair[0]), Date.parse(pair[1])]
  return (
    <span className={clsx('flex', inLine ? 'flex-wrap items-center gap-x-3' : 'flex-col gap-1 py-0.5')}>
      <EventLength event={event} />
      <span {...(!inLine && { 'data-second': '' })}>
        <UncertainIntervalBar
          start={bounds(startedBetween)}
          end={endedBetween && bounds(endedBetween)}
          now={now}
          provenUntil={getProvenUntil(event, now)}
          unseen={unseenOf(event)}
          className="w-36"
        />
      </span>
    </span>
  )
}
