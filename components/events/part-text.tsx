import { clsx } from 'clsx'

/**
 * Shows the affected part of a resource. Text with a digit, such as an address, a prefix or an ASN, has a monospaced
 * font.
 */
export const AffectedPartText = ({ words, className }: { words: string; className?: string }) => (
  <span className={clsx('text-xs', /\d/.test(words) && 'font-mono', className)}>{words}</span>
)
