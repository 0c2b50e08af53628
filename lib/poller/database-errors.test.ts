import { expect, it } from 'vitest'
import { willPass } from './database-errors.ts'

const failure = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {})

it.each<[Error, boolean]>([
  [failure('terminating connection due to administrator command', '57P01'), true],
  [failure('the database system is starting up', '57P03'), true],
  [failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'), true],
  [new AggregateError([failure('connect', 'ECONNREFUSED')]), true],
  [failure('Connection terminated unexpectedly'), true],
  [failure('timeout exceeded when trying to connect'), true],
  [failure('deadlock detected', '40P01'), true],
  [failure('sorry, too many clients already', '53300'), true],
  [failure('could not extend file "base/1/2": No space left on device', '53100'), true],
  [failure('cannot execute INSERT in a read-only transaction', '25006'), true],
  [failure('duplicate key value violates unique constraint', '23505'), false],
  [failure('conflicting key value violates exclusion constraint', '23P01'), false],
  [failure('invalid input syntax for type inet', '22P02'), false],
  [new TypeError('x is not a function'), false],
])('%s: %s', (error, expected) => expect(willPass(error)).toBe(expected))
