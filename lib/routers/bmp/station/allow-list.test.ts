import { expect, it } from 'vitest'
import { createAllowListTest } from './allow-list.ts'

const blocks = [
  { address: '10.20.0.0', length: 16 },
  { address: '192.0.2.97', length: 32 },
  { address: '2001:db8::', length: 32 },
]

it.each([
  ['10.20.255.1', true],
  ['10.21.0.1', false],
  ['192.0.2.97', true],
  ['192.0.2.98', false],
  ['2001:db8:1::1', true],
  ['2001:db9::1', false],
  ['127.0.0.1', false],
])('of blocks: %s may connect: %s', (address, expected) => expect(createAllowListTest(blocks)(address)).toBe(expected))

it.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['::1', true],
  ['10.0.0.1', false],
])('of nothing: %s may connect: %s', (address, expected) => expect(createAllowListTest([])(address)).toBe(expected))
