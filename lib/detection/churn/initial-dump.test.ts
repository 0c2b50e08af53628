import { describe, expect, it } from 'vitest'
import { labelInitialDump, type SessionMoment } from './index.ts'
import { MINUTE, moved, SECOND } from './testing.ts'

const up: SessionMoment = {
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  at: { lo: 9.5 * MINUTE, hi: 9.6 * MINUTE },
}
/** A poll of the table each minute, two seconds long. */
const polls = Array.from({ length: 20 }, (_, i) => ({ lo: i * MINUTE, hi: i * MINUTE + 2 * SECOND }))
const seenBy = (poll: number) => moved(poll * MINUTE + 2 * SECOND, null, [65001])

describe('initial dump', () => {
  it.each([
    { rule: 'the poll before the session came up', poll: 9, label: false },
    { rule: 'the first poll after it', poll: 10, label: true },
    { rule: 'the second poll after it', poll: 11, label: true },
    { rule: 'the third poll after it', poll: 12, label: false },
  ])('seen by $rule: $label', ({ poll, label }) => {
    const change = seenBy(poll)
    expect(labelInitialDump([change], [up], polls)).toEqual([{ change, initialDump: label }])
  })

  it.each([
    { rule: 'from another neighbor', fields: { peer: '10.0.4.5' }, label: false },
    { rule: 'at another instance', fields: { instance: '10.0.4.13' }, label: false },
    { rule: 'of a path table, which names neither', fields: { peer: null, instance: null }, label: true },
  ])('a route $rule: $label', ({ fields, label }) =>
    expect(labelInitialDump([{ ...seenBy(10), ...fields }], [up], polls)[0]?.initialDump).toBe(label),
  )

  it('a poll that was under way as the session came up does not count as one after it', () => {
    const during = { ...up, at: { lo: 10 * MINUTE, hi: 10 * MINUTE + SECOND } }
    const labels = [10, 11, 12, 13].map((poll) => labelInitialDump([seenBy(poll)], [during], polls)[0]?.initialDump)
    expect(labels).toEqual([true, true, true, false])
  })

  it('goes on while the second poll has not come', () => {
    expect(labelInitialDump([seenBy(10)], [up], polls.slice(0, 11))[0]?.initialDump).toBe(true)
  })

  it('failed polls between do not end it: only good ones count', () => {
    const good = polls.filter((_, index) => index < 10 || index > 14)
    expect([15, 16, 17].map((poll) => labelInitialDump([seenBy(poll)], [up], good)[0]?.initialDump)).toEqual([
      true,
      true,
      false,
    ])
  })

  it('the order of the polls is no argument', () => {
    expect(
      [11, 12].map((poll) => labelInitialDump([seenBy(poll)], [up], [...polls].reverse())[0]?.initialDump),
    ).toEqual([true, false])
  })

  it('without a session event nothing is labelled', () => {
    expect(labelInitialDump([seenBy(10)], [], polls)[0]?.initialDump).toBe(false)
  })
})
