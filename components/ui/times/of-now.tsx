'use client'

import { useAsOf } from '../../links/range-search.tsx'

/** Note that the content has no history and shows the current state; rendered only while the page shows the past. */
export const CurrentDataNote = ({ className = '' }: { className?: string }) =>
  useAsOf() === null ? null : <span className={`text-xs text-ink-3 ${className}`}>of now: not kept as history</span>
