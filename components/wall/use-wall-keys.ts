import { useEffect } from 'react'

/** What answers the keys is loaded with the first of them: most walls have no keyboard. */
const wallKeys = () => import('./wall-keys.ts')
const onKeyDown = (event: KeyboardEvent) => void wallKeys().then((keys) => keys.pressOnWall(event))

/** Has the keys of a wall answered. */
export function useWallKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
