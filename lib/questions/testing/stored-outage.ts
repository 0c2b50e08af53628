import type { TimestampBounds, EventKind } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { TEST_ESTATE_CIRCUIT_ARM_ID } from './estate-feed.ts'

/**
 * Returns an event of a kind as stored by detection, about the private peering of the estate's circuit.
 * @param ended null = ongoing
 */
export const storedOutage = (
  key: string,
  kind: EventKind,
  started: TimestampBounds,
  ended: TimestampBounds | null,
) => ({
  key,
  kind,
  severity: 'critical' as const,
  scope: computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID),
  subject: 'AzurePrivatePeering',
  started,
  ended,
  duration: null,
  detectedAt: started.latest,
  evidence: [],
  causes: [],
  flags: [],
})
