import { describe, expect, it } from 'vitest'
import { eventKinds, getCauseOfEventKind } from '../index.ts'
import { listIncidentSteps, splitAdvice } from './incident-steps.ts'

describe('the advice for a cause', () => {
  it.each([
    [
      "Ask Equinix for the link of this path, and check the customer router's port. Known: Microsoft's port LON-1. Not known: ARP.",
      {
        reason: '',
        orders: ['Ask Equinix for the link of this path.', "Check the customer router's port."],
        known: "Microsoft's port LON-1. Not known: ARP.",
      },
    ],
    [
      'Sessions stayed up: ask the operator of the customer router for changes.',
      { reason: 'Sessions stayed up.', orders: ['Ask the operator of the customer router for changes.'], known: '' },
    ],
    [
      'Layer 2 works, but BGP does not. Check the BGP log. Not known: ARP.',
      { reason: 'Layer 2 works, but BGP does not.', orders: ['Check the BGP log.'], known: 'Not known: ARP.' },
    ],
    [
      'Check VLAN with Colt. The link of the primary path works: ARP. If the settings are right, ask Microsoft. BGP is run by Colt: ask there.',
      {
        reason: '',
        orders: [
          'Check VLAN with Colt. The link of the primary path works: ARP.',
          'If the settings are right, ask Microsoft. BGP is run by Colt: ask there.',
        ],
        known: '',
      },
    ],
    [
      'Ask St. James Telecom about work; if it is over, ask Microsoft.',
      { reason: '', orders: ['Ask St. James Telecom about work.', 'If it is over, ask Microsoft.'], known: '' },
    ],
    ['No action is needed.', { reason: 'No action is needed.', orders: [], known: '' }],
    ['', { reason: '', orders: [], known: '' }],
  ])('%s', (advice, parts) => expect(splitAdvice(advice)).toMatchObject(parts))

  it('of every event kind keeps all of its words', () => {
    const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? []
    for (const kind of eventKinds) {
      const { nextStep } = getCauseOfEventKind(kind)
      const { reason, orders, known } = splitAdvice(nextStep)
      const kept = words([reason, ...orders, known].join(' '))
      const lost = words(nextStep).filter((word) => !kept.includes(word))
      expect(
        lost.filter((word) => !['and', 'then'].includes(word)),
        kind,
      ).toEqual([])
      if (!/^(?:No action|Both sides)/.test(nextStep)) expect(orders.length, nextStep).toBeGreaterThan(0)
    }
  })
})

describe('the steps of an incident', () => {
  const stepsOf = (...given: Parameters<typeof listIncidentSteps>) =>
    listIncidentSteps(...given).steps.map(({ kind, text }) => `${kind}: ${text}`)
  const confirm = 'check: Check the recovery on this page: the state is RECOVERED as soon as polls confirm it.'

  it('give the contact to the order that calls the owner', () => {
    const nextStep = "Ask Equinix for the link of this path, and check the customer router's port."
    expect(stepsOf({ owner: 'provider', ownerName: 'Equinix', nextStep }, 'now')).toEqual([
      'call: Ask Equinix for the link of this path.',
      "check: Check the customer router's port.",
      confirm,
    ])
  })

  it('begin with a call if the advice has none and the owner must be called', () => {
    expect(stepsOf({ owner: 'onprem', nextStep: 'Check the BGP log.' }, 'today')).toEqual([
      'call: Call the on-premises team, and send the text of the ticket.',
      'check: Check the BGP log.',
      confirm,
    ])
    const other = 'Check the VLAN. If the settings are right, ask Microsoft about its side.'
    expect(stepsOf({ owner: 'onprem', nextStep: other }, 'today')[0]).toContain('call: Call the on-premises team')
    expect(stepsOf({ owner: 'own_change', nextStep: 'Ask kim@contoso.com about the change.' }, 'today')).toEqual([
      'check: Ask kim@contoso.com about the change.',
      confirm,
    ])
  })

  it('are only those of the advice if the incident needs nobody, and none without an order', () => {
    expect(stepsOf({ owner: 'onprem', nextStep: 'Check the BGP log.' }, 'nobody')).toEqual([
      'check: Check the BGP log.',
    ])
    expect(stepsOf({ owner: 'microsoft', nextStep: 'No action is needed.' }, 'today')).toEqual([])
  })
})
