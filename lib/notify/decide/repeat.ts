import type { EpochMs } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { CaseMemory } from './case-memory.ts'

/** When something open is told again; null = never, by itself. */
export function repeatDueAt(memory: CaseMemory, settings: NotifySettings): EpochMs | null {
  const every = everyOf(memory, settings)
  if (memory.phase !== 'open' || every === null || memory.toldAt === null || memory.flappingSince !== null) return null
  return Math.max(memory.toldAt + every, acknowledgementExpires(memory, settings) ?? 0)
}

function everyOf({ severity }: CaseMemory, settings: NotifySettings): number | null {
  if (severity === 'critical') return settings['repeat.critical']
  return severity === 'major' ? settings['repeat.major'] : null
}

/** Somebody's word counts for a while, and only for the opening that they saw. */
function acknowledgementExpires({ acknowledgedAt, closedAt }: CaseMemory, settings: NotifySettings): EpochMs | null {
  if (acknowledgedAt === null || acknowledgedAt <= (closedAt ?? -Infinity)) return null
  return acknowledgedAt + settings['acknowledge.expires']
}
