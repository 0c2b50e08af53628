import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as history from './index.ts'

/** What is exported and asks the database nothing. */
const pure = new Set([
  'addDifferences',
  'bucketCount',
  'bucketEnd',
  'bucketStart',
  'eventIdOf',
  'paceAfter',
  'quietPoll',
  'seriesKeys',
  'shortHash',
  'shortIdOf',
  'statementsVersion',
  'usualIntervalMs',
])

const isClass = (value: object) => Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
const questions = Object.entries(history).flatMap(([name, value]) =>
  typeof value === 'function' && !isClass(value) && !pure.has(name) ? [name] : [],
)

const tests: string[] = []
for await (const file of glob('**/*.db.test.ts', { cwd: import.meta.dirname })) {
  tests.push(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
}

describe('every question of history is asked in a database test beside it', () => {
  it.each(questions)('%s', (name) => {
    // once where it is imported, once where it is called
    const isAsked = (source: string) => (source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
    expect(tests.some(isAsked)).toBe(true)
  })
})
