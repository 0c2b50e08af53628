import { expect, it } from 'vitest'
import { aged } from './aged.ts'

it.each([
  ['{"connectedDuration":"3.03:14:13.1796961"}', 1_500, '{"connectedDuration":"3.03:14:14.6796961"}'],
  ['{"connectedDuration":"23:59:59.5000000"}', 1_000, '{"connectedDuration":"1.00:00:00.5000000"}'],
  ['{"connectedDuration":"00:00:10"}', 61_000, '{"connectedDuration":"00:01:11"}'],
  ['{"connectedDuration":null}', 1_000, '{"connectedDuration":null}'],
  ['{"upDown":"00:59:59"}', 1_000, '{"upDown":"01:00:00"}'],
  ['{"upDown":"1d02h"}', 1_000, '{"upDown":"1d02h"}'],
  ['{"upDown":"never"}', 1_000, '{"upDown":"never"}'],
  ['{"connectedDuration":"00:00:10.5000000"}', -2_250, '{"connectedDuration":"00:00:08.2500000"}'],
  ['{"connectedDuration":"00:00:01"}', -5_000, '{"connectedDuration":"00:00:00"}'],
])('%s, %d ms later, is %s', (body, ms, expected) => {
  expect(aged(body, ms)).toBe(expected)
})
