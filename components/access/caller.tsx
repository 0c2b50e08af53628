'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { Right, Role } from '#lib/contract/index.ts'

/** Who is at the screen, as far as screens need it. */
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

/** null = outside the frame of screens, as on the wall */
export const useCaller = () => useContext(CallerContext)

/** Whether who is at the screen has a right. The API checks it too; this decides what is shown. */
export const useMay = (right: Right): boolean => useContext(CallerContext)?.rights.includes(right) ?? true

/** Only for whom has the right, as a part of something that says why. */
export const IfMay = ({ right, children }: { right: Right; children: ReactNode }) => (useMay(right) ? children : null)
