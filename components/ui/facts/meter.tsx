import { clsx } from 'clsx'
import { formatBitRate, formatShare } from '../../format/quantity.ts'

/**
 * A rate against one path's bandwidth. The share is of one path, never of the circuit: its two paths are not
 * one pipe.
 */
export function RateMeter({
  label,
  bitsPerSecond,
  bandwidthMbps,
}: {
  label: string
  bitsPerSecond: number | null
  bandwidthMbps: number | null
}) {
  const share = bitsPerSecond !== null && bandwidthMbps ? bitsPerSecond / (bandwidthMbps * 1e6) : null
  return (
    <div className="min-w-0">
      <div className="flex items-baseline gap-2">
        <span className="text-xs text-ink-3">{label}</span>
        <span className="ml-auto font-mono text-sm">
          {bitsPerSecond === null ? (
            <span className="font-sans text-ink-3">unknown</span>
          ) : (
            formatBitRate(bitsPerSecond)
          )}
        </span>
      </div>
      <div className={clsx('mt-1 h-1.5 overflow-hidden rounded-full', share === null ? 'hatch' : 'bg-sunken')}>
        {share !== null && (
          <div
            className={clsx('h-full rounded-full', share > 0.9 ? 'bg-degraded-mark' : 'bg-ink-3')}
            style={{ width: `${Math.min(100, Math.max(share * 100, share > 0 ? 0.5 : 0))}%` }}
          />
        )}
      </div>
      <p className="mt-0.5 text-xs text-ink-3">{share === null ? ' ' : `${formatShare(share)} of one path`}</p>
    </div>
  )
}
