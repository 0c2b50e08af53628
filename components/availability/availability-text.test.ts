import { expect, it } from 'vitest'
import { formatServiceCredit, formatOutageSeconds } from './availability-text.ts'

it.each([
  [0, 0, '0'],
  [60, 60, '1 min 00 s'],
  [58, 122, '58 s – 2 min 02 s'],
  [0, 42.2, '0 s – 43 s'],
  [832.4, 832.4, '13 min 52 s'],
])('%d to %d s reads %s', (atLeast, atMost, words) => expect(formatOutageSeconds({ atLeast, atMost })).toBe(words))

it.each([
  [null, '–'],
  [{ atLeast: 0, atMost: 0, promised: 99.95 }, 'none'],
  [{ atLeast: 10, atMost: 10, promised: 99.95 }, '10 %'],
  [{ atLeast: 0, atMost: 25, promised: 99.95 }, '0 % – 25 %'],
])('credit %o reads %s', (credit, words) => expect(formatServiceCredit(credit)).toBe(words))
