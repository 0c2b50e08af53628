import { Button } from '../ui/button.tsx'

/**
 * Error page for a failure of the page itself. Errors of Peerwatch's API are shown in the panel that requested the
 * data.
 */
export function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="py-16 text-center">
      <h1 className="text-xl font-semibold">This page failed to render</h1>
      <p className="mt-1 text-ink-2">
        This is a bug in Peerwatch; the monitored network is not affected.
        {error.digest ? ` Search the log for ${error.digest}.` : ''}
      </p>
      <Button onClick={reset} className="mt-4">
        Reload
      </Button>
    </div>
  )
}
