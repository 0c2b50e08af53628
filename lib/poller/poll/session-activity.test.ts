import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { findSessionsWithActivity } from './session-activity.ts'
import { type KnownSession, updateSourceKnowledge, EMPTY_SOURCE_KNOWLEDGE } from './known-facts.ts'

const at = (seconds: number, more: Partial<KnownSession> = {}): KnownSession => ({
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  asn: 12076,
  established: true,
  azureState: 'Connected',
  prefixesReceived: 50,
  messagesReceived: null,
  readAt: seconds * MS_PER_SECOND,
  lastMessage: null,
  ...more,
})
/** Returns for each sample whether it shows activity (1 or 0). */
function active(samples: KnownSession[]): number[] {
  let knowledge = EMPTY_SOURCE_KNOWLEDGE
  return samples.map((sample) => {
    const { length } = findSessionsWithActivity(knowledge, [sample])
    knowledge = updateSourceKnowledge(knowledge, [sample])
    return length
  })
}
const runningSums = (numbers: number[]): number[] => {
  let sum = 0
  return numbers.map((n) => (sum += n))
}
const counting = (every: number, messages: number[]) =>
  messages.map((n, i) => at(i * every, { messagesReceived: BigInt(n) }))

describe('a session has activity', () => {
  it.each<[string, KnownSession[], number[]]>([
    ['never while nothing moves', [at(0), at(60), at(120)], [0, 0, 0]],
    ['when its state changes', [at(0), at(60, { established: false, azureState: 'Connecting' })], [0, 1]],
    [
      'when its number of prefixes changes',
      [at(0), at(60, { prefixesReceived: 49 }), at(120, { prefixesReceived: 49 })],
      [0, 1, 0],
    ],
    ['not for one keepalive a minute', counting(60, [5, 6, 7, 8]), [0, 0, 0, 0]],
    ['when it says more than keepalives', counting(60, [5, 6, 9, 10]), [0, 0, 1, 0]],
    ['not for two keepalives a minute, which jitter allows', counting(60, [5, 6, 8, 9, 11, 12]), [0, 0, 0, 0, 0, 0]],
    ['when it says something between two keepalives', counting(20, [5, 6, 6, 6, 7, 8, 8]), [0, 0, 0, 0, 0, 1, 0]],
    ['when it speaks after a long silence', counting(60, [5, 5, 5, 5, 6]), [0, 0, 0, 0, 1]],
    ['when its counter falls', counting(60, [500, 501, 2]), [0, 0, 1]],
  ])('%s', (_, samples, expected) => expect(active(samples)).toEqual(expected))

  it('never by keepalives of RFC 4271 section 10 alone, however they and the polls fall', () => {
    const gaps = (min: number, max: number, length: number) =>
      fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length })
    fc.assert(
      fc.property(gaps(45, 60, 60), gaps(5, 130, 20), (keepalives, polls) => {
        const arrivals = runningSums(keepalives)
        const samples = runningSums(polls).map((seconds) =>
          at(seconds, { messagesReceived: BigInt(arrivals.filter((arrival) => arrival <= seconds).length) }),
        )
        expect(active(samples)).toEqual(samples.map(() => 0))
      }),
    )
  })

  it('when it is new beside others', () => {
    const knowledge = updateSourceKnowledge(EMPTY_SOURCE_KNOWLEDGE, [at(0)])
    expect(findSessionsWithActivity(knowledge, [at(60), at(60, { neighbor: '10.0.4.5' })])).toHaveLength(1)
  })
})
