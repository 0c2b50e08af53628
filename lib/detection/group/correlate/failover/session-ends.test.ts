import { expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { storeEventInScope } from '../../../model/context.ts'
import { recordFailovers } from './record-failovers.ts'

const event = (
  kind: DetectedEvent['kind'],
  [scope, subject]: [string, string],
  [earliest, latest]: [number, number],
): DetectedEvent => ({
  key: `${kind} ${scope} ${subject}`,
  kind,
  severity: 'major',
  scope,
  subject,
  started: { earliest: earliest * MS_PER_MINUTE, latest: latest * MS_PER_MINUTE },
  ended: null,
  duration: null,
  detectedAt: latest * MS_PER_MINUTE,
  evidence: [],
  causes: [],
  flags: [],
})

it.each<[string, DetectedEvent['kind'], string, string]>([
  ['path', 'path_down', 'MicrosoftPeering/primary', 'AzurePrivatePeering/primary'],
  ['circuit', 'circuit_down', 'MicrosoftPeering', 'AzurePrivatePeering'],
])("a failover's sessions end with the private peering's %s: gateways hang on no other", (_, kind, other, own) => {
  const known = quietEstate(20 * MS_PER_MINUTE)
  const [mapping] = known.topology.mappings.filter(({ circuit, path }) => circuit === 'ckt-lon' && path === 'primary')
  if (!mapping) throw new Error('no neighbor of the primary path is known')
  storeEventInScope(known, event(kind, ['ckt-lon', other], [17, 18]))
  storeEventInScope(known, event(kind, ['ckt-lon', own], [18, 19]))
  const failover = event('failover', [mapping.gateway, mapping.neighbor], [18, 19])
  const live = storeEventInScope(known, failover, {
    confirm: null,
    peersBefore: [mapping.neighbor],
    peersAfter: ['10.0.4.6'],
  })
  recordFailovers(known)
  expect(live.event.failover?.sessionEnds).toEqual<TimestampBounds>({
    earliest: 18 * MS_PER_MINUTE,
    latest: 19 * MS_PER_MINUTE,
  })
})
