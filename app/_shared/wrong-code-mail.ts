import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import {
  defaultNotifySettings,
  getSenderDomain,
  createMailHeaders,
  sendMailToServer,
  lookUpBySystem,
} from '#lib/notify/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'

/**
 * Informs a user by mail that somebody entered their correct password and then a wrong code of the second factor. Does
 * nothing if no mail server is configured; a failure is logged.
 */
export async function sendWrongCodeMail(
  { mail, outboundAllow, publicUrl }: Pick<ProcessSettings, 'mail' | 'outboundAllow' | 'publicUrl'>,
  { name, email }: { name: string; email: string },
  { address, at }: { address: string | null; at: number },
): Promise<void> {
  if (!mail) return
  const account = publicUrl ? `at ${publicUrl}/account` : 'on your account page'
  const text = `Hello ${name},

On ${formatUtcMinute(at)} the right password of ${email} was entered in Peerwatch from ${address ?? 'an unknown address'}, followed by a wrong code.

If it was you, you need to do nothing. Otherwise another person knows your password: change it ${account}, and inform an admin.

Further wrong codes within 15 minutes send no further mail.
`
  const context = { settings: defaultNotifySettings, outbound: { allow: outboundAllow, lookup: lookUpBySystem } }
  const subject = 'Your password was entered, followed by a wrong code'
  const headers = createMailHeaders(getSenderDomain(mail.from))
  const delivery = await sendMailToServer(mail, context, { from: mail.from, to: [email], subject, text, headers })
  if (!delivery.delivered)
    createComponentLogger('access').warn(`the mail about a wrong code could not be sent: ${delivery.error}`)
}
