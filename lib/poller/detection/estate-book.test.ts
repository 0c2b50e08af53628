import { expect, it } from 'vitest'
import { GATEWAYS } from '../plan.ts'
import { NOTHING_DECLARED } from './declared.ts'
import { EstateBook } from './estate-book.ts'
import { AS_SHIPPED, type EstateReads } from './store.ts'

const gateway = {
  id: 'gw',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw',
  type: GATEWAYS,
  name: 'gw',
  config: { gatewayType: 'ExpressRoute', provisioningState: 'Succeeded' },
}

it('is put together once for as long as what it is made of stands, and anew when something was declared', async () => {
  let watched = ['10.0.0.0/8']
  const reads = {
    resources: async () => [gateway],
    declared: async () => ({ ...NOTHING_DECLARED, watched: watched.map((prefix) => ({ prefix, note: '' })) }),
    settings: async () => AS_SHIPPED,
    routesTold: async () => [],
    edgeRouters: async () => [],
  } satisfies Partial<EstateReads>
  const book = new EstateBook()
  const groupAt = (now: number) => book.groupOf(reads as Partial<EstateReads> as EstateReads, 'gw', now)
  const first = await groupAt(0)
  expect(first.topology.watched).toEqual(['10.0.0.0/8'])
  expect(await groupAt(1_000)).toBe(first)
  watched = []
  book.forget()
  expect((await groupAt(2_000)).topology.watched).toEqual([])
})
