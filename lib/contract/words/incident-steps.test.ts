import { describe, expect, it } from 'vitest'
import { budgetNames } from '../budget.ts'
import { eventKinds, getCauseOfEventKind } from '../index.ts'
import { pollOutcomes } from '../poll.ts'
import { formatBriefNextStep, listIncidentSteps, splitAdvice } from './incident-steps.ts'
import { STOPPED_POLLS_NEXT_STEP } from './stopped-polls.ts'
import { findFailedPollRemedy } from './outcome-remedies.ts'

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

  it.each(listAdvice())('keeps all of its words and has an order: %s', (advice) => {
    const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? []
    const { reason, orders, known } = splitAdvice(advice)
    const kept = words([reason, ...orders, known].join(' '))
    const lost = words(advice).filter((word) => !kept.includes(word))
    expect(lost.filter((word) => !['and', 'then'].includes(word))).toEqual([])
    if (!WITHOUT_ORDER.test(advice)) expect(orders.length).toBeGreaterThan(0)
  })
})

/** Advice that has no order, because nobody needs to do anything, or because the text only describes the state. */
const WITHOUT_ORDER = /^(?:No action is|No action for the network|Nothing is broken|The response is not)/

/** Returns the advice of every event kind and for every failed poll, each with its variants, and examples of detection. */
function listAdvice(): string[] {
  const resourceId = '/subscriptions/0-1/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/ckt'
  const failures: Parameters<typeof findFailedPollRemedy>[1][] = [
    {},
    { resourceId },
    { missingAction: 'Microsoft.Network/expressRouteCircuits/read' },
    { code: 'UNREAD_ROWS' },
    { code: 'MALFORMED_JSON' },
    ...budgetNames.map((budget) => ({ budget })),
    ...['Disabled', 'Warned', 'PastDue'].map((subscriptionState) => ({ subscriptionState })),
  ]
  const ofPolls = pollOutcomes.flatMap((outcome) =>
    failures.map((failure) => findFailedPollRemedy(outcome, failure).remedy ?? []),
  )
  const ofKinds = eventKinds.map((kind) => getCauseOfEventKind(kind).nextStep)
  const ofDetection = [
    'Give Microsoft these times: both ends are Microsoft’s, and the session of the customer’s router stayed up.',
    'No action for a single restart. If restarts continue, give Microsoft these times: both ends are Microsoft’s.',
    'The router received too many prefixes. Announce fewer prefixes, or summarise them.',
  ]
  return [...new Set([...ofKinds, ...ofPolls.flat(), ...ofDetection])].filter(Boolean)
}

describe('the steps of an incident', () => {
  const stepsOf = (...given: Parameters<typeof listIncidentSteps>) =>
    listIncidentSteps(...given).steps.map(({ kind, text }) => `${kind}: ${text}`)
  const confirm = 'confirm: Check the recovery on this page: the state is RECOVERED as soon as polls confirm it.'

  it('give the contact to the order that calls the owner', () => {
    const nextStep = "Ask Equinix for the link of this path, and check the customer router's port."
    expect(stepsOf({ owner: 'provider', ownerName: 'Equinix', nextStep }, 'now')).toEqual([
      'call: Ask Equinix for the link of this path.',
      "check: Check the customer router's port.",
      confirm,
    ])
  })

  it('end with the restart of the worker while all polls are stopped', () => {
    const cause = { owner: 'provider', ownerName: 'Equinix', nextStep: 'Ask Equinix for the link.' } as const
    expect(stepsOf(cause, 'now', { arePollsStopped: true })).toEqual([
      'call: Ask Equinix for the link.',
      `confirm: ${STOPPED_POLLS_NEXT_STEP}`,
    ])
    expect(stepsOf(cause, 'nobody', { arePollsStopped: true })).toEqual(['check: Ask Equinix for the link.'])
  })

  it('give the contact to the order that gives Microsoft the times', () => {
    const nextStep = 'Give Microsoft these times: both ends are Microsoft’s.'
    expect(stepsOf({ owner: 'microsoft', nextStep }, 'today')[0]).toBe(`call: ${nextStep}`)
  })

  it('begin with a call if the advice has none and the owner must be called', () => {
    expect(stepsOf({ owner: 'onprem', nextStep: 'Check the BGP log.' }, 'today')).toEqual([
      'call: Call the on-premises team.',
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

  it('send the text of the ticket only if the page has one for the owner', () => {
    const cause = { owner: 'provider', ownerName: 'Colt', nextStep: 'Check the VLAN.' } as const
    const callOf = (hasTicket: boolean) => listIncidentSteps(cause, 'now', { hasTicket }).steps[0]?.text
    expect(callOf(true)).toBe('Call Colt, and send the text of the ticket.')
    expect(callOf(false)).toBe('Call Colt.')
  })

  it('are only those of the advice if the incident needs nobody, and none without an order', () => {
    expect(stepsOf({ owner: 'onprem', nextStep: 'Check the BGP log.' }, 'nobody')).toEqual([
      'check: Check the BGP log.',
    ])
    expect(stepsOf({ owner: 'provider', nextStep: 'Ask Colt for the link.' }, 'nobody')).toEqual([
      'check: Ask Colt for the link.',
    ])
    expect(stepsOf({ owner: 'microsoft', nextStep: 'No action is needed.' }, 'today')).toEqual([])
  })
})

it.each([
  ['provider', 'Equinix', 'Ask Equinix for the link of this path.', 'now', 'Ask Equinix'],
  ['provider', 'Equinix', 'Ask Equinix for the link.', 'nobody', 'Ask Equinix for the link'],
  ['provider', null, 'Ask the provider who changed it.', 'now', 'Ask the provider'],
  ['microsoft', 'Equinix NOC', 'Open a support case for the gateway.', 'now', 'Ask Microsoft'],
  [
    'microsoft',
    null,
    'Wait for the end of the work; if it is not back, ask Microsoft.',
    'now',
    'Wait for the end of the work',
  ],
  ['microsoft', null, 'No action for the network, because Azure answered from a cache.', 'now', 'Open the incident'],
  ['onprem', null, 'Check the device at the far end and its Internet access.', 'now', 'Open the incident'],
  ['onprem', 'Colt NOC', 'Check the router of the neighbor.', 'now', 'Check the router of the neighbor'],
  ['own_change', 'Peerwatch’s polling', 'Polls slow down automatically.', 'now', 'Open the incident'],
  ['unknown', null, '', 'now', 'Open the incident'],
] as const)(
  'the brief step for %s (%s) with the advice “%s” (%s) is “%s”',
  (owner, ownerName, nextStep, when, step) => {
    expect(formatBriefNextStep({ owner, ownerName, nextStep }, when)).toBe(step)
  },
)
