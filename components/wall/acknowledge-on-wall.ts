import type { WallTile } from '#lib/overview/api/index.ts'
import { ApiError } from '../data/api-error.ts'
import { sendJson } from '../data/client.ts'
import { findRowLink } from '../ui/table/open-row.ts'

/**
 * Acknowledges the incident that a tile of the wall display shows. The server reports the change to all wall displays.
 * The focus moves to the tile's link, because the button disappears.
 * @returns the reason why the incident was not acknowledged; '' after success
 */
export async function acknowledgeOnWall(
  button: HTMLElement,
  { incidentId }: Pick<WallTile, 'incidentId'>,
): Promise<string> {
  const tile = button.closest('li')
  if (tile) findRowLink(tile)?.focus()
  try {
    await sendJson('POST', `/api/v1/incidents/${encodeURIComponent(incidentId ?? '')}/ack`, {})
    return ''
  } catch (error) {
    return `Not acknowledged: ${error instanceof ApiError ? error.detail : String(error)}`
  }
}
