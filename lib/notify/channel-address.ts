import { findSecretUrlField, maskChannelAddress } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { lockChannelsForChange, type StoredChannel, readChannels, storeEncryptedAddress } from './store/channels.ts'
import { SecretDecryptionError, type SecretBox } from './secret-box.ts'

/**
 * Returns the channel's address if it is stored unencrypted, as versions up to 0.2.0 did; null otherwise. If both forms
 * exist, the unencrypted one is newer, because a process of the old version wrote it during a rolling upgrade.
 */
function clearAddress({ kind, target }: StoredChannel): string | null {
  const value = target[findSecretUrlField(kind)?.name ?? '']
  return typeof value === 'string' ? value : null
}

/**
 * Returns the decrypted address of a channel, and registers it so that logs mask it. Only senders may use it.
 * @returns null if channels of this kind have no address
 * @throws SecretDecryptionError if the address was encrypted with another key
 */
export function decryptAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  const address = clearAddress(channel) ?? (channel.address === null ? null : secrets.open(channel.address))
  registerSecret(address, `address of ${channel.id}`)
  return address
}

/**
 * Returns the current address of a channel in sealed (encrypted) form, for a change that does not replace the address.
 */
export function encryptExistingAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  const clear = clearAddress(channel)
  return clear === null ? channel.address : secrets.seal(normalizeAddressUrl(clear))
}

/**
 * Returns an address as the URL parser normalizes it, for example without surrounding blanks, so that equal addresses
 * can be compared.
 */
export const normalizeAddressUrl = (address: string): string => new URL(address).href

/**
 * Reports whether an address that a caller sent is the channel's current address. The caller may send it in full or
 * masked.
 */
export function isSameAddress(channel: StoredChannel, sent: string, secrets: SecretBox): boolean {
  try {
    const own = decryptAddress(channel, secrets)
    return own !== null && (sent === maskChannelAddress(own) || normalizeAddressUrl(sent) === normalizeAddressUrl(own))
  } catch (error) {
    if (error instanceof SecretDecryptionError) return false
    throw error
  }
}

/**
 * Returns the masked address for display; null if channels of this kind have no address, or if it was sealed with
 * another key.
 */
export function maskAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  try {
    const address = decryptAddress(channel, secrets)
    return address === null ? null : maskChannelAddress(address)
  } catch (error) {
    if (error instanceof SecretDecryptionError) return null
    throw error
  }
}

/**
 * Encrypts every address that is stored unencrypted. Any process may call it repeatedly. Skips a channel whose secret
 * cannot be decrypted, because this process then has another key than the other processes.
 * @returns number of encrypted addresses
 */
export async function encryptStoredAddresses(db: Database, secrets: SecretBox): Promise<number> {
  const isClear = (channel: StoredChannel) => clearAddress(channel) !== null && opens(channel.secret, secrets)
  if (!(await readChannels(db.pool)).some(isClear)) return 0
  return db.transaction(async (client) => {
    await lockChannelsForChange(client)
    const clear = (await readChannels(client)).filter(isClear)
    for (const channel of clear) {
      const { id, kind } = channel
      const sealed = encryptExistingAddress(channel, secrets)
      if (sealed !== null)
        await storeEncryptedAddress(client, { id, field: findSecretUrlField(kind)?.name ?? '', sealed })
    }
    return clear.length
  })
}

function opens(sealed: string | null, secrets: SecretBox): boolean {
  try {
    if (sealed !== null) secrets.open(sealed)
    return true
  } catch (error) {
    if (error instanceof SecretDecryptionError) return false
    throw error
  }
}
