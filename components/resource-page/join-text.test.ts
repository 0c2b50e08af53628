import { expect, it } from 'vitest'
import { formatJoinEffect, formatSeparateEffect } from './join-text.ts'

it('says what a join and a part do before they are asked for', () => {
  const [now, before] = [
    { name: 'ams-2', resourceId: '/new' },
    { name: 'ams', resourceId: '/old' },
  ]
  expect(formatJoinEffect(now, before)).toBe(
    'ams-2 goes on with the id, history, declarations and usage of ams. What was recorded under its own id so far goes out of sight until you part them.',
  )
  expect(formatSeparateEffect('ams-2', '/old')).toBe(
    'ams-2 gets an id of its own. What is recorded until then stays with /old, which is removed, as do its declarations.',
  )
})
