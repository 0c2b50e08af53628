import { clsx } from 'clsx'

/**
 * An interval with bounds at both ends: solid where certain, hatched where possible.
 * Drawn to its own length; always accompanied by text.
 * @param end null = ongoing; what is over is grey, because it calls for nobody
 * @param provenUntil of what goes on: when it was last confirmed; absent = now
 */
export function BoundsBar({
  start,
  end,
  now,
  provenUntil = now,
  className,
}: {
  start: readonly [number, number]
  end: readonly [number, number] | null
  now: number
  provenUntil?: number
  className?: string
}) {
  const last = end ? end[1] : now
  const whole = Math.max(1, last - start[0])
  const certainFrom = Math.min(start[1], last)
  const certainTo = Math.max(certainFrom, end ? end[0] : Math.min(provenUntil, now))
  // a minimum share, so that short parts stay visible
  const share = (ms: number) => `${ms > 0 ? Math.max(6, (ms / whole) * 100) : 0}%`
  return (
    <span
      aria-hidden="true"
      className={clsx('flex h-2 w-24 overflow-hidden rounded-xs', end ? 'text-off-mark' : 'text-down-mark', className)}
    >
      <span className="hatch-bar" style={{ flexBasis: share(certainFrom - start[0]) }} />
      <span className="bg-current" style={{ flexGrow: 1, flexBasis: 0, minWidth: certainTo > certainFrom ? 2 : 0 }} />
      <span className="hatch-bar" style={{ flexBasis: share(last - certainTo) }} />
      {!end && <span className="w-0 border-y-4 border-l-4 border-y-transparent border-l-current" />}
    </span>
  )
}
