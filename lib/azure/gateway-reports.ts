import { z } from 'zod'
import {
  armTypes,
  type AzureReportName,
  type AzureGatewayReports,
  type AzureResiliency,
  type AzureRouteSets,
  type AzureSiteTest,
  type AzureReportRequest,
  circuitPaths,
  parseArmId,
} from '#lib/contract/index.ts'
import type { ArmClient } from './call/arm.ts'
import type { AzurePollContext } from './call/call.ts'
import { type BeginOptions, beginOperation, checkOperation } from './call/long-running.ts'
import { waitOrThrowIfAborted } from './call/until-aborted.ts'
import {
  requireJsonArray,
  parseResponseBody,
  decodeArmValue,
  decodeRowsWithSchema,
  requireBodyObject,
} from './decode/decode.ts'
import { createArmField, armTextOrNullSchema } from './decode/fields.ts'
import { isJsonObject, type ExactJson, type JsonObject } from './decode/json.ts'
import { createArmRowSchema, getArmMember } from './decode/members.ts'
import { parseInstant } from './decode/parse-instant.ts'
import { UnreadRowCounter } from './decode/unread-row-counter.ts'
import { requireResourceType, parseTargetId } from './poll-input.ts'
import { createOkResult, type KindPollResult } from './kinds/kind.ts'
import { createPrefixField } from './kinds/route-tables.ts'

/** ARM types, in lower case, of gateways about which Azure can report. */
const TYPES: readonly string[] = [armTypes.virtualNetworkGateway, armTypes.expressRouteGateway]
/** ARM types about which Azure reports failover tests: gateways, and circuits, whose links are tested. */
const TESTED_TYPES: readonly string[] = [...TYPES, armTypes.circuit]

/**
 * Actions (rights) that the requests of this file need. Azure names an action after its request. Source: Azure RBAC,
 * "Azure role definitions", Actions.
 */
export const GATEWAY_REPORT_ROLE_ACTIONS = [
  ...['virtualNetworkGateways', 'expressRouteGateways'].flatMap((type) =>
    [
      'getResiliencyInformation',
      'getRoutesInformation',
      'getFailoverAllTestsDetails',
      'getFailoverSingleTestDetails',
    ].map((name) => `Microsoft.Network/${type}/${name}/action`),
  ),
  ...['getCircuitLinkFailoverAllTestsDetails', 'getCircuitLinkFailoverSingleTestDetails'].map(
    (name) => `Microsoft.Network/expressRouteCircuits/${name}/action`,
  ),
]

/**
 * Parameters that request the newest failover test of each peering location, for tests of a single site and of several
 * sites.
 */
const ALL_TESTS = { typeParam: 'All', fetchLatest: true }
/** Pattern for an id that Azure reports in place of a test's id if there was never a test. */
const NO_TEST = /^[0-]*$/

type Begin = Parameters<typeof beginOperation>[1]

/** For each report, the function that begins its operation, and the function that decodes the result. */
const READERS: {
  [Name in AzureReportName]: {
    begin(
      network: ArmClient['network'],
      isInHub: boolean,
      at: [string, string],
      options: BeginOptions,
    ): ReturnType<Begin>
    read(body: ExactJson, unread: UnreadRowCounter): NonNullable<AzureGatewayReports[Name]['data']>
  }
} = {
  resiliency: {
    begin: (network, isInHub, at, options) =>
      isInHub
        ? network.expressRouteGateways.getResiliencyInformation(...at, options)
        : network.virtualNetworkGateways.getResiliencyInformation(...at, options),
    read: resiliencyIn,
  },
  routes: {
    begin: (network, isInHub, at, options) =>
      isInHub
        ? network.expressRouteGateways.getRoutesInformation(...at, options)
        : network.virtualNetworkGateways.getRoutesInformation(...at, options),
    read: routeSetsIn,
  },
  tests: {
    begin: (network, isInHub, at, options) =>
      isInHub
        ? network.expressRouteGateways.getFailoverAllTestsDetails(...at, { ...options, ...ALL_TESTS })
        : network.virtualNetworkGateways.getFailoverAllTestDetails(
            ...at,
            ALL_TESTS.typeParam,
            ALL_TESTS.fetchLatest,
            options,
          ),
    read: siteTestsIn,
  },
}

/**
 * Returns one of Azure's reports about a gateway. Azure computes a new report every hour, so this function only fetches
 * the latest report and does not request a new computation (`attemptRefresh` stays false).
 * @throws PollFailure
 * @source Azure Network REST 2025-07-01, VirtualNetworkGateways and ExpressRouteGateways;
 *   learn.microsoft.com/azure/expressroute/resiliency-insights
 */
export async function readGatewayReport<Name extends AzureReportName>(
  call: AzurePollContext,
  arm: ArmClient,
  { resourceId, report, test }: AzureReportRequest<Name>,
): Promise<KindPollResult<AzureGatewayReports[Name]['data']>> {
  const { type, resourceGroup, name } = requireResourceType(
    parseTargetId({ resourceId, subresource: '' }),
    report === 'tests' ? TESTED_TYPES : TYPES,
    report,
  )
  const isInHub = type === armTypes.expressRouteGateway
  const isCircuit = type === armTypes.circuit
  const at: [string, string] = [resourceGroup, name]
  const { begin, read } = READERS[report]
  const unread = new UnreadRowCounter()
  const { network } = arm
  const body = await result(call, arm, (options) => {
    if (isCircuit) return beginLinkTests(network, at, test, options)
    if (!test) return begin(network, isInHub, at, options)
    const gateways = isInHub ? network.expressRouteGateways : network.virtualNetworkGateways
    return gateways.getFailoverSingleTestDetails(...at, test.location, test.id, options)
  })
  const decodeRowsOf = isCircuit ? linkTestsIn : test ? testsWithDetails : read
  const rows = decodeRowsOf(body, unread) as AzureGatewayReports[Name]['data']
  if (unread.count === 0) return createOkResult(rows)
  const { outcome, error } = unread.failure(false)
  return { outcome, error, rows }
}

/** Azure's names of the links of a circuit. Source: Azure Network REST, ExpressRouteFailoverLinkType. */
const LINK_TYPES = { primary: 'Primary', secondary: 'Secondary' } as const

/** Begins the operation that lists the failover tests of a circuit's links, or that returns one of the tests. */
function beginLinkTests(
  { expressRouteCircuits: circuits }: ArmClient['network'],
  at: [string, string],
  test: AzureReportRequest['test'],
  options: BeginOptions,
): ReturnType<Begin> {
  if (test) {
    const { id, link } = test
    const linkType = link?.path ? LINK_TYPES[link.path] : ''
    return circuits.getCircuitLinkFailoverSingleTestDetails(...at, linkType, link?.category ?? '', id, options)
  }
  const { typeParam: failoverTestType, fetchLatest } = ALL_TESTS
  return circuits.getCircuitLinkFailoverAllTestsDetails(...at, { ...options, failoverTestType, fetchLatest })
}

/** Runs a long-running operation to its end, and returns its result. */
async function result(call: AzurePollContext, arm: ArmClient, begin: Begin): Promise<ExactJson> {
  let step = await beginOperation(call, begin)
  while ('operation' in step) {
    await waitOrThrowIfAborted(step.waitMs, call.signal)
    step = await checkOperation(call, arm, step.operation)
  }
  return outputOf(parseResponseBody(step.answer))
}

/**
 * Returns the result that a response contains: `properties.output` or `output` of the operation's status, otherwise the
 * whole body.
 */
function outputOf(body: ExactJson): ExactJson {
  if (!isJsonObject(body)) return body
  const properties = getArmMember(body, 'properties')
  return getArmMember(isJsonObject(properties) ? properties : body, 'output') ?? body
}

const moment = armTextOrNullSchema.transform((text) => parseInstant(text))
/** parses a score, also with `%`; null for a missing score, for which Azure also writes `-` */
const score = createArmField('a score', (value) => {
  if (value === null || value === undefined || value === '' || value === '-') return null
  const number = Number(String(value).replace(/%$/, ''))
  return Number.isFinite(number) ? number : undefined
})
const computed = { lastComputedTime: moment, nextEligibleComputeTime: moment }
const items = z
  .unknown()
  .optional()
  .transform((value): ExactJson[] => (Array.isArray(value) ? (value as ExactJson[]) : []))
const texts = items.transform((values) => values.filter((value): value is string => typeof value === 'string'))

const recommendationRow = createArmRowSchema({
  recommendationTitle: armTextOrNullSchema,
  recommendationText: armTextOrNullSchema,
  severity: armTextOrNullSchema,
})
const componentRow = createArmRowSchema({
  name: z.string(),
  currentScore: score,
  maxScore: score,
  recommendations: items,
})

/**
 * Decodes Azure's resiliency report.
 * @throws PollFailure `malformed` if it has no list of components. This is so in the specification's own example for a
 *   virtual network gateway
 */
function resiliencyIn(body: ExactJson, unread: UnreadRowCounter): AzureResiliency {
  const stated = requireBodyObject(body)
  const list = requireJsonArray(getArmMember(stated, 'components'), 'components')
  const at = decodeArmValue(
    createArmRowSchema({
      ...computed,
      overallScore: score,
      scoreChange: score,
      minScoreFromRecommendations: score,
      maxScoreFromRecommendations: score,
    }),
    stated,
  )
  const gain = { least: at.minScoreFromRecommendations, most: at.maxScoreFromRecommendations }
  return {
    computedAt: at.lastComputedTime,
    nextAt: at.nextEligibleComputeTime,
    score: at.overallScore,
    change: at.scoreChange,
    gain: gain.least === null && gain.most === null ? null : gain,
    components: decodeRowsWithSchema(componentRow, list, 'components', unread).map((component, n) => ({
      name: component.name,
      score: component.currentScore,
      most: component.maxScore,
      recommendations: decodeRowsWithSchema(
        recommendationRow,
        component.recommendations,
        `components[${n}].recommendations`,
        unread,
      ).map(({ recommendationTitle, recommendationText: text, severity }) => ({
        title: recommendationTitle ?? '',
        text,
        severity,
      })),
    })),
  }
}

/** a rank, which Azure writes as text or as a number */
const rankText = createArmField('a rank', (value) =>
  value === undefined || value === null || value === '' ? null : String(value),
)
const circuitRow = createArmRowSchema({
  key: z.string(),
  name: armTextOrNullSchema,
  link: armTextOrNullSchema,
  location: armTextOrNullSchema,
})
const routeRow = createArmRowSchema({
  prefix: createPrefixField('prefixed'),
  circuits: z.array(
    createArmRowSchema({ circuit: z.string(), connection: armTextOrNullSchema, pri: rankText, sec: rankText }),
  ),
})

/**
 * Decodes Azure's report about routes. It contains sets of prefixes with circuits. A prefix that is in several sets
 * gets the circuits of all of them.
 * @throws PollFailure `malformed` if there is no list of route sets
 */
function routeSetsIn(body: ExactJson, unread: UnreadRowCounter): AzureRouteSets {
  const stated = requireBodyObject(body)
  const sets = requireJsonArray(getArmMember(stated, 'routeSets'), 'routeSets')
  const at = decodeArmValue(createArmRowSchema(computed), stated)
  const map = getArmMember(stated, 'circuitsMetadataMap')
  const metadata = Object.entries(isJsonObject(map) ? map : {}).map(
    ([key, own]): ExactJson => (isJsonObject(own) ? { ...own, key } : { key }),
  )
  const circuits = decodeRowsWithSchema(circuitRow, metadata, 'circuitsMetadataMap', unread).map(
    ({ key, link, name, location }) => {
      const resourceId = [link, key].find((text) => text !== null && parseArmId(text)) ?? null
      return [key, { resourceId, name, location }] as const
    },
  )
  const rows = sets.flatMap((set): ExactJson[] => {
    const details = isJsonObject(set) ? getArmMember(set, 'details') : null
    return isJsonObject(details)
      ? Object.entries(details).map(([own, sources]): ExactJson => ({ prefix: own, circuits: sources }))
      : []
  })
  const routes = Map.groupBy(decodeRowsWithSchema(routeRow, rows, 'routeSets.details', unread), (row) => row.prefix)
  return {
    computedAt: at.lastComputedTime,
    nextAt: at.nextEligibleComputeTime,
    circuits: Object.fromEntries(circuits),
    routes: [...routes].map(([own, all]) => ({
      prefix: own,
      circuits: [...new Set(all.flatMap((row) => row.circuits.map(({ circuit }) => circuit)))],
      ranks: all.flatMap((row) =>
        row.circuits.map(({ circuit, connection, pri, sec }) => ({
          circuit,
          connection,
          primary: pri,
          secondary: sec,
        })),
      ),
    })),
  }
}

const testRow = createArmRowSchema({
  testGuid: z.string(),
  peeringLocation: z.string(),
  status: armTextOrNullSchema,
  startTime: moment,
  endTime: moment,
  issues: texts,
  circuits: items,
  connections: items,
})
const testedCircuitRow = createArmRowSchema({ nrpResourceUri: armTextOrNullSchema })
const testedConnectionRow = createArmRowSchema({
  nrpResourceUri: armTextOrNullSchema,
  name: armTextOrNullSchema,
  status: armTextOrNullSchema,
  lastUpdatedTime: moment,
})

/** Returns the ARM id in a URI of the network provider, which may begin with a regional host; null if there is none. */
function armIdIn(uri: string | null): string | null {
  const [, id = null] = /(\/subscriptions\/[^?]+)/i.exec(uri ?? '') ?? []
  return id !== null && parseArmId(id) ? id : null
}

/** Returns the rows of a response, which is a list or has a list in `value`. */
const listIn = (body: ExactJson): ExactJson[] =>
  Array.isArray(body) ? body : requireJsonArray(getArmMember(requireBodyObject(body), 'value'), 'value')

/**
 * Decodes the newest failover test of each peering location. A location that was never tested has an id of zeros and is
 * left out.
 */
function siteTestsIn(body: ExactJson, unread: UnreadRowCounter): AzureSiteTest[] {
  return decodeRowsWithSchema(testRow, listIn(body), 'tests', unread)
    .filter(({ testGuid }) => !NO_TEST.test(testGuid))
    .map(({ testGuid, peeringLocation, status, startTime, endTime, issues, circuits, connections }) => ({
      id: testGuid,
      location: peeringLocation,
      status,
      startedAt: startTime,
      endedAt: endTime,
      issues,
      circuits: decodeRowsWithSchema(testedCircuitRow, circuits, 'tests.circuits', unread).flatMap(
        ({ nrpResourceUri }) => armIdIn(nrpResourceUri) ?? [],
      ),
      connections: decodeRowsWithSchema(testedConnectionRow, connections, 'tests.connections', unread).flatMap(
        (own) => {
          const resourceId = armIdIn(own.nrpResourceUri)
          if (resourceId === null) return []
          return { resourceId, name: own.name ?? '', status: own.status, at: own.lastUpdatedTime }
        },
      ),
      details: null,
    }))
}

const linkPath = createArmField('a path', (value) => {
  const word = String(value ?? '').toLowerCase()
  return circuitPaths.find((path) => path === word) ?? null
})
const linkTestRow = createArmRowSchema({
  testGuid: armTextOrNullSchema,
  status: armTextOrNullSchema,
  startTime: moment,
  endTime: moment,
  startTimeUtc: moment,
  endTimeUtc: moment,
  issues: texts,
  wasSimulationSuccessful: z.boolean().nullish(),
  circuitTestCategory: armTextOrNullSchema,
  linkType: linkPath,
  bgpStatus: items,
  nonRedundantRoutes: z.unknown().optional(),
})
const linkBgpRow = createArmRowSchema({
  type: armTextOrNullSchema,
  link: linkPath,
  status: armTextOrNullSchema,
  checkTimeUtc: moment,
})
const linkRoute = createArmRowSchema({ route: createPrefixField('prefixed') })

/** Decodes the failover tests of a circuit's links, or the details of one of them. */
function linkTestsIn(body: ExactJson, unread: UnreadRowCounter): AzureSiteTest[] {
  return decodeRowsWithSchema(linkTestRow, listIn(body), 'tests', unread)
    .filter(({ testGuid }) => testGuid === null || !NO_TEST.test(testGuid))
    .map((row) => {
      const lost = row.nonRedundantRoutes as ExactJson | undefined
      const before = isJsonObject(lost ?? null) ? getArmMember(lost as JsonObject, 'beforeSimulation') : null
      const isSuccessful = row.wasSimulationSuccessful ?? null
      return {
        id: row.testGuid ?? '',
        location: '',
        status: row.status,
        startedAt: row.startTime ?? row.startTimeUtc,
        endedAt: row.endTime ?? row.endTimeUtc,
        issues: row.issues,
        link: {
          path: row.linkType,
          category: row.circuitTestCategory,
          bgp: decodeRowsWithSchema(linkBgpRow, row.bgpStatus, 'tests.bgpStatus', unread).map((one) => ({
            family: one.type,
            path: one.link,
            status: one.status,
            at: one.checkTimeUtc,
          })),
        },
        details:
          isSuccessful === null && !Array.isArray(before)
            ? null
            : {
                isSuccessful,
                nonRedundant: Array.isArray(before)
                  ? decodeRowsWithSchema(linkRoute, before, 'nonRedundantRoutes', unread).map(({ route }) => route)
                  : null,
                redundant: [],
              },
      }
    })
}

const detailsRow = createArmRowSchema({
  peeringLocation: armTextOrNullSchema,
  status: armTextOrNullSchema,
  startTimeUtc: moment,
  endTimeUtc: moment,
  wasSimulationSuccessful: z.boolean().nullish(),
  nonRedundantRoutes: texts,
  redundantRoutes: items,
})
const redundantRow = createArmRowSchema({ peeringLocations: texts, routes: texts })
const prefixText = createPrefixField('prefixed')

/**
 * Decodes the details of a failover test that was requested by its id. The result has no id, because the response does
 * not contain it.
 */
function testsWithDetails(body: ExactJson, unread: UnreadRowCounter): AzureSiteTest[] {
  return decodeRowsWithSchema(detailsRow, listIn(body), 'test', unread).map((row) => ({
    id: '',
    location: row.peeringLocation ?? '',
    status: row.status,
    startedAt: row.startTimeUtc,
    endedAt: row.endTimeUtc,
    issues: [],
    details: {
      isSuccessful: row.wasSimulationSuccessful ?? null,
      nonRedundant: decodeRowsWithSchema(prefixText, row.nonRedundantRoutes, 'nonRedundantRoutes', unread),
      redundant: decodeRowsWithSchema(redundantRow, row.redundantRoutes, 'redundantRoutes', unread).map(
        ({ peeringLocations, routes }) => ({
          locations: peeringLocations,
          prefixes: decodeRowsWithSchema(prefixText, routes, 'redundantRoutes.routes', unread),
        }),
      ),
    },
  }))
}
