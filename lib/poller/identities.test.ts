import { describe, expect, it } from 'vitest'
import type { RemainingArmRequests, InventoryRows, PollObservation } from '#lib/contract/index.ts'
import {
  OTHER_TENANT_SUBSCRIPTION_ID,
  PAIR_SCENARIO_GATEWAY_ARM_ID,
  startSimulatedAzureWithIdentities,
  PAIR_SCENARIO_SUBSCRIPTION_ID,
} from './testing/identities.ts'

const target = { resourceId: PAIR_SCENARIO_GATEWAY_ARM_ID, subresource: '' }
const gateway = { resourceId: `/subscriptions/${OTHER_TENANT_SUBSCRIPTION_ID}`, subresource: '' }
/** A budget of 20 writes that refills more slowly than any test lasts. Azure then reports a wait of 100 s. */
const writes = { reads: { size: 1_000, refill: 25 }, writes: { size: 20, refill: 0.01 }, allPrincipals: 15 }

const budgetOf = ({ budget }: PollObservation): RemainingArmRequests =>
  budget ?? { remainingReads: null, remainingWrites: null }

describe('two identities', () => {
  it('have twice what ARM allows one, each half of the requests, and no refusal before both are empty', async () => {
    await using lab = await startSimulatedAzureWithIdentities({ arm: writes })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    const outcomes: string[] = []
    for (let i = 0; i < 40; i++) outcomes.push((await azure.poll(target, 'peers')).outcome)
    expect(new Set(outcomes)).toEqual(new Set(['ok']))
    expect(lab.askers().filter((name) => name === 'first')).toHaveLength(20)
    const refused = await azure.poll(target, 'peers')
    expect(refused).toMatchObject({ outcome: 'throttled', error: { budget: 'arm.writes' } })
    // a single identity has half of the requests
    const alone = lab.connect([lab.identity('third')])
    for (let i = 0; i < 20; i++) expect((await alone.poll(target, 'peers')).outcome).toBe('ok')
    expect((await alone.poll(target, 'peers')).outcome).toBe('throttled')
  })

  it('have no more of the network provider’s budget than one, and its refusal is not asked of the other', async () => {
    const network = { windowMs: 300_000, reads: 1_000, writes: 20, countsPosts: true }
    await using lab = await startSimulatedAzureWithIdentities({ network })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    for (let i = 0; i < 20; i++) expect((await azure.poll(target, 'peers')).outcome).toBe('ok')
    const sent = lab.exchanges.length
    expect(await azure.poll(target, 'peers')).toMatchObject({
      outcome: 'throttled',
      error: { budget: 'network.writes' },
    })
    expect(lab.exchanges).toHaveLength(sent + 1)
  })

  it('are passed over while their bucket is empty', async () => {
    await using lab = await startSimulatedAzureWithIdentities({ arm: writes })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    const first = lab.connect([lab.identity('first')])
    for (let i = 0; i < 20; i++) await first.poll(target, 'peers')
    const before = lab.exchanges.length
    for (let i = 0; i < 8; i++) expect((await azure.poll(target, 'peers')).outcome).toBe('ok')
    // refused once, then skipped during its pause
    const asked = lab.askers().slice(before)
    expect(asked.filter((name) => name === 'first')).toHaveLength(1)
    expect(asked.filter((name) => name === 'second')).toHaveLength(8)
  })
})

describe('an identity that Azure refuses', () => {
  it('without a right is passed over in the same poll, and named with the action that it lacks', async () => {
    await using lab = await startSimulatedAzureWithIdentities({
      happenings: [{ op: 'api-fault', fault: '403', operation: 'gateway.peers', principal: 'first', at: '+0s' }],
    })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    const polled = await azure.poll(target, 'peers')
    expect(polled).toMatchObject({ outcome: 'ok', error: null })
    expect(polled.rows).not.toHaveLength(0)
    expect(budgetOf(polled)).toMatchObject({
      identity: 'second',
      refused: [
        {
          identity: 'first',
          outcome: 'forbidden',
          missingAction: 'Microsoft.Network/virtualNetworkGateways/getbgppeerstatus/action',
        },
      ],
    })
    const before = lab.exchanges.length
    // the missing right is known, and the other rights are used
    expect(budgetOf(await azure.poll(target, 'peers')).refused).toHaveLength(1)
    expect(lab.askers().slice(before)).toEqual(['second'])
    const others = [await azure.poll(target, 'learned'), await azure.poll(target, 'learned')]
    expect(new Set(others.map((poll) => budgetOf(poll).identity))).toEqual(new Set(['first', 'second']))
    expect(others.flatMap((poll) => budgetOf(poll).refused ?? [])).toEqual([])
  })

  it('with everything that another one is refused with too gives the better answer', async () => {
    await using lab = await startSimulatedAzureWithIdentities({
      happenings: [
        { op: 'api-fault', fault: '401', operation: '*', principal: 'first', at: '+0s' },
        { op: 'api-fault', fault: '403', operation: 'gateway.peers', principal: 'second', at: '+0s' },
      ],
    })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    const polled = await azure.poll(target, 'peers')
    expect(polled).toMatchObject({ outcome: 'forbidden', error: { httpStatus: 403 } })
    expect(budgetOf(polled).refused).toMatchObject([
      { identity: 'first', outcome: 'unauthorized' },
      { identity: 'second', outcome: 'forbidden' },
    ])
  })

  it('by its tenant stops nothing of another tenant, and its secret is in nothing', async () => {
    await using lab = await startSimulatedAzureWithIdentities()
    const refused = lab.identity('foreign', {
      clientSecret: 'wrong-secret-of-foreign',
      subscriptions: [OTHER_TENANT_SUBSCRIPTION_ID],
    })
    const azure = lab.connect([lab.identity('own'), refused])
    for (let i = 0; i < 3; i++) {
      const [own, foreign] = await Promise.all([azure.poll(target, 'peers'), azure.poll(gateway, 'inventory')])
      expect(own.outcome).toBe('ok')
      expect(foreign).toMatchObject({ outcome: 'unauthorized', error: { code: 'NO_TOKEN' } })
      expect(JSON.stringify(foreign)).not.toContain('wrong-secret-of-foreign')
    }
    const listed = await azure.listSubscriptions()
    expect(listed.outcome).toBe('ok')
    expect(listed.identities).toMatchObject([
      { identity: 'own', outcome: 'ok', subscriptionIds: [PAIR_SCENARIO_SUBSCRIPTION_ID] },
      { identity: 'foreign', outcome: 'unauthorized', subscriptionIds: [] },
    ])
  })
})

describe('an inventory in slices', () => {
  const subscription = { resourceId: `/subscriptions/${PAIR_SCENARIO_SUBSCRIPTION_ID}`, subresource: '' }

  it.each(['403', '401'] as const)(
    'is gone on with by the next identity where the one that began it is refused half-way: %s',
    async (fault) => {
      await using lab = await startSimulatedAzureWithIdentities({
        emptyGroups: 80,
        happenings: [{ op: 'api-fault', fault, operation: '*', principal: 'first', at: '+10s' }],
      })
      const azure = lab.connect([lab.identity('first'), lab.identity('second')])
      let step = await azure.begin(subscription, 'inventory')
      const done: [string | undefined, number | undefined][] = []
      while ('pending' in step) {
        const { pending } = step
        done.push([pending.identity, pending.slice?.progress.done])
        if (done.length === 2) lab.pass(20_000)
        // the state as read back from the schedule's row
        step = await azure.resume(subscription, 'inventory', JSON.parse(JSON.stringify(pending)), 1_000)
        if (done.length > 10) throw new Error('it does not end')
      }
      expect(done).toEqual([
        ['first', 25],
        ['first', 50],
        ['second', 75],
      ])
      expect(step.observation).toMatchObject({ outcome: 'ok', budget: { identity: 'second' } })
      const { resources, failedTypes } = step.observation.rows as InventoryRows
      expect(failedTypes).toEqual([])
      expect(
        resources.some(({ resourceId }) => resourceId.toLowerCase() === PAIR_SCENARIO_GATEWAY_ARM_ID.toLowerCase()),
      ).toBe(true)
    },
  )

  it('goes on where whoever began it is configured no longer', async () => {
    await using lab = await startSimulatedAzureWithIdentities({ emptyGroups: 80 })
    const begun = await lab.connect([lab.identity('first'), lab.identity('second')]).begin(subscription, 'inventory')
    if (!('pending' in begun)) throw new Error('it was read in one go')
    const without = lab.connect([lab.identity('second'), lab.identity('third')])
    expect(await without.resume(subscription, 'inventory', begun.pending, 1_000)).toMatchObject({
      pending: { identity: expect.stringMatching(/second|third/), slice: { progress: { done: 50 } } },
    })
  })

  it('that all of them are refused names what failed, and keeps the rest', async () => {
    await using lab = await startSimulatedAzureWithIdentities({
      emptyGroups: 80,
      happenings: [{ op: 'api-fault', fault: '403', operation: 'connection.list', at: '+0s' }],
    })
    const azure = lab.connect([lab.identity('first'), lab.identity('second')])
    let step = await azure.begin(subscription, 'inventory')
    for (let n = 0; 'pending' in step && n < 10; n++) {
      step = await azure.resume(subscription, 'inventory', step.pending, 1_000)
    }
    if ('pending' in step) throw new Error('it does not end')
    const { resources, failedTypes } = step.observation.rows as InventoryRows
    expect(step.observation.outcome).toBe('forbidden')
    expect(failedTypes.map(({ type }) => type)).toEqual(['microsoft.network/connections'])
    expect(resources).not.toEqual([])
  })
})

describe('an operation', () => {
  it('is gone on with by the identity that began it, in another process too, and given up where that is gone', async () => {
    await using lab = await startSimulatedAzureWithIdentities({ style: 'location' })
    const identities = [lab.identity('first'), lab.identity('second')]
    const azure = lab.connect(identities)
    await azure.poll(target, 'connection')
    const begun = await azure.begin(target, 'peers')
    if (!('pending' in begun)) throw new Error('the operation ended at once')
    const { identity: who } = begun.pending
    expect(who).toBe(lab.askers().at(-1))
    // the state as read back from the schedule's row
    const stored = JSON.parse(JSON.stringify(begun.pending)) as typeof begun.pending
    const other = lab.connect(identities.toReversed())
    for (let i = 0; i < 3; i++) expect('pending' in (await other.resume(target, 'peers', stored, 10))).toBe(true)
    lab.pass(5_000)
    const before = lab.exchanges.length
    expect(await other.resume(target, 'peers', stored, 5_000)).toMatchObject({ observation: { outcome: 'ok' } })
    expect(new Set(lab.askers().slice(before))).toEqual(new Set([who]))

    const without = lab.connect(identities.filter(({ name }) => name !== who))
    const sent = lab.exchanges.length
    expect(await without.resume(target, 'peers', stored, 5_000)).toMatchObject({
      observation: { outcome: 'unavailable', error: { code: 'IDENTITY_GONE' } },
    })
    expect(lab.exchanges).toHaveLength(sent)
  })
})

describe('all that the identities see', () => {
  it('is listed together, and each subscription is asked for by those that see it', async () => {
    await using lab = await startSimulatedAzureWithIdentities({
      happenings: [
        {
          op: 'api-fault',
          fault: '403',
          operation: '*',
          subscription: OTHER_TENANT_SUBSCRIPTION_ID,
          principal: 'first',
          at: '+0s',
        },
        {
          op: 'api-fault',
          fault: '403',
          operation: '*',
          subscription: PAIR_SCENARIO_SUBSCRIPTION_ID,
          principal: 'third',
          at: '+0s',
        },
      ],
    })
    const all = { subscriptions: 'all' as const }
    const azure = lab.connect([lab.identity('first', all), lab.identity('second', all), lab.identity('third', all)])
    const { outcome, isComplete, subscriptions } = await azure.listSubscriptions()
    expect({ outcome, isComplete }).toEqual({ outcome: 'ok', isComplete: true })
    expect(subscriptions.map(({ subscriptionId }) => subscriptionId).toSorted()).toEqual([
      PAIR_SCENARIO_SUBSCRIPTION_ID,
      OTHER_TENANT_SUBSCRIPTION_ID,
    ])
    expect(azure.identitiesOf?.(PAIR_SCENARIO_SUBSCRIPTION_ID)).toEqual(['first', 'second'])
    expect(azure.identitiesOf?.(OTHER_TENANT_SUBSCRIPTION_ID)).toEqual(['second', 'third'])
    const before = lab.exchanges.length
    for (let i = 0; i < 4; i++) expect((await azure.poll(target, 'peers')).outcome).toBe('ok')
    expect(new Set(lab.askers().slice(before))).toEqual(new Set(['first', 'second']))
  })

  it('is not known to be complete where one of them can’t list', async () => {
    await using lab = await startSimulatedAzureWithIdentities({
      happenings: [{ op: 'api-fault', fault: '503', operation: 'subscription.list', principal: 'second', at: '+0s' }],
    })
    const all = { subscriptions: 'all' as const }
    const azure = lab.connect([lab.identity('first', all), lab.identity('second', all)])
    expect(await azure.listSubscriptions()).toMatchObject({
      outcome: 'ok',
      isComplete: false,
      identities: [{ outcome: 'ok' }, { outcome: 'unavailable' }],
    })
  })
})
