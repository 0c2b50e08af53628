import { isNearlyFull } from '#lib/contract/checks/nearly-full.ts'
import { clsx } from 'clsx'

/** A share as a bar; hatched where it is not known. @param isWarning whether it has the color of a warning: nearly full unless given */
export function ShareBar({
  share,
  isWarning = share !== null && isNearlyFull(share),
  className,
}: {
  share: number | null
  isWarning?: boolean
  className?: string
}) {
  return (
    <span
      aria-hidden
      className={clsx('block h-1.5 overflow-hidden rounded-full', share === null ? 'hatch' : 'bg-sunken', className)}
    >
      {share !== null && (
        <span
          className={clsx('block h-full rounded-full', isWarning ? 'bg-degraded-mark' : 'bg-ink-3')}
          style={{ width: `${Math.min(100, Math.max(share * 100, share > 0 ? 0.5 : 0))}%` }}
        />
      )}
    </span>
  )
}
