import { FOLLOWS_FAULT, type Severity } from '#lib/contract/index.ts'
import { type StoredEvent, incidentsLeftFor } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { casesOf, type StoredCase } from './case-store.ts'
import { readMemory } from './decide/case-memory.ts'

/** A notice of the collector's that went out before the fault was proved which explains it. */
export interface ToldBefore {
  incidentId: string
  severity: Severity
  heard: StoredCase['heard']
}

/** What was told of an incident while it stood for failing polls alone; null = nothing. */
export async function toldBefore(
  db: Queryable,
  incidentId: string,
  events: readonly StoredEvent[],
): Promise<ToldBefore | null> {
  if (!events.some(({ flags }) => flags.includes(FOLLOWS_FAULT))) return null
  const cases = await casesOf(db, await incidentsLeftFor(db, incidentId))
  for (const { id, memory, heard } of cases) {
    const { phase, severity } = readMemory(memory)
    if (phase === 'open' && severity !== null) return { incidentId: id, severity, heard }
  }
  return null
}
