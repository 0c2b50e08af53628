import { expect, it } from 'vitest'
import { type DatabaseFailure, classifyDatabaseFailure, isTemporaryFailure } from './database-failure.ts'

const failure = (message: string, code?: string, more = {}) =>
  Object.assign(new Error(message), code ? { code } : {}, more)

it.each<[Error, DatabaseFailure | null]>([
  [failure('terminating connection due to administrator command', '57P01'), 'away'],
  [failure('the database system is starting up', '57P03'), 'away'],
  [failure('terminating connection due to idle-in-transaction timeout', '25P03'), 'away'],
  [failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'), 'away'],
  [failure('connect ENOENT /run/postgresql/.s.PGSQL.5432', 'ENOENT', { syscall: 'connect' }), 'away'],
  [failure('no such file or directory, open x', 'ENOENT', { syscall: 'open' }), null],
  [new AggregateError([failure('connect', 'ECONNREFUSED')]), 'away'],
  [failure('Connection terminated unexpectedly'), 'away'],
  [failure('Connection terminated due to connection timeout'), 'away'],
  [failure('Query read timeout'), 'away'],
  [failure('timeout exceeded when trying to connect'), 'pool_exhausted'],
  [failure('deadlock detected', '40P01'), 'conflict'],
  [failure('could not serialize access due to concurrent update', '40001'), 'conflict'],
  [failure('sorry, too many clients already', '53300'), 'out_of_resources'],
  [failure('could not extend file "base/1/2": No space left on device', '53100'), 'disk_full'],
  [failure('cannot execute INSERT in a read-only transaction', '25006'), 'read_only'],
  [failure('canceling statement due to statement timeout', '57014'), 'timed_out'],
  [failure('duplicate key value violates unique constraint', '23505'), null],
  [failure('conflicting key value violates exclusion constraint', '23P01'), null],
  [failure('invalid input syntax for type inet', '22P02'), null],
  // the data in an error message can contain the texts of the driver's errors
  [failure('invalid input syntax for type inet: "connection terminated"', '22P02'), null],
  [new TypeError('x is not a function'), null],
])('%s is %s', (error, expected) => {
  expect(classifyDatabaseFailure(error)).toBe(expected)
  expect(isTemporaryFailure(error)).toBe(expected !== null && expected !== 'timed_out')
})
