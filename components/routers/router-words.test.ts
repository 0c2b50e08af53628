import { expect, it } from 'vitest'
import { detectionWords } from './router-words.ts'

it.each([
  ['up', 'bmp', 'every outage'],
  ['down', 'bmp', 'every outage'],
  ['up', 'syslog', 'may be lost'],
  ['unknown', 'bmp', 'polls alone'],
  ['unknown', 'syslog', 'polls alone'],
] as const)('the detection floor of a session that is %s by %s is its own', (state, protocol, words) => {
  expect(detectionWords({ state, protocol })).toContain(words)
})
