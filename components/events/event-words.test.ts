import { expect, it } from 'vitest'
import type { Event } from '#lib/contract/index.ts'
import { eventStatus } from './event-words.ts'

type Shown = Parameters<typeof eventStatus>[0]
const word = (kind: Event['kind'], rest: Partial<Shown> = {}) =>
  eventStatus({ kind, severity: 'major', endedBetween: null, flags: [], ...rest }).word

it.each([
  {
    name: 'what became of a site',
    word: word('site_state_changed', { flags: ['from:reachable', 'to:on_backup'] }),
    is: 'SITE ON BACKUP',
  },
  { name: 'a site without a known state', word: word('site_state_changed'), is: 'SITE STATE CHANGED' },
  { name: 'any other kind by its name', word: word('circuit_down', { flags: ['to:on_backup'] }), is: 'CIRCUIT DOWN' },
])('$name is the word of an event', ({ word, is }) => expect(word).toBe(is))
