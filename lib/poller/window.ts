import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'

/** Whether a kind is requested for a period. */
export const isWindowed = (kind: PollKind): boolean => kinds[kind].window !== undefined

/** The period to request: since the last good poll, and as much before it as may have arrived late. Null: the kind has none. */
export function windowOf(
  kind: PollKind,
  lastOkAt: EpochMs | null,
  now: EpochMs,
): { from: EpochMs; to: EpochMs } | null {
  const { window } = kinds[kind]
  if (!window) return null
  const from = lastOkAt === null ? now - window.firstMs : Math.max(lastOkAt - window.lateMs, now - window.mostMs)
  return { from: Math.min(from, now), to: now }
}
