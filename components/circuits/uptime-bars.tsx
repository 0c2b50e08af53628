import { clsx } from 'clsx'
import type { CircuitHistory } from '#lib/contract/index.ts'
import { toneFill } from '../ui/tone-fill.ts'
import { availabilityOf, availabilityWords, dayWords, toneOf, unknownShare } from './uptime-words.ts'

/** Planned work is darker than an empty bar. */
const fillOf = { ...toneFill, off: 'bg-off-mark' }

/** A bar for each day in the colour of its worst certain state, hatched as far as nothing was observed, and the availability of all. */
export function UptimeBars({ days }: Pick<CircuitHistory, 'days'>) {
  const share = availabilityOf(days)
  return (
    <span className="flex w-fit flex-col gap-0.5">
      <span aria-hidden className="flex h-4 gap-px">
        {days.map((day) => {
          const tone = toneOf(day)
          return (
            <span key={day.day} title={dayWords(day)} className="flex w-[3px] flex-col">
              {tone !== 'unknown' && unknownShare(day) > 0.01 && (
                <span className="hatch" style={{ height: `${unknownShare(day) * 100}%` }} />
              )}
              <span className={clsx('min-h-px flex-1 rounded-[1px]', fillOf[tone])} />
            </span>
          )
        })}
      </span>
      <span className="text-xs tabular-nums text-ink-2">{availabilityWords(share)}</span>
    </span>
  )
}
