import { expect, it } from 'vitest'
import { findShortcutCommand } from './shortcuts.ts'

it.each([
  ['g', false, { do: 'pending' }],
  ['c', true, { do: 'go', href: '/circuits' }],
  ['q', true, { do: 'nothing' }],
  ['j', false, { do: 'row', step: 1 }],
  ['k', false, { do: 'row', step: -1 }],
  ['a', false, { do: 'press', key: 'a' }],
  ['t', false, { do: 'press', key: 't' }],
  ['.', false, { do: 'clock' }],
  ['n', false, { do: 'now' }],
  ['x', false, { do: 'nothing' }],
] as const)('%s, after g: %s', (key, pending, command) => {
  expect(findShortcutCommand(key, pending)).toEqual(command)
})
