import { clsx } from 'clsx'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { Panel } from './panel.tsx'

/**
 * Panel that shows only its head until the user opens it or the page's URL ends with `#id`. The content is rendered
 * when the panel is first opened, so that a closed panel sends no requests. Text typed into it is kept when it is
 * closed again.
 * @param note summary of the content, shown in the head
 * @param isOpenAtFirst whether the panel is open until the user closes it
 */
export function CollapsiblePanel({
  id,
  title,
  aside,
  className,
  isOpenAtFirst = false,
  children,
  ...panel
}: ComponentProps<typeof Panel> & { title: string; isOpenAtFirst?: boolean }) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const [wasOpen, setWasOpen] = useState(isOpenAtFirst)
  const [asked, setAsked] = useState(0)
  const open = (next: boolean) => {
    setOpen(next)
    if (next) setWasOpen(true)
  }
  useOnUrlAnchor(id ?? null, () => {
    open(true)
    setAsked((count) => count + 1)
  })
  // The browser can scroll to the panel only after its content was rendered, because the content makes the page long
  // enough.
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
      className={clsx(className, !isOpen && '[&>header]:border-b-0 [&>div]:hidden')}
    >
      {wasOpen ? children : null}
    </Panel>
  )
}

/**
 * Calls `onNamed` whenever the page's URL ends with `#id`. It is called when the page is loaded, after each navigation
 * in the browser's history, and after a click on a client-side link.
 * @param id null = the panel has no anchor
 */
export function useOnUrlAnchor(id: string | null, onNamed: () => void): void {
  const latest = useRef(onNamed)
  useEffect(() => {
    latest.current = onNamed
  })
  useEffect(() => {
    const check = () => {
      if (id !== null && window.location.hash === `#${id}`) latest.current()
    }
    check()
    // A client-side link adds an entry to the browser's history, for which the window fires no event. The Navigation
    // API reports it. Browsers without this API open the panel only when the page is loaded again.
    const history = 'navigation' in window ? window.navigation : null
    history?.addEventListener('currententrychange', check)
    window.addEventListener('hashchange', check)
    return () => {
      history?.removeEventListener('currententrychange', check)
      window.removeEventListener('hashchange', check)
    }
  }, [id])
}
