import { SECRET_MISSING, webhookSecret } from './webhook-secret.ts'
import { outgoingUrl, shownUrl } from './outgoing-url.ts'

/**
 * What every kind of channel has that posts to a URL of the receiver's own, signed by Standard Webhooks.
 * @param example such a URL
 */
export function signedPost<Example extends string>(example: Example) {
  const addressMissing = `enter a URL such as ${example}` as const
  return {
    fields: { url: outgoingUrl(addressMissing).optional(), secret: webhookSecret.optional() },
    spec: { shown: { url: shownUrl }, absent: { url: null }, addressMissing, secretMissing: SECRET_MISSING },
    address: { name: 'url', label: 'URL', control: 'address', placeholder: example },
  } as const
}
