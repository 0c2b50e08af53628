import { clsx } from 'clsx'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'

/**
 * Filters in one line. On a phone they are collapsed behind a button, because they would push the rows of the list off
 * the screen.
 */
export function PhoneFilters({ isSet, children }: { isSet: boolean; children: ReactNode }) {
  const [wide, setWide] = useState(false)
  return (
    <>
      <Button className="sm:hidden" aria-expanded={wide} onClick={() => setWide(!wide)}>
        {isSet ? 'Filter (set)' : 'Filter'}
      </Button>
      <div className={clsx('flex-wrap items-end gap-2 sm:contents', wide ? 'flex' : 'hidden')}>{children}</div>
    </>
  )
}
