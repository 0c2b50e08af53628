import { budgetNames } from '../budget.ts'
import { describe, expect, it } from 'vitest'
import { causeOwners } from '../events/cause.ts'
import { pollOutcomes } from '../poll.ts'
import {
  formatCauseCertainty,
  formatCauseClass,
  findCauseOwnerName,
  formatCauseOwnerWithConfidence,
  getFailedPollOwner,
  formatPollOutcome,
  formatCauseOwnerLabel,
  formatCauseOwner,
  findFailedPollRemedy,
} from './index.ts'

it.each([
  ['provider_or_customer_link', 'provider or customer link'],
  ['customer_bgp', 'customer BGP'],
  ['onprem_policy_change', 'on-premises policy change'],
  ['msee_device', 'MSEE device'],
  ['unknown_cause', 'unknown'],
])('the cause %s is %s', (name, words) => {
  expect(formatCauseClass(name)).toBe(words)
})

it.each(causeOwners)('the owner %s has a label that its words contain', (owner) => {
  expect(formatCauseOwner(owner).toLowerCase()).toContain(formatCauseOwnerLabel(owner).toLowerCase())
})

it.each([
  ['collector_throttled', 'own_change', 'Peerwatch’s polling, certain'],
  ['configuration_change', 'own_change', 'Your change, certain'],
  ['provider_outage', 'provider', 'Equinix, certain'],
  ['collector_throttled', 'unknown', 'Unknown'],
  ['collector_forbidden', 'own_change', 'your administrators’ change, certain'],
  ['collector_unauthorized', 'own_change', 'Peerwatch’s identity, certain'],
  ['collector_unavailable', 'microsoft', 'Microsoft, certain'],
  ['collector_unavailable', 'unknown', 'the connection to Azure'],
  ['collector_locked', 'unknown', 'an operation in Azure'],
  ['collector_constructor', 'own_change', 'Your change, certain'],
  ['own_operation', 'own_change', 'Peerwatch’s operator, certain'],
  ['clock_step', 'own_change', 'Peerwatch’s machine, certain'],
] as const)('a cause %s of %s is owned by %s', (name, owner, words) => {
  expect(formatCauseOwnerWithConfidence(owner, findCauseOwnerName({ class: name, owner }, 'Equinix'), 1)).toBe(words)
})

it.each([
  [1, 'certain'],
  [0.9, 'likely'],
  [0.7, 'likely'],
  [0.6, 'possible'],
  [0, ''],
])('a confidence of %d has one word on every page and in every message: %s', (confidence, word) => {
  expect(formatCauseCertainty(confidence)).toBe(word)
  expect(formatCauseOwnerWithConfidence('provider', 'Equinix', confidence)).toBe(
    ['Equinix', word].filter(Boolean).join(', '),
  )
})

describe('the remedy of', () => {
  const resourceId = '/subscriptions/0-1/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/ckt'

  it('of a subscription that is not in order come from its own state, or from the refusal alone', () => {
    const refused = { code: 'ReadOnlyDisabledSubscription' }
    const disabled = findFailedPollRemedy('unavailable', refused).remedy
    expect(disabled).toMatch(/disabled and read-only.*enable the subscription again/)
    expect(getFailedPollOwner('unavailable', { ...refused, httpStatus: 409 })).toBe('own_change')
    for (const outcome of ['forbidden', 'unavailable'] as const)
      expect(findFailedPollRemedy(outcome, { subscriptionState: 'Disabled' }).remedy).toBe(disabled)
    expect(findFailedPollRemedy('unavailable', { subscriptionState: 'PastDue' }).remedy).toMatch(/payment outstanding/)
    expect(findFailedPollRemedy('unavailable', { subscriptionState: 'Warned' }).remedy).toMatch(/will disable/)
    expect(findFailedPollRemedy('unavailable', { subscriptionState: 'Enabled' })).toEqual(
      findFailedPollRemedy('unavailable'),
    )
    expect(findFailedPollRemedy('throttled', { subscriptionState: 'Disabled' })).toEqual(
      findFailedPollRemedy('throttled'),
    )
  })

  it('a second identity is advised for ARM’s budgets only: the network provider counts for all', () => {
    const advice = budgetNames.map((budget) => findFailedPollRemedy('throttled', { budget }).remedy)
    expect(advice.map((text) => /use a second identity/.test(text ?? ''))).toEqual([true, true, false, false])
    expect(advice.map((text) => /another identity does not help/.test(text ?? ''))).toEqual([false, false, true, true])
    expect(findFailedPollRemedy('throttled').remedy).not.toContain('identity')
  })

  it('a refusal names the missing action, and gives the command where the subscription is known', () => {
    const grant = 'It lacks a/read. Grant the identity the role Peerwatch of docs/azure-permissions.md'
    const command = 'az role assignment create --assignee <principal id> --role "Peerwatch" --scope /subscriptions/0-1'
    expect(findFailedPollRemedy('forbidden', { missingAction: 'a/read', resourceId })).toEqual({
      remedy: `${grant}: ${command}`,
      command,
    })
    expect(findFailedPollRemedy('forbidden', { missingAction: 'a/read' })).toEqual({
      remedy: `${grant}; Sources shows the command.`,
      command: null,
    })
  })

  it.each([
    ['MALFORMED_JSON', true],
    ['HALF_BODY', true],
    ['EMPTY_BODY', true],
    ['MALFORMED_FIELD', false],
    ['MALFORMED_BODY', false],
  ])('what can’t be read (%s) names a proxy only where it is no JSON of Azure’s', (code, isNamed) => {
    expect(/proxy/.test(findFailedPollRemedy('malformed', { code }).remedy ?? '')).toBe(isNamed)
  })

  it.each(pollOutcomes.filter((outcome) => outcome !== 'forbidden'))('%s is one text, with no command', (outcome) => {
    const { remedy, command } = findFailedPollRemedy(outcome, { resourceId })
    expect(command).toBeNull()
    expect(remedy ?? 'None.').toMatch(/^[A-Z].*\.$/)
    expect(formatPollOutcome(outcome)).not.toBe('')
  })
})
