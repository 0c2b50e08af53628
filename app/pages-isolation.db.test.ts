import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { HydrationBoundary } from '@tanstack/react-query'
import { isValidElement, type ReactNode } from 'react'
import { settingsTabs } from '#components/settings/tabs.ts'
import { setCallerForTests, OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import type { AccessScope } from '#lib/contract/index.ts'
import { computeEventId, computeShortId } from '#lib/history/index.ts'
import { getSettings, type ProcessSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { removeHubForTests, replaceDatabaseForTests } from '#lib/questions/index.ts'
import { refreshSingleLosses } from '#lib/resilience/answers/index.ts'
import {
  ALPHA_TEST_CUSTOMER,
  ALPHA_SUBSCRIPTION_ID,
  BRAVO_TEST_CUSTOMER,
  BRAVO_SUBSCRIPTION_ID,
  listTextsToHideOfTestCustomer,
  COMMON_HUB,
  feedSharedHub,
  SHARED_GATEWAY_ARM_ID,
  HUB_OWNER_SUBSCRIPTION_ID,
  INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS,
  findLeakedHiddenTexts,
  formatIncidentIdOfTestCustomer,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'

/**
 * Tests the data that the server puts into pages. All text in their HTML comes from answers and properties that are
 * passed to client components, and from titles. `api/isolation.db.test.ts` tests the later answers of the API.
 */
vi.mock('#lib/platform/settings.ts', async (original) => ({ ...(await original<object>()), getSettings: vi.fn() }))
vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => ({ get: () => undefined }) }))

/** wait time of pages and of the wall display, in milliseconds */
const PATIENCE_MS = 1_500

/** Timeout for all pages in one test. It is long enough for slow machines. */
const PAGES_MS = 300_000

const db = withTestDatabase()
const now = Date.now()
const APP = import.meta.dirname

/** Pages without network data, and the snapshot, which shows the data that its maker saw (`api/access.db.test.ts`). */
const WITHOUT_NETWORK = [
  'snapshot/[token]/page.tsx',
  '(screens)/account/page.tsx',
  '(screens)/settings/page.tsx',
  'sign-in/link/page.tsx',
  'sign-in/page.tsx',
]
const files = globSync('**/page.tsx', { cwd: APP }).filter((file) => !WITHOUT_NETWORK.includes(file))

interface Place {
  params: Promise<Record<string, string>>
  searchParams: Promise<Record<string, string>>
}
interface PageModule {
  default: (place: Place) => ReactNode | Promise<ReactNode>
  generateMetadata?: (place: Place) => Promise<unknown>
}

const CIRCUITS = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map(({ circuit }) => computeShortId(circuit))
const GATEWAYS = [
  ALPHA_TEST_CUSTOMER.gateway,
  BRAVO_TEST_CUSTOMER.gateway,
  SHARED_GATEWAY_ARM_ID,
  COMMON_HUB.gateway,
].map(computeShortId)
/** Route parameters with which each page is tested, by page. */
const PLACES: Record<string, Record<string, string>[]> = {
  '(screens)/circuits/[id]/page.tsx': CIRCUITS.map((id) => ({ id })),
  '(screens)/customers/[name]/page.tsx': [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map(({ customer }) => ({
    name: encodeURIComponent(customer),
  })),
  '(screens)/gateways/[id]/page.tsx': GATEWAYS.map((id) => ({ id })),
  '(screens)/hubs/[id]/page.tsx': [ALPHA_TEST_CUSTOMER.virtualHub, BRAVO_TEST_CUSTOMER.virtualHub, COMMON_HUB.hub].map(
    (id) => ({
      id: computeShortId(id),
    }),
  ),
  '(screens)/incidents/[id]/page.tsx': [
    INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS,
    formatIncidentIdOfTestCustomer(ALPHA_TEST_CUSTOMER),
    formatIncidentIdOfTestCustomer(BRAVO_TEST_CUSTOMER),
  ].map((key) => ({
    id: computeEventId(key),
  })),
  '(screens)/routers/[id]/page.tsx': ['1', '2', '3'].map((id) => ({ id })),
  '(screens)/sessions/[scope]/[ends]/page.tsx': [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map(({ neighbors }) => ({
    scope: computeShortId(SHARED_GATEWAY_ARM_ID),
    ends: encodeURIComponent(`10.0.4.12~${neighbors.primary}`),
  })),
  '(screens)/settings/[tab]/page.tsx': settingsTabs.map(({ id }) => ({ tab: id })),
}

/**
 * Returns everything that a page passes to client components, as text. Server-only components are rendered to get
 * theirs.
 */
async function handedOver(node: ReactNode): Promise<string> {
  if (Array.isArray(node)) return (await Promise.all(node.map((one: ReactNode) => handedOver(one)))).join('')
  if (!isValidElement<{ children?: ReactNode; state?: unknown }>(node)) return typeof node === 'string' ? node : ''
  const { type, props } = node
  if (type === HydrationBoundary) return JSON.stringify(props.state) + (await handedOver(props.children))
  if (typeof type === 'function' && type.name === 'PageWithPrefetchedData') {
    const draw = type as (given: unknown) => Promise<ReactNode>
    return handedOver(await draw(props))
  }
  const { children, ...rest } = props
  return JSON.stringify(rest) + (await handedOver(children))
}

const titles: string[] = []

/** Pages of a single resource. A caller with access to everything sees each of them. */
const ofOne = files.filter((file) => file.includes('['))

/** Returns the content of a page for all of its parameters, without the requested IDs. */
async function shownBy(file: string): Promise<string> {
  const page = (await import(path.join(APP, file))) as PageModule
  const texts: string[] = []
  for (const params of PLACES[file] ?? [{}]) {
    const place = { params: Promise.resolve(params), searchParams: Promise.resolve({}) }
    const title = JSON.stringify((await page.generateMetadata?.(place)) ?? '')
    titles.push(title)
    const text = title + (await handedOver(await page.default(place)))
    const own = Object.values(params).flatMap((value) => [value, ...decodeURIComponent(value).split('~')])
    texts.push(own.reduce((rest, asked) => rest.replaceAll(asked, ''), text))
  }
  return texts.join('\n')
}

const of = (scope: AccessScope) => setCallerForTests({ ...OPEN_ACCESS_CALLER, scope })

beforeAll(async () => {
  await feedSharedHub(db, now)
  const computing = { now: Date.now, signal: new AbortController().signal, share: 1 }
  await refreshSingleLosses(
    db,
    ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.map(({ scope }) => scope),
    computing,
  )
  replaceDatabaseForTests(db)
  const azure = { subscriptions: [HUB_OWNER_SUBSCRIPTION_ID, ALPHA_SUBSCRIPTION_ID, BRAVO_SUBSCRIPTION_ID] }
  const configured = {
    dataDir: tmpdir(),
    secretsKey: null,
    mail: null,
    publicUrl: null,
    outboundAllow: [],
    alerting: { proofEveryMs: null },
  }
  const routers = { bmp: null, syslog: null, allow: [] }
  vi.mocked(getSettings).mockReturnValue({
    ...configured,
    databaseUrl: db.url,
    azure,
    routers,
  } as unknown as ProcessSettings)
  // In this test, pages wait for their data instead of being sent without it after this time.
  const real = setTimeout
  vi.stubGlobal('setTimeout', (run: () => void, ms?: number) => (ms === PATIENCE_MS ? undefined : real(run, ms)))
}, 120_000)

afterAll(async () => {
  vi.unstubAllGlobals()
  setCallerForTests(OPEN_ACCESS_CALLER)
  replaceDatabaseForTests(undefined)
  await removeHubForTests()
})

it(
  'whoever sees everything is shown both customers by most pages',
  async () => {
    of('everything')
    const showing: string[] = []
    for (const file of files)
      if (
        findLeakedHiddenTexts(await shownBy(file), [
          ...listTextsToHideOfTestCustomer(ALPHA_TEST_CUSTOMER),
          ...listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER),
        ]).length > 0
      )
        showing.push(file)
    expect(showing.length).toBeGreaterThan(8)
    expect(ofOne.filter((file) => !(file in PLACES))).toEqual([])
    expect(showing).toEqual(expect.arrayContaining(ofOne))
    for (const name of [`ckt-${BRAVO_TEST_CUSTOMER.word}`, `vhub-${ALPHA_TEST_CUSTOMER.word}`])
      expect(titles.join(' ')).toContain(name)
  },
  PAGES_MS,
)

/**
 * The API is tested with all scopes. The pages are tested with one customer, and `npm run test:all` adds the other
 * customer.
 */
const scopes = ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.filter(({ name }) =>
  SHOULD_RUN_LONG_TESTS ? name.endsWith(' customer') : name === 'one customer',
)

it.each(scopes)(
  'whoever sees $name is shown nothing else by any page',
  async ({ scope, hidden }) => {
    of(scope)
    for (const file of files) expect(findLeakedHiddenTexts(await shownBy(file), hidden), file).toEqual([])
  },
  PAGES_MS,
)
