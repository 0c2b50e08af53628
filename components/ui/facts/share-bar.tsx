import { isNearlyFull } from '#lib/contract/checks/nearly-full.ts'
import { clsx } from 'clsx'

/**
 * Bar that shows a share from 0 to 1; hatched if the share is unknown (null).
 * @param isWarning whether the bar has the warning color; default: true if the share is nearly full
 */
export function PercentBar({
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
