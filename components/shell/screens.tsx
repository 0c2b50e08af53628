'use client'

import type { ReactNode } from 'react'
import { CallerProvider, type ScreenCaller } from '../access/caller.tsx'
import type { Preferences } from '../ui/preferences-values.ts'
import { Providers } from './providers.tsx'
import { Shell } from './shell.tsx'

interface ScreensProps {
  preferences: Preferences
  /** epoch milliseconds: when the server rendered the page */
  renderedAt: number
  /** address of the simulator's control; null = real Azure */
  simulator: string | null
  /** everyone who reaches the web may see and change everything */
  openAccess: boolean
  caller: ScreenCaller
  /** names of the customers that the visitor sees; none = no filter, null = the server did not know them in time */
  customers: readonly string[] | null
  children: ReactNode
}

/** The frame of every page except the wall. */
export function Screens({ preferences, renderedAt, simulator, openAccess, caller, customers, children }: ScreensProps) {
  return (
    <CallerProvider caller={caller}>
      <Providers preferences={preferences} renderedAt={renderedAt}>
        <Shell openAccess={openAccess} customers={customers} simulator={simulator}>
          {children}
        </Shell>
      </Providers>
    </CallerProvider>
  )
}
