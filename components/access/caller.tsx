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

/** Only for whom has the right. */
export const IfMay = ({ right, children }: { right: Right; children: ReactNode }) => (useMay(right) ? children : null)

/** Controls for whom has the right: the others see them disabled, with the reason. */
export function Needs({ right, children }: { right: Right; children: ReactNode }) {
  if (useMay(right)) return children
  return (
    <>
      <p className="mb-2 text-xs text-ink-2">You can read this, but not change it: that needs the right “{right}”.</p>
      <fieldset disabled className="m-0 min-w-0 border-0 p-0">
        {children}
      </fieldset>
    </>
  )
}
