import { expect, it } from 'vitest'
import { pollsWords } from './polls-words.ts'

type Poll = Parameters<typeof pollsWords>[0][number]
const fresh: Poll = { state: 'fresh', error: null, lastOutcome: 'ok' }
const unpolled: Poll = { state: 'never', error: null, lastOutcome: 'not_polled' }
const error = { code: 'AuthorizationFailed' } as NonNullable<Poll['error']>
const refused: Poll = { state: 'never', error, lastOutcome: 'forbidden' }
const of = (count: number, poll: Poll) => Array.from({ length: count }, () => poll)

it.each<[string, Poll[]]>([
  ['1 poll, all current.', [fresh]],
  ['48 polls: 1 not polled yet.', [unpolled, ...of(47, fresh)]],
  ['48 polls: 1 failing, 2 not polled yet.', [refused, ...of(2, unpolled), ...of(45, fresh)]],
  ['4 polls: 1 stale, 1 late.', [{ ...fresh, state: 'stale' }, { ...fresh, state: 'late' }, ...of(2, fresh)]],
])('%s', (words, polls) => expect(pollsWords(polls)).toBe(words))
