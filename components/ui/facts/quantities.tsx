import { clsx } from 'clsx'
import { formatBitRate, formatBytes, formatCountWithSeparators } from '../../format/quantity.ts'

/**
 * Number of bytes with its unit; the title shows all digits.
 * @param bytes decimal string; null is shown as `unknown`
 */
export function ByteCount({
  bytes,
  atLeast = false,
  className,
}: {
  bytes: string | null
  /** true = the value is a lower bound, because a byte counter was reset */
  atLeast?: boolean
  className?: string
}) {
  if (bytes === null) return <span className="text-ink-3">unknown</span>
  return (
    <span
      className={clsx('font-mono whitespace-nowrap', className)}
      title={`${formatCountWithSeparators(bytes)} bytes`}
    >
      {atLeast && '≥ '}
      {formatBytes(bytes)}
    </span>
  )
}

/** Bit rate; a dash if unknown. */
export function BitRate({ bits }: { bits: number | null }) {
  return (
    <span className="font-mono whitespace-nowrap">
      {bits === null ? <span className="text-ink-3">–</span> : formatBitRate(bits)}
    </span>
  )
}
