import { describe, expect, it } from 'vitest'
import type { PollOutcome, PollError } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { AzureIdentityChooser, type IdentitySelectionQuery } from './identity-choice.ts'

const all = (name: string) => ({ name, subscriptionIds: '*' as const })
const peers: IdentitySelectionQuery = { subscriptionId: 's', about: 'peers', side: 'writes', spread: true }
const stats: IdentitySelectionQuery = { ...peers, about: 'stats', side: 'reads' }

function choiceOf(...names: string[]) {
  let at = 0
  const choice = new AzureIdentityChooser(names.map(all), () => at)
  const named = (question: IdentitySelectionQuery) => choice.inTurn(question).map(({ name }) => name)
  const answer = (name: string, outcome: PollOutcome, error: Partial<PollError> = {}, question = peers) => {
    const identity = choice.named(name)
    if (!identity) throw new Error(`there is no ${name}`)
    const whole = { code: '', detail: '', httpStatus: null, retryAfterSeconds: null, missingAction: null, ...error }
    return choice.answered(identity, question, { outcome, error: outcome === 'ok' ? null : whole })
  }
  return { choice, named, answer, pass: (ms: number) => (at += ms) }
}

describe('identities', () => {
  it('take turns, for reads and for writes apart', () => {
    const { named } = choiceOf('a', 'b', 'c')
    const firsts = (question: IdentitySelectionQuery) => Array.from({ length: 6 }, () => named(question)[0])
    expect(firsts(peers)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
    expect(firsts(stats)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
    expect(firsts({ ...peers, spread: false })).toEqual(['a', 'a', 'a', 'a', 'a', 'a'])
  })

  it.each<[string, PollOutcome, Partial<PollError>, IdentitySelectionQuery[], IdentitySelectionQuery[], number]>([
    ['a right', 'forbidden', {}, [peers], [stats, { ...peers, about: 'arp' }, { ...peers, subscriptionId: 't' }], 5],
    [
      'a subscription',
      'not_found',
      { code: 'SubscriptionNotFound' },
      [peers, stats],
      [{ ...peers, subscriptionId: 't' }],
      5,
    ],
    ['a token', 'unauthorized', {}, [peers, stats, { ...peers, subscriptionId: 't' }], [], 0.5],
    ['a sign-in service', 'timeout', { code: 'TOKEN_TIMEOUT' }, [peers, { ...stats, subscriptionId: 't' }], [], 0.5],
    ['ARM’s writes', 'throttled', { budget: 'arm.writes', retryAfterSeconds: 17 }, [peers], [stats], 17 / 60],
    // a long-running operation is followed by read requests
    ['ARM’s reads', 'throttled', { budget: 'arm.reads' }, [peers, stats], [{ ...stats, subscriptionId: 't' }], 1 / 6],
  ])('without %s are passed over for what that refuses, and for so long', (_, outcome, error, over, asked, minutes) => {
    const { named, answer, pass } = choiceOf('a', 'b')
    expect(answer('a', outcome, error)).toBe(true)
    for (const question of over) expect(named(question)).toEqual(['b'])
    for (const question of asked) expect(named(question).toSorted()).toEqual(['a', 'b'])
    pass(minutes * MS_PER_MINUTE - 1)
    for (const question of over) expect(named(question)).toEqual(['b'])
    pass(2)
    for (const question of over) expect(named(question).toSorted()).toEqual(['a', 'b'])
  })

  it.each<[string, PollOutcome, Partial<PollError>]>([
    ['the network provider', 'throttled', { budget: 'network.writes' }],
    ['a lock', 'locked', {}],
    ['a resource that is gone', 'not_found', { code: 'ResourceNotFound' }],
    ['a fault of Azure’s', 'unavailable', {}],
  ])('are not at fault for %s', (_, outcome, error) => {
    const { choice, named, answer } = choiceOf('a', 'b')
    expect(answer('a', outcome, error)).toBe(false)
    expect(named(peers)).toHaveLength(2)
    expect(choice.refusals(peers)).toEqual([])
  })

  it('that all are refused are asked one at a time, whoever may be answered first', () => {
    const { named, answer, pass } = choiceOf('a', 'b')
    answer('a', 'forbidden')
    pass(MS_PER_MINUTE)
    answer('b', 'forbidden')
    expect(named(peers)).toEqual(['a'])
    pass(4 * MS_PER_MINUTE + 1)
    expect(named(peers)).toEqual(['a'])
    // the second refusal in a row doubles the wait
    answer('a', 'forbidden')
    pass(MS_PER_MINUTE)
    expect(named(peers)).toEqual(['b'])
  })

  it('are named with what they lack until they are answered, and not for an empty bucket', () => {
    const { choice, answer, pass } = choiceOf('a', 'b')
    answer('a', 'forbidden', { code: 'AuthorizationFailed', missingAction: 'x/action' })
    answer('b', 'throttled', { budget: 'arm.writes' })
    pass(60 * MS_PER_MINUTE)
    expect(choice.refusals(peers)).toEqual([
      { identity: 'a', outcome: 'forbidden', code: 'AuthorizationFailed', missingAction: 'x/action' },
    ])
    expect(choice.refusals(stats)).toEqual([])
    answer('a', 'ok')
    expect(choice.refusals(peers)).toEqual([])
  })

  it('that are alone are asked whatever they were refused with', () => {
    const { named, answer } = choiceOf('a')
    expect(answer('a', 'unauthorized')).toBe(false)
    expect(named(peers)).toEqual(['a'])
  })
})

it('a subscription is asked for by those that name it, and by those that saw it', () => {
  const choice = new AzureIdentityChooser([all('a'), { name: 'b', subscriptionIds: ['S'] }, all('c')], () => 0)
  const of = (id: string) => choice.of(id).map(({ name }) => name)
  expect(of('s')).toEqual(['a', 'b', 'c'])
  const [a] = choice.all
  if (!a) throw new Error('there are three')
  choice.sees(a, ['T'])
  expect(of('s')).toEqual(['b', 'c'])
  expect(of('t')).toEqual(['a', 'c'])
})
