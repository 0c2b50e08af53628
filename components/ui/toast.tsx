'use client'

import { clsx } from 'clsx'
import XIcon from 'lucide-react/icons/x'
import { Toast } from 'radix-ui'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { IconButton } from './button.tsx'
import { Glyph, type Tone } from './drawing/glyph.tsx'

/** A notice: a completed action, or why it failed. */
interface Notice {
  tone: Extract<Tone, 'up' | 'down' | 'notice'>
  title: string
  /** advice */
  detail?: string
}

const ToastContext = createContext<(notice: Notice) => void>(() => {})

/** Shows notices and announces them to screen readers. A failure stays until it is closed. */
export const useToast = () => useContext(ToastContext)

const SHOWN_MS = 5000
const MOST_AT_ONCE = 4

export function ToastProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<(Notice & { id: number })[]>([])
  const notify = useCallback((notice: Notice) => {
    setNotices((shown) => [...shown, { ...notice, id: (shown.at(-1)?.id ?? 0) + 1 }].slice(-MOST_AT_ONCE))
  }, [])
  const close = (closed: number) => setNotices((shown) => shown.filter(({ id }) => id !== closed))
  return (
    <ToastContext value={notify}>
      <Toast.Provider label="Notice" swipeDirection="right">
        {children}
        {notices.map(({ id, ...notice }) => (
          <ToastCard key={id} notice={notice} onClose={() => close(id)} />
        ))}
        <Toast.Viewport className="fixed right-3 bottom-3 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 outline-none" />
      </Toast.Provider>
    </ToastContext>
  )
}

function ToastCard({ notice: { tone, title, detail }, onClose }: { notice: Notice; onClose: () => void }) {
  const failed = tone === 'down'
  return (
    <Toast.Root
      type={failed ? 'foreground' : 'background'}
      duration={failed ? Number.POSITIVE_INFINITY : SHOWN_MS}
      onOpenChange={(open) => !open && onClose()}
      className={clsx(
        'flex items-start gap-2.5 rounded-lg border bg-surface px-3.5 py-2.5 shadow-xl',
        failed && 'border-down-mark',
      )}
    >
      <Glyph tone={tone} className="mt-1 size-3" />
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-semibold">{title}</Toast.Title>
        {detail && <Toast.Description className="break-words text-ink-2">{detail}</Toast.Description>}
      </div>
      <Toast.Close asChild>
        <IconButton label="Close notice">
          <XIcon aria-hidden />
        </IconButton>
      </Toast.Close>
    </Toast.Root>
  )
}
