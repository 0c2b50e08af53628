import { systemClock } from '#lib/platform/clock.ts'
import { readOrCreateSecret, registerSecret } from '#lib/platform/secrets.ts'
import type { Settings } from '#lib/platform/settings.ts'
import { type SecretBox, secretBox } from './secret-box.ts'
import { type Send, sender } from './send.ts'
import { defaultNotifySettings } from './settings.ts'

type Configured = Pick<Settings, 'dataDir' | 'secretsKey' | 'mail' | 'publicUrl'>

/** How channels are reached, as the environment says. */
export function senderOf(settings: Configured): Send {
  const { mail, publicUrl } = settings
  return sender({
    clock: systemClock,
    settings: defaultNotifySettings,
    secrets: secretBoxOf(settings),
    mail,
    publicUrl,
  })
}

/** Sealed with the key that is set, else with one of the data folder's own, made when the first secret is met. */
export function secretBoxOf({ dataDir, secretsKey }: Pick<Settings, 'dataDir' | 'secretsKey'>): SecretBox {
  let made: SecretBox | undefined
  const box = () => {
    if (made) return made
    const key = secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key')
    registerSecret(key)
    made = secretBox(key)
    return made
  }
  return { seal: (text) => box().seal(text), open: (sealed) => box().open(sealed) }
}
