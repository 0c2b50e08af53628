import type { PostureFacts } from './facts.ts'
import { fail, type Judged, of, pass, read, unknown } from './judged.ts'

/**
 * SKUs of gateways that spread over zones: the ones whose name ends in AZ, and the scalable one.
 * Source: Azure documentation, "About zone-redundant virtual network gateway in availability zones".
 */
const isZoned = (sku: string) => /az$/i.test(sku) || /^ergwscale$/i.test(sku)

export const zoneRedundantSku = ({ gateways }: PostureFacts): Judged[] =>
  gateways
    .filter(({ kind }) => kind === 'expressRoute' || kind === 'vpn')
    .map((gateway) => {
      const { name } = gateway.sku
      const sku = read('sku.name', name)
      if (name === null) return of(gateway, unknown('Azure does not state its SKU.', sku))
      return of(
        gateway,
        isZoned(name)
          ? pass(`${name} spreads over availability zones, where the region has them.`, sku)
          : fail(`${name} keeps its instances in one zone.`, sku),
      )
    })

export const activeActiveVpn = ({ gateways }: PostureFacts): Judged[] =>
  gateways
    .filter(({ kind }) => kind === 'vpn')
    .map((gateway) => {
      const flag = read('activeActive', gateway.activeActive)
      if (gateway.activeActive === null) return of(gateway, unknown('Azure does not state it.', flag))
      return of(
        gateway,
        gateway.activeActive
          ? pass('Both instances carry tunnels.', flag)
          : fail('One instance waits as a standby.', flag),
      )
    })
