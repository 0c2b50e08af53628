'use client'

import type { ReactNode } from 'react'
import type { AccessRight } from '#lib/contract/index.ts'
import { useSelectedPastMoment, useIsSnapshotPage } from '../links/page-selection-provider.tsx'
import { useHasRight } from './caller.tsx'

const whyNot = (right: AccessRight) => `You can read this, but not change it: that needs the right “${right}”.`

/**
 * Wraps controls that send a command which needs a right. A user without the right sees the controls disabled, with the
 * reason. On pages that show a past time, and in snapshots, the controls are left out. Every control outside the
 * settings that sends a command must be inside this component.
 * @param inPast true = the command applies to the time that the page shows, so that pages that show a past time have
 *   the controls too
 * @param isSmall true = the reason is a tooltip (which screen readers also read), for controls in table rows
 */
export function DisableControlsWithoutRight({
  right,
  isSmall = false,
  inPast = false,
  children,
}: {
  right: AccessRight
  isSmall?: boolean
  inPast?: boolean
  children: ReactNode
}) {
  const may = useHasRight(right)
  // Most commands change the current state. They are therefore hidden on pages that show a past time.
  const isPast = useSelectedPastMoment() !== null
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
