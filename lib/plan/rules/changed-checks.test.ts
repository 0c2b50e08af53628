import { describe, expect, it } from 'vitest'
import type { CheckWithoutExemption } from '#lib/resilience/rules/index.ts'
import { findChangedChecks } from './changed-checks.ts'

const check = (
  id: string,
  found: CheckWithoutExemption['found'],
  severity: CheckWithoutExemption['severity'] = 'minor',
): CheckWithoutExemption =>
  ({
    id,
    kind: 'two_locations',
    name: id,
    scope: 'er',
    resourceId: '/er',
    subject: 'er',
    found,
    severity,
    reason: '',
    evidence: [],
    remedy: '',
    source: '',
    command: null,
  }) as CheckWithoutExemption

const outcome = (before: CheckWithoutExemption['found'] | null, after: CheckWithoutExemption['found'] | null) => {
  const { checks, mended } = findChangedChecks(
    before === null ? [] : [check('a', before)],
    after === null ? [] : [check('a', after)],
  )
  return [checks.length, mended.length]
}

describe('a check whose result a plan changes', () => {
  it.each<
    [
      before: CheckWithoutExemption['found'] | null,
      after: CheckWithoutExemption['found'] | null,
      worse: number,
      mended: number,
    ]
  >([
    ['pass', 'pass', 0, 0],
    ['pass', 'fail', 1, 0],
    ['pass', 'unknown', 1, 0],
    ['fail', 'fail', 0, 0],
    ['fail', 'pass', 0, 1],
    // a result that is neither certainly better nor certainly worse
    ['fail', 'unknown', 0, 0],
    ['unknown', 'fail', 1, 0],
    ['unknown', 'pass', 0, 0],
    ['unknown', 'unknown', 0, 0],
    // the plan creates the subject
    [null, 'pass', 0, 0],
    [null, 'fail', 1, 0],
    [null, 'unknown', 1, 0],
    // the plan deletes the subject
    ['fail', null, 0, 0],
    ['pass', null, 0, 0],
  ])('%s to %s', (before, after, worse, mended) => {
    expect(outcome(before, after)).toEqual([worse, mended])
  })
})

it('failures come before the unknown, and severe ones first', () => {
  const after = [
    check('unknown critical', 'unknown', 'critical'),
    check('minor', 'fail', 'minor'),
    check('unknown minor', 'unknown', 'minor'),
    check('critical', 'fail', 'critical'),
  ]
  expect(findChangedChecks([], after).checks.map(({ id }) => id)).toEqual([
    'critical',
    'minor',
    'unknown critical',
    'unknown minor',
  ])
})

it('names the result before and after', () => {
  const { checks } = findChangedChecks([check('a', 'unknown')], [check('a', 'fail')])
  expect(checks).toMatchObject([{ id: 'a', before: 'unknown', after: 'fail' }])
})
