import { randomBytes } from 'node:crypto'

/**
 * Creates a webhook channel that sends every incident with severity `warning` or higher to a receiver.
 * @param name name of the channel
 */
export async function setChannel(url: string, receiverUrl: string, name: string): Promise<void> {
  const channel = {
    kind: 'webhook',
    name,
    url: receiverUrl,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
    enabled: true,
    filters: { minSeverity: 'warning', scopes: [], kinds: [], owners: [] },
  }
  await sendPutRequest(`${url}/api/v1/channels`, { channels: [channel] })
}

/** Sets thresholds in milliseconds with which nearly every loss opens its own incident. */
export async function shortenIncidents(url: string, note: string): Promise<void> {
  const values = { 'incident.group': 5_000, 'incident.healthy': 15_000, 'incident.reopen': 1 }
  await sendPutRequest(`${url}/api/v1/settings/thresholds`, { version: 0, values, note })
}

/** Sends a PUT request. It throws the same errors as {@link sendJsonRequest}. */
export const sendPutRequest = (url: string, body: unknown): Promise<void> => sendJsonRequest('PUT', url, body)

/**
 * Sends a request with a JSON body.
 * @throws an error with the product's response if the product refuses
 */
export async function sendJsonRequest(method: 'PUT' | 'POST', url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} refused: ${response.status} ${await response.text()}`)
}
