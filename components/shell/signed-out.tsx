import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { ApiError } from '../data/index.ts'
import { Button } from '../ui/button.tsx'

/** Whether an answer says that the session has ended. */
export function useSignedOut(): boolean {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore(
    useCallback((notify) => cache.subscribe(notify), [cache]),
    () => cache.getAll().some(({ state: { error } }) => error instanceof ApiError && error.status === 401),
    () => false,
  )
}

/** States that the session has ended. The page stays, so that nothing that was typed is lost. */
export function SignedOut() {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ink px-4 py-2 text-canvas">
      <strong>Your session has ended.</strong>
      <span>What this page shows is no longer updated.</span>
      <Button onClick={signIn} className="ml-auto">
        Sign in
      </Button>
    </div>
  )
}

function signIn() {
  const { pathname, search } = window.location
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}
