import { expect, it } from 'vitest'
import { progressWords } from './n2-words.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const startedAt = new Date(T0).toISOString()

it.each([
  [{ state: 'queued', done: 0, all: null, startedAt: null }, 'waiting for a worker'],
  [{ state: 'running', done: 0, all: null, startedAt }, 'reading the tables, 20 s'],
  [{ state: 'running', done: 0, all: 1_225, startedAt }, '0 of 1,225 pairs, 20 s'],
  [{ state: 'running', done: 400, all: 1_200, startedAt }, '400 of 1,200 pairs, 20 s, about 40 s left'],
] as const)('a run says how far it is and how long it still takes: %o', (run, words) => {
  expect(progressWords(run, T0 + 20_000)).toBe(words)
})
