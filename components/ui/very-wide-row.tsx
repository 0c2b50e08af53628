import type { ReactNode } from 'react'
import { useIsSnapshotPage } from '../links/page-selection-provider.tsx'
import { createMediaQueryHook } from './table/use-virtual-lines.ts'

/** Reports whether the screen is very wide: at least 3,200 px, as in the CSS breakpoint `5xl`. */
export const useIsVeryWide = createMediaQueryHook('(min-width: 200rem)')

/**
 * Row of two panels at the end of a page. It is rendered only on a very wide screen, which would otherwise be empty
 * below the page's content (ADR 0353). Load the panels lazily, so that other screens do not load their code. A snapshot
 * has no such row, because it contains only the API responses of the screen on which it was made.
 */
export function VeryWideRow({ children }: { children: ReactNode }) {
  const isVeryWide = useIsVeryWide()
  const isSnapshot = useIsSnapshotPage()
  return isVeryWide && !isSnapshot ? <div className="grid grid-cols-2 gap-5 print:hidden">{children}</div> : null
}
