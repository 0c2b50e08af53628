import { addressField, maskedAddress } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { lockChannels, type StoredChannel, storedChannels, storeSealedAddress } from './store/channels.ts'
import { SealError, type SecretBox } from './secret-box.ts'

/** An address that a version up to 0.2.0 stored in clear; during a rolling upgrade it is newer than a sealed one. */
function clearAddress({ kind, target }: StoredChannel): string | null {
  const value = target[addressField(kind)?.name ?? '']
  return typeof value === 'string' ? value : null
}

/**
 * The whole address of a channel, for its sender alone; from then on logs mask it. Null = its kind has none.
 * @throws SealError
 */
export function openAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  const address = clearAddress(channel) ?? (channel.address === null ? null : secrets.open(channel.address))
  registerSecret(address, `address of ${channel.id}`)
  return address
}

/** The sealed address of a channel that keeps it. */
export function keptAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  const clear = clearAddress(channel)
  return clear === null ? channel.address : secrets.seal(normalAddress(clear))
}

/** As a sender reads it: without line breaks, and blanks around it. */
export const normalAddress = (address: string): string => new URL(address).href

/** Whether an address that was sent, whole or masked, is the channel's own. */
export function isSameAddress(channel: StoredChannel, sent: string, secrets: SecretBox): boolean {
  try {
    const own = openAddress(channel, secrets)
    return own !== null && (sent === maskedAddress(own) || normalAddress(sent) === normalAddress(own))
  } catch (error) {
    if (error instanceof SealError) return false
    throw error
  }
}

/** The address as it is shown; null if the kind has none, or if it was sealed with another key. */
export function shownAddress(channel: StoredChannel, secrets: SecretBox): string | null {
  try {
    const address = openAddress(channel, secrets)
    return address === null ? null : maskedAddress(address)
  } catch (error) {
    if (error instanceof SealError) return null
    throw error
  }
}

/**
 * Seals every address that is stored in clear. It may run in any process and at any time: done twice it changes nothing. A channel
 * whose secret does not open stays as it is, because the key of this process is not the one that the others read with.
 * @returns how many were sealed
 */
export async function sealAddresses(db: Database, secrets: SecretBox): Promise<number> {
  const isClear = (channel: StoredChannel) => clearAddress(channel) !== null && opens(channel.secret, secrets)
  if (!(await storedChannels(db.pool)).some(isClear)) return 0
  return db.transaction(async (client) => {
    await lockChannels(client)
    const clear = (await storedChannels(client)).filter(isClear)
    for (const channel of clear) {
      const { id, kind } = channel
      const sealed = keptAddress(channel, secrets)
      if (sealed !== null) await storeSealedAddress(client, { id, field: addressField(kind)?.name ?? '', sealed })
    }
    return clear.length
  })
}

function opens(sealed: string | null, secrets: SecretBox): boolean {
  try {
    if (sealed !== null) secrets.open(sealed)
    return true
  } catch (error) {
    if (error instanceof SealError) return false
    throw error
  }
}
