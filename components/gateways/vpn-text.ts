import type { GatewayConnection } from '#lib/gateways/api/index.ts'

/** Reports whether an address is in 169.254.0.0/16, which VPN gateways call APIPA. */
const isApipa = (address: string): boolean => address.startsWith('169.254.')

/**
 * Describes the remote device of a VPN connection in one line: its name, its public address, and how Azure learns the
 * networks behind it (BGP or static).
 */
export function formatRemoteDevice(device: GatewayConnection['device'], bgp: boolean | null): string {
  const routes = bgp === false ? 'no BGP: only the tunnels show whether it is reached' : 'BGP'
  if (device === null) return `far end not listed · ${routes}`
  const { name, address, asn, bgpAddress, prefixes } = device
  const head = `to ${name}${address === null ? '' : ` at ${address}`}`
  if (bgp === false) return `${head} · ${routes} · static ${prefixes.join(', ') || 'routes: none'}`
  const peer = bgpAddress === null ? '' : ` · peer ${bgpAddress}${isApipa(bgpAddress) ? ' (APIPA)' : ''}`
  return `${head} · ${asn === null ? routes : `AS ${asn}`}${peer}`
}

/**
 * Describes the IKE and IPsec parameters of a connection in one line. Without a configured policy, Azure proposes its
 * default set.
 */
export function formatIpsecPolicy({
  protocol,
  mode,
  dpdSeconds,
  policies,
  policyBased,
}: NonNullable<GatewayConnection['ipsec']>): string {
  const [policy, ...others] = policies
  const parts = policy
    ? [
        `IKE ${[policy.ikeEncryption, policy.ikeIntegrity, policy.dhGroup].filter(Boolean).join('/')}`,
        `IPsec ${[policy.ipsecEncryption, policy.ipsecIntegrity, policy.pfsGroup].filter(Boolean).join('/')}`,
        policy.saLifeSeconds === null ? null : `SA ${policy.saLifeSeconds} s`,
        others.length > 0 ? `${others.length} more` : null,
      ]
    : ['Azure’s default IKE and IPsec policy']
  return [
    protocol,
    ...parts,
    policyBased ? 'policy-based selectors' : null,
    mode && mode !== 'Default' ? mode : null,
    dpdSeconds ? `DPD ${dpdSeconds} s` : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

export const noTunnelsText = 'Azure lists no tunnels: its state above is all that is known.'
