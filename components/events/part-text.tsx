import { clsx } from 'clsx'

/** Shows the affected part of a resource. Addresses, prefixes and ASNs are in a monospaced font, other text is not. */
export const PartText = ({ words, className }: { words: string; className?: string }) => (
  <span className={clsx('text-xs', /\d/.test(words) && 'font-mono', className)}>{words}</span>
)
