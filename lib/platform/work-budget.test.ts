import { expect, it } from 'vitest'
import { TextLimitError, visitJson, TextProcessingLimiter } from './work-budget.ts'

const limits = { steps: { max: 3, message: 'more than 3 steps: send less' }, depth: { max: 1, message: 'too deep' } }

it('a budget takes as much as its limit, and counts each kind separately', () => {
  const budget = new TextProcessingLimiter(limits)
  budget.spend('steps', 3)
  budget.check('depth', 1)
  expect(() => budget.check('depth', 2)).toThrow(new TextLimitError('too deep'))
  expect(() => budget.spend('steps')).toThrow(new TextLimitError('more than 3 steps: send less'))
})

it('a budget throws the error of its parser', () => {
  class OwnError extends Error {}
  expect(() => new TextProcessingLimiter(limits, OwnError).spend('steps', 4)).toThrow(OwnError)
})

it('JSON is visited to any depth', () => {
  const seen: (string | number)[] = []
  visitJson(JSON.parse('{"a":["b",{"c":1}]}'), {
    onDepth: (depth) => seen.push(depth),
    onKey: (key) => seen.push(key),
    onText: (text) => seen.push(text),
  })
  expect(seen).toEqual([1, 'a', 2, 3, 'c', 'b'])
  let deepest = 0
  visitJson(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), {
    onDepth: (depth) => {
      deepest = depth
    },
  })
  expect(deepest).toBe(100_000)
})
