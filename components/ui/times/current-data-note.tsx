'use client'

import type { ReactNode } from 'react'
import { useSelectedPastMoment } from '../../links/page-selection-provider.tsx'

/** Note that the content has no history; rendered only while the page shows the past. */
export const CurrentDataNote = ({ className = '' }: { className?: string }) =>
  useSelectedPastMoment() === null ? null : (
    <span className={`text-xs text-ink-3 ${className}`}>not kept as history</span>
  )

/** Renders content that exists only for the present; renders nothing while the page shows the past. */
export const CurrentDataOnly = ({ children }: { children: ReactNode }) =>
  useSelectedPastMoment() === null ? children : null
