'use client'

import { Button } from '#components/ui/button.tsx'

/** A fault in the page itself. What Peerwatch's API refuses is shown where it belongs, not here. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="py-16 text-center">
      <h1 className="text-xl font-semibold">This page failed to draw</h1>
      <p className="mt-1 text-ink-2">
        It is a fault of Peerwatch, not of the network it watches.
        {error.digest ? ` Mark ${error.digest} stands beside it in the log.` : ''}
      </p>
      <Button onClick={reset} className="mt-4">
        Draw it again
      </Button>
    </div>
  )
}
