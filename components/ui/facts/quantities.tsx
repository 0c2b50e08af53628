import { clsx } from 'clsx'
import { formatBitRate, formatBytes, formatCount } from '../../format/quantity.ts'

/** Bytes with their unit, all digits in the title. @param bytes decimal string; null reads `unknown` */
export function Bytes({
  bytes,
  atLeast = false,
  className,
}: {
  bytes: string | null
  /** a counter was reset: lower bound */
  atLeast?: boolean
  className?: string
}) {
  if (bytes === null) return <span className="text-ink-3">unknown</span>
  return (
    <span className={clsx('font-mono whitespace-nowrap', className)} title={`${formatCount(bytes)} bytes`}>
      {atLeast && '≥ '}
      {formatBytes(bytes)}
    </span>
  )
}

/** A bit rate; a dash if unknown. */
export function Rate({ bits }: { bits: number | null }) {
  return (
    <span className="font-mono whitespace-nowrap">
      {bits === null ? <span className="text-ink-3">–</span> : formatBitRate(bits)}
    </span>
  )
}
