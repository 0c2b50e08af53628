'use client'

import { clsx } from 'clsx'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { type ComponentProps, useEffect, useState } from 'react'
import { Panel } from './panel.tsx'
import { useAnchor } from './use-anchor.ts'

/**
 * A panel that shows its head alone until somebody opens it, or the address names it. What is in it is drawn from then on: it asks for
 * nothing before, and keeps what was typed when it is folded again.
 * @param note says what is in it, so that nobody has to open it to know
 * @param isOpenAtFirst until somebody folds it
 * @param isOnPaper printed with what is in it, folded or not
 */
export function FoldPanel({
  id,
  title,
  aside,
  className,
  isOpenAtFirst = false,
  isOnPaper = false,
  children,
  ...panel
}: ComponentProps<typeof Panel> & { title: string; isOpenAtFirst?: boolean; isOnPaper?: boolean }) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const [wasOpen, setWasOpen] = useState(isOpenAtFirst)
  const [asked, setAsked] = useState(0)
  const open = (next: boolean) => {
    setOpen(next)
    if (next) setWasOpen(true)
  }
  useAnchor(id ?? null, () => {
    open(true)
    setAsked((count) => count + 1)
  })
  // what is in it makes the page longer: only then there is room to scroll
  useEffect(() => {
    if (asked > 0 && id !== undefined) document.getElementById(id)?.scrollIntoView()
  }, [asked, id])
  return (
    <Panel
      {...panel}
      {...(id !== undefined && { id })}
      title={
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => open(!isOpen)}
          className="-ml-1 flex min-h-6 min-w-0 items-center gap-1 pr-1 text-left"
        >
          <ChevronRightIcon
            aria-hidden
            className={clsx('size-3.5 shrink-0 text-ink-3 print:hidden', isOpen && 'rotate-90')}
          />
          <span className="min-w-0 wrap-anywhere">{title}</span>
        </button>
      }
      aside={isOpen ? aside : undefined}
      className={clsx(
        className,
        !isOpen && '[&>header]:border-b-0 [&>div]:hidden',
        !isOpen && isOnPaper && 'print:[&>header]:border-b print:[&>div]:block',
      )}
    >
      {wasOpen || isOnPaper ? children : null}
    </Panel>
  )
}
