'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { AccessRight, Role } from '#lib/contract/index.ts'

/** Kind of user at this browser: a person, an API token, a wall display, or anybody if sign-in is off (`open`). */
export interface CurrentUser {
  kind: 'person' | 'token' | 'wall' | 'open'
  name: string
  role: Role | null
  rights: readonly AccessRight[]
}

const CallerContext = createContext<CurrentUser | null>(null)

export function CurrentUserProvider({ caller, children }: { caller: CurrentUser; children: ReactNode }) {
  return <CallerContext value={caller}>{children}</CallerContext>
}

/**
 * Returns the user of this browser. Returns null if the calling component is outside the frame with the navigation, for
 * example on the wall display.
 */
export const useCurrentUser = () => useContext(CallerContext)

/**
 * Reports whether the user of this browser has a right; also true outside of the component that provides the user. The
 * result only decides which controls are displayed, because the API checks the right again.
 */
export const useHasRight = (right: AccessRight): boolean => useContext(CallerContext)?.rights.includes(right) ?? true

/**
 * Renders its children only if the user has the right, otherwise nothing. ({@link RequireRight} shows disabled controls
 * with a reason instead.)
 */
export const ShowIfPermitted = ({ right, children }: { right: AccessRight; children: ReactNode }) =>
  useHasRight(right) ? children : null
