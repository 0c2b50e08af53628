import type { Bounds, EventKind } from '#lib/contract/index.ts'
import { shortIdOf } from '#lib/history/index.ts'
import { CIRCUIT } from './estate-feed.ts'

/** An event of a kind as detection stores it, of the private peering of the estate's circuit. @param ended null = it goes on */
export const storedOutage = (key: string, kind: EventKind, started: Bounds, ended: Bounds | null) => ({
  key,
  kind,
  severity: 'critical' as const,
  scope: shortIdOf(CIRCUIT),
  subject: 'AzurePrivatePeering',
  started,
  ended,
  duration: null,
  detectedAt: started.latest,
  evidence: [],
  causes: [],
  flags: [],
})
