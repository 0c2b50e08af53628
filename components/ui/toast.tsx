import { clsx } from 'clsx'
import XIcon from 'lucide-react/icons/x'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { IconButton } from './button.tsx'
import { StateSymbol, type StateTone } from './drawing/glyph.tsx'

/** Notice that an action was completed or has failed. */
interface Notice {
  tone: Extract<StateTone, 'up' | 'down' | 'notice'>
  title: string
  /** advice to the user */
  detail?: string
}

const ToastContext = createContext<(notice: Notice) => void>(() => {})

/**
 * Returns a function that shows a notice and announces it to screen readers. A notice about a failure stays until the
 * user closes it. Other notices close after 5 s. At most `MAX_AT_ONCE` notices are shown, the newest.
 */
export const useToast = () => useContext(ToastContext)

const SHOWN_MS = 5000
const MAX_AT_ONCE = 4

export function ToastProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<(Notice & { id: number })[]>([])
  const notify = useCallback((notice: Notice) => {
    setNotices((shown) => [...shown, { ...notice, id: (shown.at(-1)?.id ?? 0) + 1 }].slice(-MAX_AT_ONCE))
  }, [])
  const close = useCallback((closed: number) => setNotices((shown) => shown.filter(({ id }) => id !== closed)), [])
  return (
    <ToastContext value={notify}>
      {children}
      <ol
        aria-label="Notices"
        aria-live="polite"
        className="fixed right-3 bottom-3 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 print:hidden"
      >
        {notices.map(({ id, ...notice }) => (
          <ToastCard key={id} id={id} notice={notice} onClose={close} />
        ))}
      </ol>
    </ToastContext>
  )
}

function ToastCard({
  id,
  notice: { tone, title, detail },
  onClose,
}: {
  id: number
  notice: Notice
  onClose: (id: number) => void
}) {
  const failed = tone === 'down'
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (failed || isHeld) return
    const timer = setTimeout(() => onClose(id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [failed, isHeld, id, onClose])
  return (
    // the notice stays while the pointer or the focus is on it (WCAG 2.2.1)
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={clsx(
        'flex items-start gap-2.5 rounded-lg border bg-surface px-3.5 py-2.5 shadow-xl',
        failed && 'border-down-mark',
      )}
    >
      <StateSymbol tone={tone} className="mt-1 size-3" />
      <div role={failed ? 'alert' : undefined} className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {detail && <p className="break-words text-ink-2">{detail}</p>}
      </div>
      <IconButton label="Close notice" onClick={() => onClose(id)}>
        <XIcon aria-hidden />
      </IconButton>
    </li>
  )
}
