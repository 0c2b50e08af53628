import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { databaseQueryFunctions } from './testing/questions-by-source.ts'

/** Exports that do not query the database. */
const pure = new Set([
  'addUsageSourceDifferences',
  'buildStoredPollKey',
  'compareUnchangedPoll',
  'computeBucketEnd',
  'computeBucketStart',
  'computeEventId',
  'computePaceAfter',
  'computeShortHash',
  'computeShortId',
  'computeUsualIntervalMs',
  'countBuckets',
  'createSeriesKeyBuilder',
  'getLastRouteTableDigest',
  'getReaderAudience',
  'getSharedIds',
  'computePollDigest',
  'registerDatabaseTables',
])

const isClass = (value: object) => Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
const questions = Object.entries(databaseQueryFunctions).flatMap(([name, value]) =>
  typeof value === 'function' && !isClass(value) && !pure.has(name) ? [name] : [],
)

const LIB = `${import.meta.dirname}/..`
const tests: string[] = []
for await (const file of glob(['history/**/*.db.test.ts', '*/store/**/*.db.test.ts'], { cwd: LIB })) {
  tests.push(readFileSync(`${LIB}/${file}`, 'utf8'))
}

describe('every question of history and of a room’s store is asked in a database test beside it', () => {
  it.each(questions)('%s', (name) => {
    // the name must occur twice: once in the import, once in a call
    const isAsked = (source: string) => (source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
    expect(tests.some(isAsked)).toBe(true)
  })
})
