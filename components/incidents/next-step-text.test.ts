import { expect, it } from 'vitest'
import { formatNextStep } from './next-step-text.ts'
import { testIncident, testMinuteIso } from './testing.ts'

const open = { state: 'open', endedBetween: null, closedAt: null } as const
const today = { when: 'today', reason: 'all 5 prefixes moved, but it was not announced' } as const

it('names the advice before the reason of the urgency, because rows shorten the text', () => {
  expect(formatNextStep(testIncident({ ...open, needsYou: today }))).toBe(
    'Needs you today. Ask Equinix for the link of this path. Why today: all 5 prefixes moved, but it was not announced.',
  )
})

it('names the reason first if no person must act, no cause is known yet, or no advice exists', () => {
  const nobody = { when: 'nobody', reason: 'it was announced' } as const
  expect(formatNextStep(testIncident({ ...open, needsYou: nobody }))).toBe(
    'Needs nobody: it was announced. Ask Equinix for the link of this path.',
  )
  const need = 'Needs you today: all 5 prefixes moved, but it was not announced.'
  expect(formatNextStep(testIncident({ ...open, needsYou: today, diagnosing: true }))).toBe(
    `${need} Diagnosing: waiting for polls newer than its start.`,
  )
  expect(formatNextStep(testIncident({ ...open, needsYou: today, cause: null }))).toMatch(`${need} `)
  const recovered = testIncident({ state: 'open', endedBetween: [testMinuteIso(8), testMinuteIso(9)] })
  expect(formatNextStep(recovered)).toBe('Needs nobody: it is over.')
})
