import { NETWORK_VERSIONS } from './api-versions.ts'
import type {
  SimulatorProfile,
  ProfileChoices,
  ProfileName,
  OperationDurationRange,
  TokenBucketLimits,
} from './profile.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'

/**
 * An Azure without limits whose operations end immediately, for demos, screens and all tests except those of polling.
 */

const quick: SimulatorProfile = {
  name: 'quick',
  seed: '',
  operations: null,
  lock: null,
  arm: null,
  network: null,
  activity: null,
  statsEveryMs: 0,
  metricsLate: {
    minute: { least: 2 * MS_PER_MINUTE, most: 2 * MS_PER_MINUTE },
    fiveMinutes: { least: 5 * MS_PER_MINUTE, most: 5 * MS_PER_MINUTE },
  },
  graph: null,
  networkVersions: null,
  headers: 'none',
  form: 'recorded',
}

/**
 * Azure as it is documented and was observed. The source of each value is marked: [S] = documentation or specification,
 * [O] = published output or issues, [K] = general knowledge that no recording of a real tenant has confirmed yet.
 */
const azure: SimulatorProfile = {
  name: 'azure',
  seed: '',
  operations: {
    // 5 to 60 s on gateways, 5 to 30 s on circuits; the medians are 12 and 11 s. [K]
    gateway: { least: 5 * MS_PER_SECOND, most: 60 * MS_PER_SECOND, tail: 3 },
    circuit: { least: 5 * MS_PER_SECOND, most: 30 * MS_PER_SECOND, tail: 2 },
    // several minutes if an instance cannot be reached [K]
    unreachable: { least: 2 * MS_PER_MINUTE, most: 5 * MS_PER_MINUTE, tail: 1 },
    // the usual value of ARM's 202 [K]
    retryAfter: 10,
  },
  // "the network resource provider returns 429 with RetryableErrorDueToAnotherOperation when the target resource is
  // locked by another operation": "Understand how Azure Resource Manager throttles requests" [S]. The same as 409:
  // Azure/bicep 5132 [O]; the share is [K].
  lock: { conflicts: 0.1 },
  // Each subscription (or tenant), service principal and kind of operation has a bucket; all principals of a
  // subscription together have 15 times as much. [S] Source: "Understand how Azure Resource Manager throttles
  // requests", regional throttling and token buckets. POSTs draw from the budget of writes. [K]
  arm: { reads: { size: 250, refill: 25 }, writes: { size: 200, refill: 10 }, allPrincipals: 15 },
  // The same page, network throttling: 10,000 reads and 1,000 writes or deletes (PUT) in 5 minutes. [S] It does not
  // specify whether POSTs count. If they do, refusals look like openshift/hypershift 9050.
  network: { windowMs: 5 * MS_PER_MINUTE, reads: 10_000, writes: 1_000, countsPosts: false },
  // Action operations are logged ("Azure Activity Log event schema", administrative category) [S]; the number of
  // entries is [K]. Events appear within 3 to 20 minutes ("Azure Monitor Activity Log", retention and latency). [S]
  activity: { least: 1, most: 3, late: { least: 3 * MS_PER_MINUTE, most: 20 * MS_PER_MINUTE, tail: 4 } },
  // Azure reads the counters from the routers only at times, so that they are constant for minutes. [K]
  statsEveryMs: 5 * MS_PER_MINUTE,
  // points of one minute are available after 2 to 5 minutes, and points of five minutes, such as those of a gateway,
  // after 5 to 10 minutes [K]
  metricsLate: {
    minute: { least: 2 * MS_PER_MINUTE, most: 5 * MS_PER_MINUTE },
    fiveMinutes: { least: 5 * MS_PER_MINUTE, most: 10 * MS_PER_MINUTE },
  },
  // "Guidance for throttled requests in Azure Resource Graph": 15 queries of a user in 5 seconds. [S]
  graph: { quota: { queries: 15, windowMs: 5 * MS_PER_SECOND }, refused: false },
  networkVersions: null,
  headers: 'all',
  // recordings of azure-cli and azure-sdk tests, 2017-10-01 to 2022-07-01 [O]
  form: 'recorded',
}

/** The profiles by name. */

export const SIMULATOR_PROFILES: Readonly<Record<ProfileName, SimulatorProfile>> = { quick, azure }

/** Returns a profile with some of its choices changed. */
export function createProfileWithChoices(name: ProfileName, choices: ProfileChoices = {}): SimulatorProfile {
  const { lock, network, graph, ...profile } = measured(
    scaled(SIMULATOR_PROFILES[name], choices.timeScale ?? 1),
    choices.operationTimes,
  )
  const {
    seed = profile.seed,
    headers = profile.headers,
    form = profile.form,
    countsPosts,
    conflicts,
    cloud,
    resourceGraph,
  } = choices
  return {
    ...profile,
    seed,
    headers,
    form,
    networkVersions: cloud === undefined ? profile.networkVersions : NETWORK_VERSIONS[cloud],
    graph: graph && { ...graph, refused: resourceGraph === undefined ? graph.refused : !resourceGraph },
    lock: lock && { conflicts: conflicts ?? lock.conflicts },
    network: network && { ...network, countsPosts: countsPosts ?? network.countsPosts },
  }
}

/**
 * Replaces durations by measured ones. Times that were not measured come from the profile, or from the profile `azure`
 * if the profile has none.
 */
function measured(profile: SimulatorProfile, times: ProfileChoices['operationTimes']): SimulatorProfile {
  if (!times) return profile
  const operations = profile.operations ?? azure.operations
  const { gateway = operations?.gateway, circuit = operations?.circuit } = times
  return { ...profile, operations: operations && gateway && circuit ? { ...operations, gateway, circuit } : operations }
}

function scaled(profile: SimulatorProfile, by: number): SimulatorProfile {
  const { operations, arm, network, activity, statsEveryMs, graph } = profile
  const time = ({ least, most, tail }: OperationDurationRange): OperationDurationRange => ({
    least: least * by,
    most: most * by,
    tail,
  })
  const bucket = ({ size, refill }: TokenBucketLimits): TokenBucketLimits => ({ size, refill: refill / by })
  return {
    ...profile,
    operations: operations && {
      gateway: time(operations.gateway),
      circuit: time(operations.circuit),
      unreachable: time(operations.unreachable),
      retryAfter: operations.retryAfter * by,
    },
    arm: arm && { ...arm, reads: bucket(arm.reads), writes: bucket(arm.writes) },
    network: network && { ...network, windowMs: network.windowMs * by },
    activity: activity && { ...activity, late: time(activity.late) },
    statsEveryMs: statsEveryMs * by,
    graph: graph && { ...graph, quota: { ...graph.quota, windowMs: graph.quota.windowMs * by } },
  }
}
