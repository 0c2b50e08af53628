/** The profiles by name, and their choices. */
import { NETWORK_VERSIONS } from './api-versions.ts'
import { azure } from './azure.ts'
import type { Profile, ProfileChoices, ProfileName } from './profile.ts'
import { quick } from './quick.ts'

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { quick, azure }

/** A profile with some of its choices made. */
export function profileOf(name: ProfileName, choices: ProfileChoices = {}): Profile {
  const { lock, network, graph, ...profile } = PROFILES[name]
  const { seed = profile.seed, headers = profile.headers, countsPosts, conflicts, cloud, resourceGraph } = choices
  return {
    ...profile,
    seed,
    headers,
    networkVersions: cloud === undefined ? profile.networkVersions : NETWORK_VERSIONS[cloud],
    graph: graph && { ...graph, refused: resourceGraph === undefined ? graph.refused : !resourceGraph },
    lock: lock && { conflicts: conflicts ?? lock.conflicts },
    network: network && { ...network, countsPosts: countsPosts ?? network.countsPosts },
  }
}
