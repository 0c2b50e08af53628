import { BlockList, isIP } from 'node:net'
import type { AllowedBlock } from './thread-messages.ts'

const LOOPBACK: readonly AllowedBlock[] = [
  { address: '127.0.0.0', length: 8 },
  { address: '::1', length: 128 },
]

/**
 * Returns a function that reports whether an address may connect. If the list is empty, only this machine may connect.
 */
export function createAllowListTest(blocks: readonly AllowedBlock[]): (address: string) => boolean {
  const list = new BlockList()
  for (const { address, length } of blocks.length > 0 ? blocks : LOOPBACK) {
    list.addSubnet(address, length, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
