import { expect, it } from 'vitest'
import { parseTypedAddressSpace } from './prefix.ts'

it.each([
  ['10', '10.0.0.0/8'],
  ['10.10', '10.10.0.0/16'],
  ['10.10.', '10.10.0.0/16'],
  [' 10.10.5 ', '10.10.5.0/24'],
  ['10.10.5.0', '10.10.5.0/32'],
  ['10.10.0.0/15', '10.10.0.0/15'],
  ['10.10.5.1/16', '10.10.0.0/16'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['', null],
  ['10.999', null],
  ['10.10.0.0/99', null],
  ['ten', null],
])('%j is the space %s', (text, space) => {
  expect(parseTypedAddressSpace(text)).toBe(space)
})
