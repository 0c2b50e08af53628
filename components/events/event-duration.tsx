'use client'

import type { Event } from '#lib/contract/index.ts'
import { BoundsBar } from '../ui/bounds-bar.tsx'
import { useNow } from '../ui/clock.tsx'
import { nothing } from '../ui/table/nothing.tsx'
import { Since } from '../ui/time.tsx'
import { durationWords, goesOn } from './event-words.ts'

/** An event's duration as text and as a bar with hatched ends for its bounds. */
export function EventDuration({ event }: { event: Pick<Event, 'startedBetween' | 'endedBetween' | 'duration'> }) {
  const now = useNow()
  const { startedBetween, endedBetween, duration } = event
  if (!goesOn(event) && !duration) return nothing
  const bounds = (pair: readonly [string, string]): [number, number] => [Date.parse(pair[0]), Date.parse(pair[1])]
  return (
    <span className="flex flex-col gap-1 py-0.5">
      <span className="text-xs text-balance">
        {duration ? (
          durationWords(duration)
        ) : (
          <>
            <Since bounds={startedBetween} prefix="ongoing, " />
          </>
        )}
      </span>
      <BoundsBar start={bounds(startedBetween)} end={endedBetween && bounds(endedBetween)} now={now} className="w-36" />
    </span>
  )
}
