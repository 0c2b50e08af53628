/** The profiles by name, and their choices. */
import { NETWORK_VERSIONS } from './api-versions.ts'
import { azure } from './azure.ts'
import type { Profile, ProfileChoices, ProfileName, RunTime, TokenBucket } from './profile.ts'
import { quick } from './quick.ts'

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { quick, azure }

/** A profile with some of its choices made. */
export function profileOf(name: ProfileName, choices: ProfileChoices = {}): Profile {
  const { lock, network, graph, ...profile } = measured(
    scaled(PROFILES[name], choices.timeScale ?? 1),
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

/** Where the profile has no times, what was not measured is as Azure's. */
function measured(profile: Profile, times: ProfileChoices['operationTimes']): Profile {
  if (!times) return profile
  const operations = profile.operations ?? azure.operations
  const { gateway = operations?.gateway, circuit = operations?.circuit } = times
  return { ...profile, operations: operations && gateway && circuit ? { ...operations, gateway, circuit } : operations }
}

function scaled(profile: Profile, by: number): Profile {
  const { operations, arm, network, activity, statsEveryMs, graph } = profile
  const time = ({ least, most, tail }: RunTime): RunTime => ({ least: least * by, most: most * by, tail })
  const bucket = ({ size, refill }: TokenBucket): TokenBucket => ({ size, refill: refill / by })
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
