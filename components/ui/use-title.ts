import { useEffect } from 'react'

/** Names the browser's tab after the thing that is looked at. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (name) document.title = `${name} · Peerwatch`
  }, [name])
}
