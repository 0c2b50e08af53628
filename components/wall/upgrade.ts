import type { Health } from '#lib/setup/api/index.ts'

const KEY = 'peerwatch-wall-reloaded-for'

/**
 * Whether a wall must reload: another build responds and is healthy. Once for each build: behind a load balancer two
 * builds may respond alternately, and the wall would reload forever.
 */
export function shouldReload(
  own: string,
  { status, build }: Health,
  memory: Pick<Storage, 'getItem' | 'setItem'>,
): boolean {
  if (status !== 'ok' || !build || build === own || memory.getItem(KEY) === build) return false
  memory.setItem(KEY, build)
  return true
}
