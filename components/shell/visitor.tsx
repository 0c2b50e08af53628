'use client'

import { createContext, useContext, useMemo } from 'react'
import type { PollSummary } from '#lib/setup/api/index.ts'
import { useCurrentUser } from '../access/caller.tsx'
import { useCustomerNames } from '../customers/use-customer-names.ts'
import type { NavigationPermissions } from './navigation-pages.ts'
import type { BrowserTabState } from './browser-tab-state.ts'

/**
 * Facts that the server sends together with the page for the frame around it. A value is null if the server could not
 * read it in time.
 */
export interface ScreenFrameData {
  /** names of the customers that the user may see */
  customers: readonly string[] | null
  /** number of ongoing incidents, and the tone of the worst of them */
  open: BrowserTabState | null
  polls: PollSummary | null
  /** whether any customer router reports */
  hasRouters: boolean
  /** whether the monitored Azure is the simulated one of the demo */
  isSimulated: boolean
}

export const ScreenFrameDataContext = createContext<ScreenFrameData>({
  customers: null,
  open: null,
  polls: null,
  hasRouters: false,
  isSimulated: false,
})

/**
 * Returns the rights of the current user, and the kinds of data that exist. They decide which pages the user can open.
 */
export function useNavigationPermissions(): NavigationPermissions {
  const caller = useCurrentUser()
  const { customers, hasRouters } = useContext(ScreenFrameDataContext)
  const hasCustomers = useCustomerNames(customers).length > 0
  return useMemo(() => {
    const has: NavigationPermissions['has'] = new Set(
      (['customers', 'routers', 'person'] as const).filter(
        (what) => ({ customers: hasCustomers, routers: hasRouters, person: caller?.kind === 'person' })[what],
      ),
    )
    return { rights: caller?.rights, has }
  }, [caller, hasCustomers, hasRouters])
}
