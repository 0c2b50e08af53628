import { describe, expect, it } from 'vitest'
import { MISSING_PROOF_URL_MESSAGE } from '#lib/notify/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { AlertingProofRound } from '../store/proof.ts'
import { judgeAlertingProof } from './judge-alerting-proof.ts'

type ProofFacts = Parameters<typeof judgeAlertingProof>[0]

const NOW = Date.UTC(2026, 10, 27, 4)
const EVERY = 10 * MS_PER_MINUTE

const round = (ago: number, more: Partial<AlertingProofRound> = {}): AlertingProofRound => ({
  id: `proof_${ago}`,
  startedAt: NOW - ago,
  step: 'receive',
  endedAt: NOW - ago + 2 * MS_PER_SECOND,
  error: null,
  ...more,
})
const failed = (ago: number) => round(ago, { step: 'detect', error: 'no incident' })
const unset = (ago: number) => round(ago, { step: 'deliver', error: MISSING_PROOF_URL_MESSAGE })
const open = (ago: number) => round(ago, { step: 'deliver', endedAt: null })

const facts = (rounds: AlertingProofRound[], more: Partial<ProofFacts> = {}): ProofFacts => ({
  now: NOW,
  everyMs: EVERY,
  rounds,
  proved: rounds.find(({ error, endedAt }) => error === null && endedAt !== null) ?? null,
  writes: true,
  evaluates: true,
  isReceived: true,
  watchingSince: NOW - 100 * EVERY,
  ...more,
})

describe('alerting', () => {
  it.each<[string, ProofFacts, string, string | null]>([
    ['was proved', facts([round(4 * MS_PER_MINUTE)]), 'proved', null],
    ['is being proved again', facts([open(30 * MS_PER_SECOND), round(EVERY)]), 'proved', null],
    ['is proved by nobody', facts([], { everyMs: null }), 'off', null],
    ['is proved for the first time', facts([open(30 * MS_PER_SECOND)]), 'pending', null],
    ['failed once, while all started', facts([failed(MS_PER_MINUTE)]), 'pending', null],
    ['failed twice, and never was proved', facts([failed(MS_PER_MINUTE), failed(EVERY)]), 'broken', 'detect'],
    ['fails since', facts([failed(MS_PER_MINUTE), round(EVERY)]), 'broken', 'detect'],
    ['stopped in the middle', facts([open(3 * MS_PER_MINUTE), round(EVERY)]), 'broken', 'deliver'],
    ['is sent nowhere', facts([unset(MS_PER_MINUTE)]), 'unset', null],
    ['is sent nowhere since', facts([unset(MS_PER_MINUTE), round(EVERY)]), 'unset', null],
    ['was sent nowhere, and then no more', facts([unset(21 * MS_PER_MINUTE)]), 'broken', 'worker'],
    ['has no worker', facts([round(21 * MS_PER_MINUTE)]), 'broken', 'worker'],
    ['never had one', facts([]), 'broken', 'worker'],
    [
      'was never seen, by a web that has just started',
      facts([], { watchingSince: NOW - MS_PER_MINUTE }),
      'pending',
      null,
    ],
    ['has a database that takes nothing', facts([round(MS_PER_MINUTE)], { writes: false }), 'broken', 'database'],
    ['has nobody who decides', facts([round(MS_PER_MINUTE)], { evaluates: false }), 'broken', 'decide'],
    ['has a clock that was set back', facts([round(-2 * 60 * MS_PER_MINUTE)]), 'broken', 'clock'],
  ])('%s', (_, given, state, step) => {
    expect(judgeAlertingProof(given)).toMatchObject({ state, step })
  })

  it.each([
    ['proved', facts([round(4 * MS_PER_MINUTE)], { isReceived: false }), 'Alerting reaches nobody: add a channel'],
    ['not proved', facts([], { everyMs: null, isReceived: false }), 'Alerting reaches nobody: add a channel'],
    [
      'broken',
      facts([failed(MS_PER_MINUTE), round(EVERY)], { isReceived: false }),
      'ALERTING BROKEN: no incident is raised',
    ],
  ])('that no channel receives is not said to be %s', (_, given, words) => {
    expect(judgeAlertingProof(given)).toMatchObject({ words, isReceived: false })
  })

  it('says it in a few words', () => {
    expect(judgeAlertingProof(facts([round(4 * MS_PER_MINUTE)])).words).toBe('Alerting proved 3 min ago')
    expect(judgeAlertingProof(facts([failed(MS_PER_MINUTE), round(EVERY)])).words).toBe(
      'ALERTING BROKEN: no incident is raised',
    )
  })
})
