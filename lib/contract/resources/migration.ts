import type { GatewayKind } from './gateway.ts'

/** Gateway, reduced to the properties by which the old and the new gateway of a migration are recognized. */
interface Migrating {
  name: string
  kind: GatewayKind
  isStandby: boolean
  isOfMigration: boolean
}

/**
 * Reports whether a tag of the gateway shows that a migration created it: `CreatedBy: GatewaySKUMigration`. Source:
 * learn.microsoft.com/azure/expressroute/gateway-migration.
 */
export const isTaggedByMigration = (tags: unknown): boolean =>
  Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).some(
    ([name, value]) => /^CreatedBy$/i.test(name) && /^GatewaySKUMigration$/i.test(String(value)),
  )

/**
 * Ending that the name of the new gateway has by default. Source:
 * learn.microsoft.com/azure/expressroute/gateway-migration, step Prepare.
 */
const NAMED_BY_MIGRATION = /_migrated?$/i

/**
 * Returns the old (`from`) and the new (`to`) ExpressRoute gateway of a virtual network in which a migration is in
 * progress. A migration creates a second gateway in the GatewaySubnet; for up to 15 days one of the two is the standby.
 * VPN gateways are ignored, because they are migrated in place. Source:
 * learn.microsoft.com/azure/expressroute/gateway-migration (ADR 0279).
 * @param gateways all gateways of one network
 * @returns null = the network does not have exactly two ExpressRoute gateways, or no property shows that they are part
 *   of a migration
 */
export function findGatewayMigration<One extends Migrating>(gateways: readonly One[]): { from: One; to: One } | null {
  const pair = gateways.filter(({ kind }) => kind === 'expressRoute').toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [first, second] = pair
  if (!first || !second || pair.length > 2) return null
  const marks = [(one: One) => one.isOfMigration, (one: One) => NAMED_BY_MIGRATION.test(one.name)].map((isNew) =>
    pair.filter(isNew),
  )
  const [made] = marks.find((some) => some.length === 1) ?? []
  if (made) return { from: made === first ? second : first, to: made }
  // The name of the new gateway is usually the old name with a suffix, so it is second in alphabetical order. The
  // standby role does not show which gateway is new, because the roles change during the migration.
  return first.isStandby === second.isStandby ? null : { from: first, to: second }
}
