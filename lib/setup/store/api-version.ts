import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'

const KEY = 'azure.api-version'

/** The version of Microsoft.Network's API that replaces the SDK's version. */
export interface StoredNetworkApiVersion {
  version: string
  /** source of the choice: AZURE_API_VERSION, or Azure's refusal of the SDK's version */
  chosenBy: 'configuration' | 'azure'
}

/** Stores the API version in use, for screens; null = the SDK's version. */
export async function recordApiVersion(db: Queryable, version: StoredNetworkApiVersion | null): Promise<void> {
  await saveDeploymentValue(db, KEY, version)
}

/** @returns null if the SDK's version is in use */
export async function networkApiVersion(db: Queryable): Promise<StoredNetworkApiVersion | null> {
  return (await readDeploymentValue<StoredNetworkApiVersion>(db, KEY))?.value ?? null
}
