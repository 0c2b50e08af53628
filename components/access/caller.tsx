'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { Right, Role } from '#lib/contract/index.ts'

/** User of this browser: a person, an API token, a wall display, or anyone if sign-in is off (`open`). */
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
 * Returns the user of this browser; null outside the application's navigation frame, for example on the wall display.
 */
export const useCaller = () => useContext(CallerContext)

/**
 * Reports whether the user of this browser has a right; true if the user is not known here. This only decides which
 * controls are displayed, because the API checks the right too.
 */
export const useMay = (right: Right): boolean => useContext(CallerContext)?.rights.includes(right) ?? true

/**
 * Shows its children only if the caller has the right, otherwise nothing. Unlike {@link Needs}, it does not tell the
 * reason.
 */
export const IfMay = ({ right, children }: { right: Right; children: ReactNode }) => (useMay(right) ? children : null)
