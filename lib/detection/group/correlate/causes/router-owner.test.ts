import { describe, expect, it } from 'vitest'
import type { Cause } from '#lib/contract/index.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { contextWithPolls, addPathDownTestEvent } from '../roots/testing.ts'
import { assignRouterOperatorToCauses } from './router-owner.ts'

type Model = CircuitNode['connectivity']
const LONDON = ['10.0.4.4', '10.0.4.5']
const AMSTERDAM = ['10.0.4.6', '10.0.4.7']

function contextOf(models: Record<string, Model>): DetectionContext {
  const topology = createTwoCircuitEstate().topology()
  const circuits = topology.circuits.map((circuit) => ({
    ...circuit,
    connectivity: models[circuit.scope] ?? 'exchange',
  }))
  return { ...contextWithPolls({}), topology: { ...topology, circuits }, settings: defaultSettings }
}

const policy: Cause = {
  class: 'onprem_policy_change',
  owner: 'onprem',
  confidence: 0.7,
  evidence: [],
  nextStep: 'Ask the operator of the customer router.',
}

function ownerOf(models: Record<string, Model>, more: Partial<LiveEvent>, scope = 'ckt-lon') {
  const context = contextOf(models)
  const live = { ...addPathDownTestEvent(context, scope, 'mass_withdraw', 'x'), ...more }
  return assignRouterOperatorToCauses(context, live, [policy])[0]
}

describe('what a router announces is of', () => {
  it.each<[string, Record<string, Model>, Partial<LiveEvent>, Cause['owner']]>([
    ['the customer at an exchange', {}, { peersBefore: LONDON }, 'onprem'],
    ['the customer on a port of his own', { 'ckt-lon': 'direct' }, { peersBefore: LONDON }, 'onprem'],
    ['the provider that runs BGP', { 'ckt-lon': 'telco' }, { peersBefore: LONDON }, 'provider'],
    ['the provider, by the circuit alone', { 'ckt-lon': 'telco' }, {}, 'provider'],
    [
      'nobody, where both take part in a shift and nothing says which changed',
      { 'ckt-lon': 'telco' },
      { peersBefore: LONDON, peersAfter: AMSTERDAM },
      'unknown',
    ],
    [
      'the one that changed, where the routes say which',
      { 'ckt-lon': 'telco' },
      { peersBefore: LONDON, peersAfter: AMSTERDAM, changed: AMSTERDAM },
      'onprem',
    ],
    ['the customer behind a VPN gateway', { 'ckt-lon': 'telco' }, { peersBefore: ['10.200.0.1'] }, 'onprem'],
  ])('%s', (_, models, more, owner) => {
    expect(ownerOf(models, more)?.owner).toBe(owner)
  })

  it('and the next step names the provider, until somebody declares that the customer runs BGP', () => {
    const context = contextOf({ 'ckt-lon': 'telco' })
    const live = { ...addPathDownTestEvent(context, 'ckt-lon', 'mass_withdraw', 'x'), peersBefore: LONDON }
    const [byProvider] = assignRouterOperatorToCauses(context, live, [policy])
    expect(byProvider?.nextStep).toBe('Ask the operator of the customer router. BGP is run by ProvA: ask there.')
    if (!byProvider) throw new Error('no cause')
    expect(assignRouterOperatorToCauses(context, live, [byProvider])).toEqual([byProvider])
    expect(assignRouterOperatorToCauses(contextOf({}), live, [byProvider])).toEqual([policy])
  })

  it('nothing else: a cause of another class keeps its owner', () => {
    const core: Cause = { ...policy, class: 'msee_core_maintenance', owner: 'microsoft' }
    const context = contextOf({ 'ckt-lon': 'telco' })
    expect(
      assignRouterOperatorToCauses(context, addPathDownTestEvent(context, 'ckt-lon', 'peer_lost', 'x'), [core]),
    ).toEqual([core])
  })
})
