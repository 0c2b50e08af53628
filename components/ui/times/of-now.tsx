'use client'

import { useAsOf } from '../../links/range-search.tsx'

/** While the clock stands in the past: that what is beside it is not as of then. */
export const CurrentDataNote = ({ className = '' }: { className?: string }) =>
  useAsOf() === null ? null : <span className={`text-xs text-ink-3 ${className}`}>of now: not kept as history</span>
