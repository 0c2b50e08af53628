'use client'

import { useLive } from '../data/index.ts'
import { Button } from '../ui/button.tsx'
import { Age, Moment } from '../ui/time.tsx'

/** States that the screen is no longer updated, since when, and why. */
export function OfflineBanner() {
  const { status, reason, lastMessageAt, retryNow } = useLive()
  if (status !== 'offline') return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ink px-4 py-2 text-canvas">
      <strong className="tracking-wide">THIS SCREEN IS OFFLINE</strong>
      <span>
        {reason}{' '}
        {lastMessageAt !== null && (
          <>
            Data as of <Moment at={new Date(lastMessageAt).toISOString()} className="[&_span]:text-inherit" />,{' '}
            <Age at={new Date(lastMessageAt).toISOString()} />.
          </>
        )}{' '}
        Reconnecting automatically.
      </span>
      <Button onClick={retryNow} className="ml-auto">
        Retry now
      </Button>
    </div>
  )
}
