import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createCustomerRules, readCustomerRules } from '../read/customer-rules.ts'
import { saveSubscriptionDetails, readSubscriptionDetails } from './subscription-facts.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'

const ID = '0A000000-0000-4000-8000-000000000001'
const TENANT = '0b000000-0000-4000-8000-000000000001'

describe('what ARM lists of subscriptions', () => {
  const db = withTestDatabase()

  it('is kept by id, and replaced where it is listed again', async () => {
    await saveSubscriptionDetails(db.pool, new Map())
    expect(await readSubscriptionDetails(db.pool)).toEqual(new Map())
    await saveSubscriptionDetails(db.pool, new Map([[ID, { tenantId: TENANT, tags: { customer: 'Contoso' } }]]))
    await saveSubscriptionDetails(db.pool, new Map([['other', { tenantId: null, tags: {} }]]))
    await saveSubscriptionDetails(db.pool, new Map([[ID, { tenantId: TENANT, tags: {} }]]))
    expect(await readSubscriptionDetails(db.pool)).toEqual(
      new Map([
        [ID.toLowerCase(), { tenantId: TENANT, tags: {} }],
        ['other', { tenantId: null, tags: {} }],
      ]),
    )
  })

  it('is a part of the rules of customers once there are any', async () => {
    expect(await readCustomerRules(db.pool)).toEqual({ customers: [], tags: [], subscriptions: new Map() })
    const customerTags = [{ name: 'customer' }]
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { customerTags }, { by: 'ada', expected: null }),
    )
    const rules = await readCustomerRules(db.pool)
    expect(rules).toEqual({ customers: [], tags: ['customer'], subscriptions: await readSubscriptionDetails(db.pool) })
    expect(await createCustomerRules(db.pool, { customers: [], customerTags })).toEqual(rules)
  })
})
