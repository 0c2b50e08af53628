'use client'

import { createContext, useContext, useMemo } from 'react'
import type { PollCounts } from '#lib/setup/api/index.ts'
import { useCaller } from '../access/caller.tsx'
import { useCustomerNames } from '../customers/use-customer-names.ts'
import type { Visitor } from './places.ts'
import type { TabState } from './tab-state.ts'

/** What the server knew when it drew the frame; null = not in time. */
export interface FrameFacts {
  /** names of the customers that the visitor sees */
  customers: readonly string[] | null
  /** what goes on */
  open: TabState | null
  polls: PollCounts | null
  /** whether a customer's router reports */
  hasRouters: boolean
}

export const FrameFactsContext = createContext<FrameFacts>({
  customers: null,
  open: null,
  polls: null,
  hasRouters: false,
})

/** Which places whoever is at the screen has. */
export function useVisitor(): Visitor {
  const caller = useCaller()
  const { customers, hasRouters } = useContext(FrameFactsContext)
  const hasCustomers = useCustomerNames(customers).length > 0
  return useMemo(() => {
    const has: Visitor['has'] = new Set(
      (['customers', 'routers', 'person'] as const).filter(
        (what) => ({ customers: hasCustomers, routers: hasRouters, person: caller?.kind === 'person' })[what],
      ),
    )
    return { rights: caller?.rights, has }
  }, [caller, hasCustomers, hasRouters])
}
