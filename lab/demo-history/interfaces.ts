import type { PolledNetworkInterface } from '#lib/contract/index.ts'
import { createBuiltInEstate } from '../simulator/index.ts'

/** Returns the network interfaces of the built-in estate whose effective routes the demo polls. */
export function demoInterfaces(): PolledNetworkInterface[] {
  const { interfaces = [], subscriptions, vnets = [] } = createBuiltInEstate([])
  return interfaces.flatMap(({ name, vnet }) => {
    const group = vnets.find((one) => one.name === vnet)?.group
    const owner = subscriptions.find(({ groups }) => groups.some((one) => one.name === group))
    if (!owner) return []
    const id = `/subscriptions/${owner.id}/resourceGroups/${group}/providers/Microsoft.Network/networkInterfaces/${name}`
    return [{ interface: id, note: `stands for ${vnet}` }]
  })
}
