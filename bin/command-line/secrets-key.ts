import { existsSync } from 'node:fs'
import path from 'node:path'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import { SettingsError, readAvailableSettings } from '#lib/platform/settings.ts'

/**
 * Returns the key that encrypts secrets: SECRETS_KEY, or the key in the data folder.
 * @param lack if there is no key: `make` creates one, `find` throws an error
 * @throws SettingsError if an environment variable is invalid, or if `lack` is `find` and there is no key
 */
export function findConfiguredSecretsKey(lack: 'make' | 'find'): string {
  const { settings, faults } = readAvailableSettings(process.env, process.cwd())
  if (faults.length > 0) throw new SettingsError(faults)
  const { secretsKey, dataDir } = settings
  if (secretsKey !== null) return secretsKey
  const file = path.join(dataDir, 'secrets/secrets-key')
  if (lack === 'find' && !existsSync(file))
    throw new SettingsError([`SECRETS_KEY: not set, and ${file} is missing: put the key of the backup's time there`])
  return readOrCreateSecret(dataDir, 'secrets-key')
}
