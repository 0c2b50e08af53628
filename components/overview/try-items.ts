import type { Circuit } from '#lib/circuits/api/index.ts'
import { isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { buildWhatIfHref } from '../links/what-if-href.ts'
import { buildRoutesHref } from '../routes/route-views.ts'

/** Thing to try for a first-time user. If `href` is null, it opens the control panel of the simulated Azure. */
interface TryItem {
  text: string
  href: string | null
}

/** Example address, which is part of the built-in demo. */
const EXAMPLE_ADDRESS = '10.10.4.7'

/**
 * Returns the things to try. With the simulated Azure of the demo, these are a look-up of a past path, the simulated
 * failure of a circuit, and the control panel. Otherwise they are the first settings and a look-up; the result is then
 * empty if sites are declared, because the estate is not new.
 * The result is also empty while an incident is ongoing, so that the page shows only the incident.
 * @param night most recent 03:12 UTC, ISO 8601
 * @param open open incidents
 */
export function listThingsToTry(
  isSimulated: boolean,
  circuits: readonly Pick<Circuit, 'id' | 'name'>[],
  hasSites: boolean,
  night: string,
  open: readonly Pick<Incident, 'phase' | 'maintenance'>[],
): TryItem[] {
  if (open.some(isIncidentOngoing)) return []
  if (!isSimulated)
    return hasSites
      ? []
      : [
          { text: 'Add a channel that receives incidents', href: '/settings/notifications' },
          { text: 'Declare your sites', href: '/settings/declarations' },
          { text: 'Look up the path to an address', href: buildRoutesHref('lookup') },
        ]
  const [circuit] = circuits.toSorted((a, b) => a.name.localeCompare(b.name))
  return [
    {
      text: `Which path did ${EXAMPLE_ADDRESS} take at 03:12?`,
      href: buildRoutesHref('lookup', { ip: EXAMPLE_ADDRESS, at: night }),
    },
    ...(circuit
      ? [
          {
            text: `Simulate the failure of ${circuit.name}`,
            href: buildWhatIfHref({ lose: [circuit.id], change: [] }),
          },
        ]
      : []),
    { text: 'Cut a path on the control page', href: null },
  ]
}
