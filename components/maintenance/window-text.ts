import type { MaintenanceSource, MaintenanceState, ApiMaintenanceWindow } from '#lib/contract/index.ts'

const sourceLabels: Record<MaintenanceSource, string> = {
  declared: 'by hand',
  calendar: 'calendar',
  service_health: 'Azure Service Health',
  maintenance_configuration: 'maintenance configuration',
  retirement: 'Azure retirement',
}

export const maintenanceStateLabels: Record<MaintenanceState, string> = {
  upcoming: 'UPCOMING',
  now: 'NOW',
  past: 'PAST',
}

/** Describes the source of a maintenance window: `calendar: Changes, recurring`. */
export const formatMaintenanceOrigin = ({
  source,
  sourceName,
  recurring,
}: Pick<ApiMaintenanceWindow, 'source' | 'sourceName' | 'recurring'>) =>
  `${[sourceLabels[source], sourceName].filter(Boolean).join(': ')}${recurring ? ', recurring' : ''}`

/** Describes the resources that a maintenance window affects: `erc-london, primary path`. */
export function formatMaintenanceTargets(
  { scopes, paths, effect }: Pick<ApiMaintenanceWindow, 'scopes' | 'paths' | 'effect'>,
  nameOf: (id: string) => string,
): string {
  if (effect === 'shown' && scopes.length === 0) return 'not known: events in it alert as usual'
  const resources = scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything'
  const about = paths.length === 1 ? `${resources}, ${paths[0]} path` : resources
  return effect === 'shown' ? `${about}: events in it alert as usual` : about
}

/**
 * Sorts maintenance windows: windows that are open now first, then upcoming windows (earliest first), then past windows
 * (latest first).
 */
export function sortMaintenanceWindows<Window extends Pick<ApiMaintenanceWindow, 'state' | 'from'>>(
  windows: readonly Window[],
): Window[] {
  const rank: Record<MaintenanceState, number> = { now: 0, upcoming: 1, past: 2 }
  return windows.toSorted((a, b) => {
    const later = Date.parse(a.from) - Date.parse(b.from)
    return rank[a.state] - rank[b.state] || (a.state === 'past' ? -later : later)
  })
}
