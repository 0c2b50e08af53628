import { describe, expect, it } from 'vitest'
import type { EscalationPolicy, OnCallRotation } from '#lib/notify/api/index.ts'
import {
  createEscalationPolicyDraft,
  formatEscalationPolicy,
  validateEscalationPolicyDraft,
  validateRotationDraft,
  createRotationDraft,
  formatOnCallRotation,
  formatEscalationStep,
} from './escalation-draft.ts'

const rotation: OnCallRotation = {
  id: 'oc_1',
  name: 'Network',
  zone: 'Europe/London',
  startsOn: '2026-11-30',
  handover: '09:00',
  days: 7,
  members: ['ch_a', 'ch_b'],
  overrides: [{ channel: 'ch_b', from: '2026-12-24T08:00:00.000Z', to: '2026-12-26T08:00:00.000Z' }],
  now: null,
  next: null,
}
const named = {
  channels: [
    { id: 'ch_a', name: 'Ann', enabled: true },
    { id: 'ch_b', name: 'Ben', enabled: true },
  ],
  rotations: [rotation],
}
const policy: EscalationPolicy = {
  id: 'ep_1',
  name: 'Core',
  enabled: true,
  minSeverity: 'major',
  neededBy: 'now',
  steps: [
    { waitMinutes: 0, targets: [{ rotation: 'oc_1' }] },
    { waitMinutes: 15, targets: [{ channel: 'ch_a' }, { channel: 'ch_b' }] },
  ],
  repeat: { times: 2, afterMinutes: 30 },
}

describe('a draft', () => {
  it('of an unchanged policy is that policy', () => {
    expect(validateEscalationPolicyDraft(createEscalationPolicyDraft(policy), policy)).toEqual({ body: policy })
  })

  it('of an unchanged rotation is that rotation', () => {
    const { now: _, next: __, ...body } = rotation
    for (const zone of ['UTC', 'Asia/Kolkata'])
      expect(validateRotationDraft(createRotationDraft(rotation, zone), rotation, zone)).toEqual({ body })
  })

  it('without steps, or with a step for nobody, names the field', () => {
    expect(validateEscalationPolicyDraft({ ...createEscalationPolicyDraft(policy), steps: [] }, policy)).toEqual({
      faults: { steps: 'add a step' },
    })
    expect(validateEscalationPolicyDraft({ ...createEscalationPolicyDraft(null), name: 'x' }, null)).toEqual({
      faults: { 'steps.0.targets': 'choose a channel or a rotation' },
    })
    const steps = [{ waitMinutes: 'soon', targets: ['channel:ch_a'] }]
    expect(validateEscalationPolicyDraft({ ...createEscalationPolicyDraft(policy), steps }, policy)).toEqual({
      faults: { 'steps.0.waitMinutes': 'enter minutes' },
    })
  })

  it('of a rotation names what is wrong with zone, shift and override', () => {
    const overrides = [
      { channel: '', from: 'tomorrow', to: '2026-12-24 08:00' },
      { channel: 'ch_a', from: '2026-12-24 08:00', to: '2026-12-24 08:00' },
    ]
    const draft = { ...createRotationDraft(rotation, 'UTC'), zone: 'Mars', days: 'x', overrides }
    expect(validateRotationDraft(draft, rotation, 'UTC')).toEqual({
      faults: {
        zone: expect.any(String),
        days: 'enter days',
        'overrides.0.channel': 'choose a channel',
        'overrides.0.from': 'write it as 2026-11-20 03:12',
        'overrides.1.to': 'an override ends after it begins',
      },
    })
  })
})

it('policies and rotations are shown in words', () => {
  expect(formatEscalationPolicy(policy)).toBe(
    'major or worse · only incidents that need somebody now · repeated 2 times, 30 min after the last step',
  )
  const shown = (of: typeof named) =>
    formatEscalationStep(policy, of).map(({ words, fault }) => (fault ? `${words} (${fault})` : words))
  const both = ['at once, notify on call: Network', 'after 15 min more, notify Ann, Ben']
  const toNobody = `${both[0]} (nobody is notified now, so the next step does not wait)`
  // no shift of the rotation has begun
  expect(shown(named)).toEqual([toNobody, both[1]])
  const now = {
    channel: 'ch_a',
    isOverride: false,
    from: '2026-11-30T09:00:00.000Z',
    until: '2026-12-07T09:00:00.000Z',
  }
  const onCall = { ...named, rotations: [{ ...rotation, now }] }
  expect(shown(onCall)).toEqual(both)
  const channels = named.channels.map((channel) => ({ ...channel, enabled: channel.id === 'ch_b' }))
  expect(shown({ ...onCall, channels })).toEqual([toNobody, both[1]])
  const off = channels.map((channel) => ({ ...channel, enabled: false }))
  expect(shown({ ...onCall, channels: off })).toEqual([toNobody, `${both[1]} (nobody is notified now)`])
  expect(formatOnCallRotation(rotation, named)).toBe('weekly at 09:00 Europe/London: Ann, Ben')
})
