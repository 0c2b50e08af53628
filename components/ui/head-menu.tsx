'use client'

import MoreIcon from 'lucide-react/icons/ellipsis'
import { type ReactNode, type ToggleEvent, useEffect, useId, useRef } from 'react'
import { IconButton } from './button.tsx'

/**
 * Delay in milliseconds before the menu closes, so that the user can read the confirmation that something was copied.
 */
const CLOSES_AFTER_MS = 700

/**
 * Menu "…" with the less used buttons of a page head. It uses the browser's popover, so that its buttons exist in the
 * page while it is closed. The command palette can therefore offer them too.
 */
export function PageHeadMenu({ children }: { children: ReactNode }) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => closeAfterUse(menu.current), [])
  return (
    <span className="print:hidden">
      <IconButton label="More" popoverTarget={id}>
        <MoreIcon aria-hidden />
      </IconButton>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="group"
        aria-label="More"
        onBeforeToggle={placeBelow}
        className="fixed inset-auto m-0 min-w-44 rounded-md border bg-surface p-1 text-ink shadow-xl [&_a]:w-full [&_a]:justify-start [&_button]:w-full [&_button]:justify-start [&_button]:border-0"
      >
        {children}
      </div>
    </span>
  )
}

/** Places the menu below its button, with both right edges aligned. */
function placeBelow({ currentTarget: menu, newState }: ToggleEvent<HTMLElement>): void {
  const button = menu.previousElementSibling?.getBoundingClientRect()
  if (newState !== 'open' || !button) return
  menu.style.top = `${button.bottom + 6}px`
  menu.style.right = `${document.documentElement.clientWidth - button.right}px`
}

function closeAfterUse(menu: HTMLElement | null) {
  let closing: NodeJS.Timeout | undefined
  const onClick = ({ target }: MouseEvent) => {
    if (target instanceof Element && target.closest('button, a'))
      closing = setTimeout(() => menu?.hidePopover(), CLOSES_AFTER_MS)
  }
  // if the user opens the menu again before the delay ends, it stays open
  const onToggle = () => clearTimeout(closing)
  menu?.addEventListener('click', onClick)
  menu?.addEventListener('beforetoggle', onToggle)
  return () => {
    onToggle()
    menu?.removeEventListener('click', onClick)
    menu?.removeEventListener('beforetoggle', onToggle)
  }
}
