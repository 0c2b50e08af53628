import { clsx } from 'clsx'

/** A share as a bar; hatched where it is not known. @param isNear from what share on it has the color of a warning */
export function ShareBar({
  share,
  isNear = 0.9,
  className,
}: {
  share: number | null
  isNear?: number
  className?: string
}) {
  return (
    <span
      aria-hidden
      className={clsx('block h-1.5 overflow-hidden rounded-full', share === null ? 'hatch' : 'bg-sunken', className)}
    >
      {share !== null && (
        <span
          className={clsx('block h-full rounded-full', share >= isNear ? 'bg-degraded-mark' : 'bg-ink-3')}
          style={{ width: `${Math.min(100, Math.max(share * 100, share > 0 ? 0.5 : 0))}%` }}
        />
      )}
    </span>
  )
}
