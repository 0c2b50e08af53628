import { clsx } from 'clsx'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { Panel } from './panel.tsx'

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

/**
 * Reports each time that the page's address ends on `#id`: at the start, by the browser's own navigation, and by a link of the client.
 * @param id null = of what has no anchor
 */
function useAnchor(id: string | null, onNamed: () => void): void {
  const latest = useRef(onNamed)
  useEffect(() => {
    latest.current = onNamed
  })
  useEffect(() => {
    const check = () => {
      if (id !== null && window.location.hash === `#${id}`) latest.current()
    }
    check()
    // links of the client push a state, of which the window says nothing; where the browser can't report it, the next load does
    const history = 'navigation' in window ? window.navigation : null
    history?.addEventListener('currententrychange', check)
    window.addEventListener('hashchange', check)
    return () => {
      history?.removeEventListener('currententrychange', check)
      window.removeEventListener('hashchange', check)
    }
  }, [id])
}
