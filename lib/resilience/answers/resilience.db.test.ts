import { afterEach, describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { runAsActor, limitToAccessScope, replaceDatabaseForTests } from '#lib/questions/index.ts'
import { exemptCheck, findCheckExemption, getResilience, endCheckExemption } from './resilience.ts'

import { resilienceCapability } from '../capability.ts'
import { endpoints, exemptionSchema } from '../api/index.ts'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { runCommandInAccessScope } from '#lib/questions/index.ts'

import { type AccessScope, formatAccessScopeKey } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { getN1 } from './single-losses/answers.ts'
import { refreshSingleLosses } from './single-losses/refresh-single-losses.ts'
import {
  ALPHA_TEST_CUSTOMER,
  BRAVO_TEST_CUSTOMER,
  feedSharedHub,
  SHARED_GATEWAY_ARM_ID,
  findLeakedHiddenTexts,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'
import { computeShortId } from '#lib/history/index.ts'

const db = withTestDatabase()
const now = Date.now()
const until = (days: number) => new Date(now + days * MS_PER_DAY).toISOString()
const checkOf = async (id: string, at = now) =>
  endpoints.resilience.response.parse(await getResilience(db, {}, at)).data.checks.find((check) => check.id === id)

const ID = `two_locations:${computeShortId(SHARED_GATEWAY_ARM_ID)}`
const OWN = `bgp_on_both_paths:${computeShortId(ALPHA_TEST_CUSTOMER.circuit)}:AzurePrivatePeering`

let fed: Promise<unknown> | undefined
const feed = () => (fed ??= feedSharedHub(db, now))
afterEach(() => replaceDatabaseForTests(undefined))

describe('posture', () => {
  it('has a row for each check and subject, counted by what they are, the worst first', async () => {
    await feed()
    const { data } = await getResilience(db, {}, now)
    expect(data.checks.length).toBeGreaterThan(10)
    expect(new Set(data.checks.map(({ id }) => id)).size).toBe(data.checks.length)
    const { pass, fail, unknown, exempt } = data.counts
    expect(pass + fail + unknown + exempt).toBe(data.checks.length)
    expect(data.checks.map(({ state }) => state)).toEqual(
      data.checks.map(({ state }) => state).toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
    )
    expect(data).toMatchObject({ worstCases: null, worstCasesAt: null })
    expect(data.checks.find(({ id }) => id === OWN)).toMatchObject({
      customer: ALPHA_TEST_CUSTOMER.customer,
      exemption: null,
    })
  })
})
describe('single losses', () => {
  it('are computed for each scope by itself, and shown to whoever sees all that they were computed from', async () => {
    await feed()
    const of = (scope: AccessScope) => limitToAccessScope(db, scope, Date.now())
    const answers = async () =>
      new Map(
        await Promise.all(
          ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.map(
            async ({ name, scope }) => [name, await getN1(await of(scope), {}, now)] as const,
          ),
        ),
      )
    for (const { data } of (await answers()).values()) expect(data).toMatchObject({ at: null, cases: [] })
    const signal = new AbortController().signal
    const scopes = ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.map(({ scope }) => scope)
    await refreshSingleLosses(db, scopes, { now: Date.now, signal, share: 1 })
    for (const [name, { data }] of await answers()) {
      const { hidden = [] } = ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.find((one) => one.name === name) ?? {}
      expect(findLeakedHiddenTexts(JSON.stringify(data), hidden), name).toEqual([])
      expect(data.cases.length > 0, name).toBe(name !== 'nothing')
    }
    const { data } = await getResilience(db, {}, now)
    expect(data.worstCases).toHaveLength(10)
    expect(data.worstCasesAt).not.toBeNull()
    // a run that saw more than the customer may see must not be shown to the customer
    await db.pool.query(`UPDATE single_loss_run SET seen = seen || ARRAY[$1]`, [
      computeShortId(BRAVO_TEST_CUSTOMER.circuit),
    ])
    const alpha = await getN1(await of({ subscriptions: [], customers: [ALPHA_TEST_CUSTOMER.customer] }), {}, now)
    expect(alpha.data).toMatchObject({ at: null, cases: [] })
    // no user or token has these scopes any more
    await refreshSingleLosses(db, [], { now: Date.now, signal, share: 1 })
    const { rows } = await db.pool.query<{ audience: string }>('SELECT audience FROM single_loss_run')
    const customers = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map(({ customer }) =>
      formatAccessScopeKey({ subscriptions: [], customers: [customer] }),
    )
    expect(rows.map(({ audience }) => audience).toSorted()).toEqual(['', ...customers].toSorted())
  })
})

const ORDER = ['fail', 'unknown', 'exempt', 'pass']

describe('an exemption', () => {
  it('says who, why and until when, and ends by itself', async () => {
    await feed()
    const before = await checkOf(ID)
    expect(before).toMatchObject({ exemption: null })
    expect(before?.state).not.toBe('exempt')
    const body = { reason: 'the second location comes in spring', until: until(30) }
    const data = exemptionSchema.parse((await runAsActor('Ada', () => exemptCheck(db, ID, body, now))).data)
    expect(data).toEqual({ ...body, by: 'Ada', at: new Date(now).toISOString() })
    expect(await checkOf(ID)).toMatchObject({ state: 'exempt', found: before?.found, exemption: data })
    expect(await findCheckExemption(db.pool, ID, now)).toEqual(data)
    expect(await checkOf(ID, now + 31 * MS_PER_DAY)).toMatchObject({ state: before?.state, exemption: null })
  })

  it('is withdrawn by a time that has passed, and by DELETE, as often as one likes', async () => {
    await feed()
    await exemptCheck(db, ID, { reason: 'for now', until: until(1) }, now)
    expect((await exemptCheck(db, ID, { reason: 'over', until: until(-1) }, now)).data).toBeNull()
    expect((await checkOf(ID))?.exemption).toBeNull()
    await exemptCheck(db, ID, { reason: 'for now', until: until(1) }, now)
    for (const _ of [1, 2]) expect((await endCheckExemption(db, ID, now)).data).toBeNull()
    expect((await checkOf(ID))?.exemption).toBeNull()
  })

  it.each([
    'nonsense',
    'two_locations',
    'two_locations:none',
    `no_such_check:${computeShortId(SHARED_GATEWAY_ARM_ID)}`,
    `two_locations:${SHARED_GATEWAY_ARM_ID}`,
  ])('of %s is refused: there is no such check', async (id) => {
    await feed()
    await expect(exemptCheck(db, id, { reason: 'x', until: until(1) }, now)).rejects.toThrow(/there is no check/)
    await expect(endCheckExemption(db, id, now)).rejects.toThrow(/there is no check/)
  })

  it('lasts 400 days at the most', async () => {
    await feed()
    await expect(exemptCheck(db, ID, { reason: 'x', until: until(401) }, now)).rejects.toThrow(/400 days/)
  })
})

describe('whoever sees one customer', () => {
  const alpha = { subscriptions: [], customers: [ALPHA_TEST_CUSTOMER.customer] }
  const exempt = (id: string) => {
    const body = { reason: 'known', until: until(1) }
    const ordered = {
      db,
      id,
      body,
      caller: { ...OPEN_ACCESS_CALLER, scope: alpha },
      address: null,
      ask: async () => null,
    }
    return runCommandInAccessScope(resilienceCapability.work.exemptCheck!.scope, ordered, () =>
      exemptCheck(db, id, body, now),
    )
  }

  it('exempts what is his alone, and is shown no exemption of others', async () => {
    await feed()
    replaceDatabaseForTests(db)
    const theirs = `bgp_on_both_paths:${computeShortId(BRAVO_TEST_CUSTOMER.circuit)}:AzurePrivatePeering`
    await exemptCheck(db, theirs, { reason: 'of the other', until: until(1) }, now)
    await exemptCheck(db, ID, { reason: 'of the hub', until: until(1) }, now)
    await exempt(OWN)
    await expect(exempt(theirs)).rejects.toThrow(/there is no check/)
    await expect(exempt(ID)).rejects.toThrow(/there is no check/)
    const { data } = await getResilience(await limitToAccessScope(db, alpha), {}, now)
    expect(data.checks.find(({ id }) => id === OWN)?.exemption?.reason).toBe('known')
    expect(
      data.checks.filter(({ exemption: exemptionSchema }) => exemptionSchema !== null).map(({ id }) => id),
    ).toEqual([OWN])
  })
})
