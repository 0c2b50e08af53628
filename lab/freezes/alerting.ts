import { randomBytes } from 'node:crypto'

/** Sends every incident from `warning` on to a receiver. @param name of the channel */
export async function setChannel(url: string, receiverUrl: string, name: string): Promise<void> {
  const channel = {
    kind: 'webhook',
    name,
    url: receiverUrl,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
    enabled: true,
    filters: { minSeverity: 'warning', scopes: [], kinds: [], owners: [] },
  }
  await put(`${url}/api/v1/channels`, { channels: [channel] })
}

/** Sets the thresholds, in milliseconds, under which nearly every loss is an incident of its own. */
export async function shortenIncidents(url: string, note: string): Promise<void> {
  const values = { 'incident.group': 5_000, 'incident.healthy': 15_000, 'incident.reopen': 1 }
  await put(`${url}/api/v1/settings/thresholds`, { version: 0, values, note })
}

/** @throws what the product answered, where it refused */
export async function put(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} refused: ${response.status} ${await response.text()}`)
}
