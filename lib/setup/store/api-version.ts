import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'

const KEY = 'azure.api-version'

/** Version of Microsoft.Network's API that is used in place of the version in the SDK. */
export interface StoredNetworkApiVersion {
  version: string
  /** `configuration`: the setting AZURE_API_VERSION selected the version; `azure`: Azure refused the SDK's version */
  chosenBy: 'configuration' | 'azure'
}

/**
 * Stores the API version of Microsoft.Network that is in use, so that screens can show it; null = the SDK's version.
 */
export async function recordApiVersion(db: SqlExecutor, version: StoredNetworkApiVersion | null): Promise<void> {
  await saveDeploymentValue(db, KEY, version)
}

/** Returns the version of Microsoft.Network's API that is in use; null = the SDK's version. */
export async function readNetworkApiVersion(db: SqlExecutor): Promise<StoredNetworkApiVersion | null> {
  return (await readDeploymentValue<StoredNetworkApiVersion>(db, KEY))?.value ?? null
}
