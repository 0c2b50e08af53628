import { expect, it } from 'vitest'
import { getCausesOfRouterAnnouncement } from './announcement-causes.ts'

const learned = (...asPath: number[]) => ({ asPath, origin: 'EBgp' })

it.each([
  ["a customer's router", [learned(12076, 65001)], 'onprem'],
  ["a customer's router on a path that Microsoft drains", [learned(12076, 12076, 12076, 65001)], 'onprem'],
  ['a device behind a VPN gateway', [learned(65010)], 'onprem'],
  ['another gateway of Azure on the circuit', [learned(12076, 65515)], undefined],
  ['a customer, and another gateway', [learned(12076, 65001), learned(12076, 65515)], undefined],
  ['Microsoft', [learned(12076)], undefined],
  ['the network itself', [{ asPath: [], origin: 'Network' }], undefined],
])('routes of %s name %s', (_, routes, owner) => {
  expect(getCausesOfRouterAnnouncement('mass_announce', routes)[0]?.owner).toBe(owner)
})
