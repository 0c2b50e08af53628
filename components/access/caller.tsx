'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { Right, Role } from '#lib/contract/index.ts'

/** Kind of user at this browser: a person, an API token, a wall display, or anybody if sign-in is off (`open`). */
export interface ScreenCaller {
  kind: 'person' | 'token' | 'wall' | 'open'
  name: string
  role: Role | null
  rights: readonly Right[]
}

const CallerContext = createContext<ScreenCaller | null>(null)

export function CallerProvider({ caller, children }: { caller: ScreenCaller; children: ReactNode }) {
  return <CallerContext value={caller}>{children}</CallerContext>
}

/**
 * Returns the user of this browser. Returns null if the calling component is outside the frame with the navigation, for
 * example on the wall display.
 */
export const useCaller = () => useContext(CallerContext)

/**
 * Reports whether the user of this browser has a right; also true outside of the component that provides the user. The
 * result only decides which controls are displayed, because the API checks the right again.
 */
export const useHasRight = (right: Right): boolean => useContext(CallerContext)?.rights.includes(right) ?? true

/**
 * Renders its children only if the user has the right, otherwise nothing. ({@link RequireRight} shows disabled controls
 * with a reason instead.)
 */
export const ShowIfPermitted = ({ right, children }: { right: Right; children: ReactNode }) =>
  useHasRight(right) ? children : null
