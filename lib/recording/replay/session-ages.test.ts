import { expect, it } from 'vitest'
import { shiftSessionAges } from './session-ages.ts'

it.each([
  ['{"connectedDuration":"3.03:14:13.1796961"}', 1_500, '{"connectedDuration":"3.03:14:14.6796961"}'],
  ['{"connectedDuration":"23:59:59.5000000"}', 1_000, '{"connectedDuration":"1.00:00:00.5000000"}'],
  ['{"connectedDuration":"00:00:10"}', 61_000, '{"connectedDuration":"00:01:11"}'],
  ['{"connectedDuration":null}', 1_000, '{"connectedDuration":null}'],
  ['{"upDown":"00:59:59"}', 1_000, '{"upDown":"01:00:00"}'],
  ['{"upDown":"59m59s"}', 1_000, '{"upDown":"1h0m"}'],
  ['{"upDown":"2h39m"}', 90_000, '{"upDown":"2h40m"}'],
  ['{"upDown":"9m17s"}', -20_000, '{"upDown":"8m57s"}'],
  ['{"upDown":"7:16"}', 1_000, '{"upDown":"7:17"}'],
  ['{"upDown":"59:59"}', 1_000, '{"upDown":"1:00:00"}'],
  ['{"upDown":"1:20:25"}', -3_600_000, '{"upDown":"20:25"}'],
  ['{"upDown":"23h59m"}', 60_000, '{"upDown":"23h59m"}'],
  ['{"upDown":"1d02h"}', 1_000, '{"upDown":"1d02h"}'],
  ['{"upDown":"never"}', 1_000, '{"upDown":"never"}'],
  ['{"connectedDuration":"00:00:10.5000000"}', -2_250, '{"connectedDuration":"00:00:08.2500000"}'],
  ['{"connectedDuration":"00:00:01"}', -5_000, '{"connectedDuration":"00:00:00"}'],
])('%s, %d ms later, is %s', (body, ms, expected) => {
  expect(shiftSessionAges(body, ms)).toBe(expected)
})
