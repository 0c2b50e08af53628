'use client'

import type { ReactNode } from 'react'
import type { Right } from '#lib/contract/index.ts'
import { useAsOf, useIsFrozen } from '../links/range-search.tsx'
import { useMay } from './caller.tsx'

const whyNot = (right: Right) => `You can read this, but not change it: that needs the right “${right}”.`

/**
 * Controls for whom has the right: the others see them disabled, with the reason. On a page that shows the past or is frozen there are none. It stands around everything outside the settings that
 * sends a command.
 * @param inPast what it commands is about the time that is shown: it stands on pages that show the past too
 * @param isSmall for controls in rows: the reason is a tooltip, and read out
 */
export function Needs({
  right,
  isSmall = false,
  inPast = false,
  children,
}: {
  right: Right
  isSmall?: boolean
  inPast?: boolean
  children: ReactNode
}) {
  const may = useMay(right)
  // a command acts on what is so now
  const isPast = useAsOf() !== null
  const isFrozen = useIsFrozen()
  if ((isPast && !inPast) || isFrozen) return null
  if (may) return children
  const why = whyNot(right)
  return (
    <>
      {!isSmall && <p className="mb-2 text-xs text-ink-2">{why}</p>}
      <fieldset
        disabled
        title={isSmall ? why : undefined}
        className={isSmall ? 'contents' : 'm-0 min-w-0 border-0 p-0'}
      >
        {isSmall && <legend className="sr-only">{why}</legend>}
        {children}
      </fieldset>
    </>
  )
}
