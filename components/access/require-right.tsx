'use client'

import type { ReactNode } from 'react'
import type { Right } from '#lib/contract/index.ts'
import { useAsOf, useIsSnapshotPage } from '../links/page-selection-provider.tsx'
import { useHasRight } from './caller.tsx'

const whyNot = (right: Right) => `You can read this, but not change it: that needs the right “${right}”.`

/**
 * Wraps controls that send a command which needs a right. A user without the right sees the controls disabled, with the
 * reason. On pages that show the past or a snapshot, the controls are left out. Every control outside the settings that
 * sends a command must be inside this component.
 * @param inPast whether the command applies to the time that is shown, so that pages about the past also show the
 *   controls
 * @param isSmall for controls in rows: the reason is a tooltip, which screen readers also read
 */
export function RequireRight({
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
  const may = useHasRight(right)
  // by default a command acts on the current state, so it is hidden on pages that show the past
  const isPast = useAsOf() !== null
  const isFrozen = useIsSnapshotPage()
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
