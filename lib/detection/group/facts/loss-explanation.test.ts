import { expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { quietEstate } from '../../testing/quiet-estate.ts'
import { storeEventInScope } from '../../model/context.ts'
import { isNeighborPathLost } from './loss-explanation.ts'

/** Reports whether the neighbor of the primary path counts as lost after this event of its circuit. */
function isLossBy(kind: DetectedEvent['kind'], subject: string): boolean {
  const known = quietEstate(20 * MS_PER_MINUTE)
  const [mapping] = known.topology.mappings.filter(({ circuit, path }) => circuit === 'ckt-lon' && path === 'primary')
  if (!mapping) throw new Error('no neighbor of the primary path is known')
  const bounds = { earliest: 18 * MS_PER_MINUTE, latest: 19 * MS_PER_MINUTE }
  storeEventInScope(
    known,
    {
      key: kind,
      kind,
      severity: 'major',
      scope: 'ckt-lon',
      subject,
      started: bounds,
      ended: null,
      duration: null,
      detectedAt: bounds.latest,
      evidence: [],
      causes: [],
      flags: [],
    },
    { confirm: null },
  )
  return isNeighborPathLost(known, `${mapping.gateway} ${mapping.neighbor}`, bounds)
}

it.each<[DetectedEvent['kind'], string, boolean]>([
  ['path_down', 'AzurePrivatePeering/primary', true],
  ['path_down', 'AzurePrivatePeering/secondary', false],
  ['path_down', 'MicrosoftPeering/primary', false],
  ['circuit_down', 'AzurePrivatePeering', true],
  ['circuit_down', 'MicrosoftPeering', false],
  ['prefix_limit_exceeded', 'MicrosoftPeering', false],
  ['peering_disabled', 'AzurePrivatePeering', true],
  ['peering_disabled', 'MicrosoftPeering', false],
  ['provider_state_changed', 'serviceProviderProvisioningState', true],
])('%s of %s is a loss of the neighbor on the primary path: %s', (kind, subject, isLoss) => {
  expect(isLossBy(kind, subject)).toBe(isLoss)
})
