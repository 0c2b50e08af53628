'use client'

import { useLive } from '../data/index.ts'
import { Button } from '../ui/button.tsx'
import { Age, Moment } from '../ui/time.tsx'

/** Says that nothing on the screen is renewed any more, since when, and why. */
export function OfflineBanner() {
  const { status, reason, lastHeardAt, retryNow } = useLive()
  return (
    <div role="alert">
      {status === 'offline' && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ink px-4 py-2 text-canvas">
          <strong className="tracking-wide">THIS SCREEN IS OFFLINE</strong>
          <span>
            {reason}{' '}
            {lastHeardAt !== null && (
              <>
                What you see was true at{' '}
                <Moment at={new Date(lastHeardAt).toISOString()} className="[&_span]:text-inherit" />,{' '}
                <Age at={new Date(lastHeardAt).toISOString()} />.
              </>
            )}{' '}
            It comes back by itself.
          </span>
          <Button onClick={retryNow} className="ml-auto">
            Try now
          </Button>
        </div>
      )}
    </div>
  )
}
