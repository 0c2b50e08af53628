import { expect, it } from 'vitest'
import { type EndpointName, allApiEndpoints } from './index.ts'

/** Endpoints that cannot be filtered by customer, with the reason. */
const UNFILTERED: Partial<Record<EndpointName, string>> = {
  customers: 'is the list of customers',
  declarations: 'is edited as a whole, under one version',
  declarationsVersions: 'who declared what in this deployment',
  proposals: 'become declarations, which are edited as a whole',
  eventKinds: 'says what kinds there are',
  thresholds: 'the deployment’s',
  backTests: 'the deployment’s',
  channels: 'the deployment’s',
  assignees: 'of the deployment; narrowed to the scope of who asks',
  recipients: 'channels of the deployment; narrowed to the scope of who asks',
  notifications: 'of the deployment’s channels',
  calendars: 'of the deployment; narrowed to the scope of who asks',
  unreadNotices: 'of the deployment; narrowed to the scope of who asks',
  escalation: 'policies of the deployment; narrowed to the scope of who asks',
  reportSchedules: 'of the deployment; narrowed to the scope of who asks',
  setup: 'the deployment’s',
  processes: 'the deployment’s',
  alerting: 'the deployment’s; narrowed to the scope of who asks',
  slos: 'of the deployment',
  costPrices: 'the price list',
  account: 'who asks',
  tokens: 'of the deployment; narrowed to the scope of who asks',
  users: 'of the deployment',
  audit: 'of the deployment',
  views: 'of who asks and the team; narrowed to the scope of who asks',
  snapshots: 'of the deployment; narrowed to the scope of who asks',
}

const names = Object.keys(allApiEndpoints) as EndpointName[]
const shapeOf = (name: EndpointName) =>
  (allApiEndpoints[name].parameters as { shape?: Record<string, { safeParse(value: unknown): { success: boolean } }> })
    .shape ?? {}
/**
 * Reports whether an endpoint returns one resource, because its path contains the id or it has a required scope or
 * circuit parameter.
 */
const isOfOne = (name: EndpointName) =>
  allApiEndpoints[name].path.includes('{id}') ||
  ['scope', 'circuit'].some((parameter) => shapeOf(name)[parameter]?.safeParse(undefined).success === false)

it.each(names.filter((name) => !isOfOne(name) && !(name in UNFILTERED)))('%s can be asked for one customer', (name) => {
  expect(Object.keys(shapeOf(name))).toContain('customer')
})

it('what is not filtered takes no customer, and is about no single resource', () => {
  for (const name of Object.keys(UNFILTERED) as EndpointName[]) {
    expect(Object.keys(shapeOf(name)), name).not.toContain('customer')
    expect(isOfOne(name), name).toBe(false)
  }
})
