import { clsx } from 'clsx'

/** The part of a resource that something is about: addresses, prefixes and ASNs in the letters that keep them legible, words in those of words. */
export const PartText = ({ words, className }: { words: string; className?: string }) => (
  <span className={clsx('text-xs', /\d/.test(words) && 'font-mono', className)}>{words}</span>
)
