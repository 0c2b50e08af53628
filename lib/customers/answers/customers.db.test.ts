import { describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { saveSubscriptionDetails, readSubscriptionDetails } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readCustomerNames } from '#lib/circuits/answers/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import * as inner from './index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  createGatewayPeer,
} from '#lib/questions/testing/estate-feed.ts'
import { getWall } from '#lib/overview/answers/index.ts'

const listCustomers = wrapFunctionWithJsonEncoding(allApiEndpoints.customers, inner.listCustomers)
const START = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION_ID = TEST_ESTATE_CIRCUIT_ARM_ID.split('/')[2] ?? ''
const TENANT = '0b000000-0000-4000-8000-000000000001'

describe('customers', () => {
  const db = withTestDatabase()
  const asked = async () => {
    const answer = await listCustomers(db, { limit: 100 }, START + 10_000)
    expect(allApiEndpoints.customers.response.parse(answer)).toEqual(answer)
    return answer.data.map(({ name, circuits, gateways, sessions }) => [
      name,
      circuits.map((one) => one.name),
      gateways.map((one) => one.name),
      sessions.up,
    ])
  }

  const wall = async () => {
    const { data } = allApiEndpoints.wall.response.parse(await getWall(db, { by: 'customer' }, START + 10_000))
    return data.subscriptions.map(({ name, counts }) => [name, Object.values(counts).reduce((sum, one) => sum + one)])
  }

  it('are one row without a name while nothing is declared', async () => {
    const feed = createTestEstatePollRecorder(db)
    await feed.inventory(START)
    await feed.peers(START, [
      createGatewayPeer('10.0.4.12', '10.0.4.4'),
      createGatewayPeer('10.0.4.12', '10.0.4.13', { asn: 65515 }),
    ])
    expect(await asked()).toEqual([[null, ['ckt-lon'], ['ergw-hub'], 2]])
    await saveSubscriptionDetails(db.pool, new Map([[SUBSCRIPTION_ID, { tenantId: TENANT, tags: {} }]]))
    const { data } = await listCustomers(db, { limit: 100 }, START + 10_000)
    expect(data[0]?.subscriptions).toMatchObject([{ id: SUBSCRIPTION_ID, tenantId: TENANT }])
    expect(await readCustomerNames(db)).toEqual([])
    expect((await wall()).map(([name]) => name)).toEqual(['No customer'])
  })

  it('have the circuits that are declared as theirs, and the sessions that are mapped to these', async () => {
    await putDeclarations(db, {
      customers: [
        { name: 'Contoso', connect: 'through', circuits: [TEST_ESTATE_CIRCUIT_ARM_ID], subscriptions: [], tenants: [] },
        { name: 'Hub', connect: null, circuits: [], subscriptions: [SUBSCRIPTION_ID], tenants: [] },
      ],
    })
    expect(await asked()).toEqual([
      ['Contoso', ['ckt-lon'], [], 1],
      ['Hub', [], ['ergw-hub'], 1],
    ])
    expect(await readCustomerNames(db)).toEqual(['Contoso', 'Hub'])
    expect((await wall()).map(([name]) => name)).toEqual(['Contoso', 'Hub'])
  })

  it('are those of a tenant whose subscriptions nothing else assigns', async () => {
    await saveSubscriptionDetails(db.pool, new Map([[SUBSCRIPTION_ID.toUpperCase(), { tenantId: TENANT, tags: {} }]]))
    await saveSubscriptionDetails(db.pool, new Map([['other', { tenantId: null, tags: { customer: 'x' } }]]))
    expect([...(await readSubscriptionDetails(db.pool)).keys()].toSorted()).toEqual([
      '11111111-2222-3333-4444-555555555555',
      'other',
    ])
    await putDeclarations(db, {
      customers: [{ name: 'Tenant', connect: null, circuits: [], subscriptions: [], tenants: [TENANT] }],
    })
    expect(await asked()).toEqual([['Tenant', ['ckt-lon'], ['ergw-hub'], 2]])
    // if a tag is configured as a rule, its value takes precedence over the tenant
    await saveSubscriptionDetails(
      db.pool,
      new Map([[SUBSCRIPTION_ID, { tenantId: TENANT, tags: { Customer: 'By tag' } }]]),
    )
    await putDeclarations(db, { customers: [], customerTags: [{ name: 'customer' }] })
    expect(await readCustomerNames(db)).toEqual(['By tag'])
    expect((await wall()).map(([name]) => name)).toEqual(['By tag'])
  })
})
