import { beforeAll, describe, expect, it } from 'vitest'
import type { AccessScope } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import {
  ALPHA_TEST_CUSTOMER,
  BRAVO_TEST_CUSTOMER,
  listTextsToHideOfTestCustomer,
  COMMON_HUB,
  feedSharedHub,
  SHARED_GATEWAY_ARM_ID,
  findLeakedHiddenTexts,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'
import { getCostTco } from './queued-answers.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 15, 12)
const nameOf = (resourceId: string) => resourceId.split('/').at(-1)
const hub = nameOf(SHARED_GATEWAY_ARM_ID)
/** Gateway of a hub whose connections have no measured usage. */
const virtualHub = nameOf(COMMON_HUB.gateway)

const tcoOf = async (scope: AccessScope = 'everything') =>
  allApiEndpoints.costTco.response.parse(await getCostTco(await limitToAccessScope(db, scope, NOW), { months: 1 }, NOW))
    .data
type Tco = Awaited<ReturnType<typeof tcoOf>>

const cents = (totals: Tco['totals']) => totals.reduce((sum, { amount }) => sum + BigInt(amount.replace('.', '')), 0n)
const ofCustomer = ({ perCustomer }: Tco, wanted: string) => perCustomer.find(({ customer }) => customer === wanted)
const hubRows = ({ rows }: Tco) => rows.filter(({ name, cost }) => name === hub && cost !== null)
const costOf = ({ rows }: Tco, wanted: string | undefined) =>
  cents(rows.flatMap(({ name, cost }) => (name === wanted && cost ? [cost] : [])))
const atMostMore = ({ atMost, totals }: Tco['perCustomer'][number]) => cents(atMost) - cents(totals)
const sumsUp = ({ perCustomer, totals }: Tco) =>
  expect(perCustomer.reduce((sum, one) => sum + cents(one.totals), 0n)).toBe(cents(totals))

beforeAll(() => feedSharedHub(db, NOW), 60_000)

describe('a gateway of nobody’s on which circuits of two customers land', () => {
  it('is split by the bytes of its connections, and the sums by customer are those of the whole', async () => {
    const tco = await tcoOf()
    expect(hubRows(tco).map(({ customer, note }) => [customer, note.split('; ').at(-1)])).toEqual([
      [ALPHA_TEST_CUSTOMER.customer, '50.0 %, measured'],
      [BRAVO_TEST_CUSTOMER.customer, '50.0 %, measured'],
    ])
    for (const one of tco.perCustomer)
      expect(atMostMore(one)).toBe(one.customer === 'unallocated' ? 0n : costOf(tco, virtualHub))
    sumsUp(tco)
  })

  it('shows a customer the same share, and nothing of another', async () => {
    const whole = await tcoOf()
    for (const [own, other] of [
      [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER],
      [BRAVO_TEST_CUSTOMER, ALPHA_TEST_CUSTOMER],
    ] as const) {
      const tco = await tcoOf({ subscriptions: [], customers: [own.customer] })
      expect(tco.perCustomer).toEqual([ofCustomer(whole, own.customer)])
      expect(tco.totals).toEqual(ofCustomer(whole, own.customer)?.totals)
      expect(hubRows(tco).map(({ customer }) => customer)).toEqual([own.customer])
      expect(findLeakedHiddenTexts(JSON.stringify(tco), listTextsToHideOfTestCustomer(other))).toEqual([])
    }
  })

  it.each(ACCESS_SCOPES_WITH_TEXTS_TO_HIDE)('shows $name no more than it sees', async ({ scope, hidden }) => {
    expect(findLeakedHiddenTexts(JSON.stringify(await tcoOf(scope)), hidden)).toEqual([])
  })

  it('stays unallocated where nobody knows what each carried, and at most all of it is each customer’s', async () => {
    await db.pool.query('TRUNCATE counter_sample, usage_bucket')
    const tco = await tcoOf()
    const [gateway, ...more] = hubRows(tco)
    expect(more).toEqual([])
    expect(gateway?.customer).toBe('unallocated')
    for (const { customer } of [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER]) {
      const own = ofCustomer(tco, customer)
      expect(own && atMostMore(own)).toBe(costOf(tco, hub) + costOf(tco, virtualHub))
    }
    sumsUp(tco)
  })
})
