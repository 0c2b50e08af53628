import { clsx } from 'clsx'
import { Fragment } from 'react'
import { type TimeInterval, subtractTimeIntervals } from '#lib/contract/time/time-spans.ts'

/**
 * Bar of an interval whose start and end are known only within bounds. The part in which the state is certain is solid,
 * and parts in which it is only possible are hatched. The bar always has the same width, whatever the length of the
 * interval, so that a text next to it must give the length.
 * @param end bounds of the end, null = ongoing; the bar of an ended interval is gray, because it needs no action
 * @param provenUntil time at which a poll last confirmed an ongoing interval, epoch milliseconds; default: now
 * @param unseen times without polls, in which the interval may have been interrupted
 */
export function UncertainIntervalBar({
  start,
  end,
  now,
  provenUntil = now,
  unseen = [],
  className,
}: {
  start: readonly [number, number]
  end: readonly [number, number] | null
  now: number
  provenUntil?: number
  unseen?: readonly TimeInterval[]
  className?: string
}) {
  const last = end ? end[1] : now
  const whole = Math.max(1, last - start[0])
  const certainFrom = Math.min(start[1], last)
  const certainTo = Math.max(certainFrom, end ? end[0] : Math.min(provenUntil, now))
  // A hatched part has at least 6 % of the bar's width, so that even a short part is visible.
  const share = (ms: number) => `${ms > 0 ? Math.max(6, (ms / whole) * 100) : 0}%`
  const solid = subtractTimeIntervals({ from: certainFrom, to: certainTo }, unseen)
  return (
    <span
      aria-hidden="true"
      className={clsx('flex h-2 w-24 overflow-hidden rounded-xs', end ? 'text-off-mark' : 'text-down-mark', className)}
    >
      {solid.map(({ from, to }, at) => (
        <Fragment key={from}>
          <span className="hatch-bar" style={{ flexBasis: share(from - (solid[at - 1]?.to ?? start[0])) }} />
          <span className="bg-current" style={{ flexGrow: to - from, flexBasis: 0, minWidth: 2 }} />
        </Fragment>
      ))}
      <span className="hatch-bar" style={{ flexBasis: share(last - (solid.at(-1)?.to ?? start[0])) }} />
      {!end && <span className="w-0 border-y-4 border-l-4 border-y-transparent border-l-current" />}
    </span>
  )
}
