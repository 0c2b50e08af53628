import type { Bounds, EventKind } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { CIRCUIT } from './estate-feed.ts'

/**
 * Returns an event of a kind as stored by detection, about the private peering of the estate's circuit.
 * @param ended null = ongoing
 */
export const storedOutage = (key: string, kind: EventKind, started: Bounds, ended: Bounds | null) => ({
  key,
  kind,
  severity: 'critical' as const,
  scope: computeShortId(CIRCUIT),
  subject: 'AzurePrivatePeering',
  started,
  ended,
  duration: null,
  detectedAt: started.latest,
  evidence: [],
  causes: [],
  flags: [],
})
