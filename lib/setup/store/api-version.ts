import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'

const KEY = 'azure.api-version'

/** The version of Microsoft.Network's API that is asked for in the place of the SDK's. */
export interface StoredNetworkApiVersion {
  version: string
  /** by whom it was chosen: AZURE_API_VERSION, or Azure's own answer to the SDK's */
  chosenBy: 'configuration' | 'azure'
}

/** Remembers which version is in use, for the screens; null = the SDK's. */
export async function recordApiVersion(db: Queryable, version: StoredNetworkApiVersion | null): Promise<void> {
  await saveDeploymentValue(db, KEY, version)
}

/** @returns null while the SDK's version is in use */
export async function networkApiVersion(db: Queryable): Promise<StoredNetworkApiVersion | null> {
  return (await readDeploymentValue<StoredNetworkApiVersion>(db, KEY))?.value ?? null
}
