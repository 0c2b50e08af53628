import type { Health } from '#lib/contract/index.ts'

const KEY = 'peerwatch-wall-reloaded-for'

/**
 * Whether a wall has to load itself anew: another build answers, and it is healthy. Once for each build: behind a balancer two
 * builds may answer in turn, and a wall that goes on loading shows nothing.
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
