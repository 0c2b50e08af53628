import type { Clock } from '#lib/platform/clock.ts'
import type { StoredChannel } from './channel-store.ts'
import { type Delivery, failed } from './channels/delivery.ts'
import { type MailServer, sendMail } from './channels/mail.ts'
import { sendWebhook } from './channels/webhook.ts'
import type { Message } from './content.ts'
import { SealError, type SecretBox } from './secret-box.ts'
import type { NotifySettings } from './settings.ts'

/** One attempt at one message; a failure is an answer and no throw. */
export type Send = (channel: StoredChannel, message: Message) => Promise<Delivery>

export interface SenderOptions {
  clock: Clock
  settings: NotifySettings
  secrets: SecretBox
  /** null = e-mail can't be sent */
  mail: MailServer | null
  publicUrl: string | null
}

/** How each kind of channel is reached. */
export function sender({ clock, settings, secrets, mail, publicUrl }: SenderOptions): Send {
  return async ({ target, secret }, message) => {
    if ('to' in target) {
      if (!mail) return failed('no mail server is set up: set SMTP_URL and SMTP_FROM')
      return sendMail(mail, target.to, message, { publicUrl, timeoutMs: settings['mail.timeout'] })
    }
    try {
      if (secret === null) return failed('it has no secret to sign with: set one')
      const webhook = { url: target.url, secret: secrets.open(secret) }
      return await sendWebhook(webhook, message, { now: clock.now, publicUrl, timeoutMs: settings['webhook.timeout'] })
    } catch (error) {
      if (error instanceof SealError) return failed(error.message)
      throw error
    }
  }
}
