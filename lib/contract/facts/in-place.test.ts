import { describe, expect, it } from 'vitest'
import {
  azureDocPages,
  checkBandwidthInPlace,
  checkPlanInPlace,
  checkSkuInPlace,
  isPlanChangeDocumented,
} from '../index.ts'

const pages = Object.keys(azureDocPages)

/**
 * @source "About ExpressRoute virtual network gateways", "About migrating to an availability zone-enabled gateway",
 *   "About ExpressRoute scalable gateway"
 */
describe('SKUs of ExpressRoute gateways', () => {
  it.each<[string | null, string, 'allowed' | 'refused' | 'unknown']>([
    ['Standard', 'HighPerformance', 'allowed'],
    ['Standard', 'UltraPerformance', 'allowed'],
    ['ErGw1AZ', 'ErGw3AZ', 'allowed'],
    ['ergw2az', 'ErGw2Az', 'allowed'],
    ['UltraPerformance', 'Standard', 'refused'],
    ['ErGw3AZ', 'ErGw1AZ', 'refused'],
    ['HighPerformance', 'Standard', 'unknown'],
    ['ErGw2AZ', 'ErGw1AZ', 'unknown'],
    ['Standard', 'ErGw1AZ', 'refused'],
    ['UltraPerformance', 'ErGwScale', 'refused'],
    ['ErGw1AZ', 'Standard', 'refused'],
    ['ErGw3AZ', 'ErGwScale', 'unknown'],
    ['ErGwScale', 'Standard', 'refused'],
    ['ErGwScale', 'ErGw3AZ', 'refused'],
    ['ErGw1AZ', 'VpnGw1AZ', 'unknown'],
    ['ErGw1AZ', 'constructor', 'unknown'],
    [null, 'ErGw1AZ', 'unknown'],
  ])('%s to %s: %s', (from, to, is) => {
    const found = checkSkuInPlace('expressRoute', from, to)
    expect(found.is).toBe(is)
    if (found.is !== 'allowed') expect(pages).toContain(found.source.replace('https://learn.microsoft.com/azure/', ''))
  })
})

/** @source "Upgrade a VPN Gateway SKU", its table; "VPN Gateway legacy SKUs" */
describe('SKUs of VPN gateways', () => {
  it.each<[string, string, 'allowed' | 'refused' | 'unknown']>([
    ['VpnGw1', 'VpnGw2', 'allowed'],
    ['VpnGw1', 'VpnGw1AZ', 'allowed'],
    ['VpnGw2', 'VpnGw3', 'allowed'],
    ['VpnGw4', 'VpnGw5AZ', 'allowed'],
    ['Standard', 'HighPerformance', 'allowed'],
    ['Basic', 'VpnGw1', 'refused'],
    ['VpnGw1', 'Basic', 'refused'],
    ['Standard', 'VpnGw1', 'refused'],
    ['VpnGw1AZ', 'VpnGw1', 'refused'],
    ['VpnGw1', 'VpnGw4AZ', 'refused'],
    ['VpnGw5', 'VpnGw1', 'refused'],
    ['VpnGw2', 'VpnGw4', 'unknown'],
    ['VpnGw2AZ', 'VpnGw1AZ', 'unknown'],
    ['VpnGw2', 'ErGw1AZ', 'unknown'],
  ])('%s to %s: %s', (from, to, is) => {
    const found = checkSkuInPlace('vpn', from, to)
    expect(found.is).toBe(is)
    if (found.is !== 'allowed') expect(pages).toContain(found.source.replace('https://learn.microsoft.com/azure/', ''))
  })
})

/** @source ExpressRoute FAQ; "Create and modify an ExpressRoute circuit" */
describe('circuits', () => {
  it.each<[number | null, number, string]>([
    [500, 1_000, 'allowed'],
    [500, 500, 'allowed'],
    [1_000, 500, 'refused'],
    [null, 500, 'unknown'],
  ])('%s Mb/s to %s: %s', (from, to, is) => {
    expect(checkBandwidthInPlace(from, to).is).toBe(is)
  })

  it.each([
    ['metered', 'unlimited', 'allowed'],
    ['metered', 'local', 'allowed'],
    ['local', 'unlimited', 'allowed'],
    ['unlimited', 'metered', 'refused'],
    ['local', 'metered', 'refused'],
    [null, 'metered', 'unknown'],
    [null, 'unlimited', 'allowed'],
  ] as const)('%s to %s: %s', (from, to, is) => {
    expect(checkPlanInPlace(from, to).is).toBe(is)
  })

  it.each([
    ['metered', 'local', false],
    ['unlimited', 'local', false],
    ['local', 'local', true],
    ['local', 'unlimited', true],
    ['metered', 'unlimited', true],
  ] as const)('%s to %s in place is documented: %s', (from, to, isDocumented) => {
    expect(isPlanChangeDocumented(from, to)).toBe(isDocumented)
  })
})
