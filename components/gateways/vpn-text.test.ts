import { expect, it } from 'vitest'
import type { RemoteDevice } from '#lib/gateways/api/index.ts'
import { formatRemoteDevice, formatIpsecPolicy } from './vpn-text.ts'

const device: RemoteDevice = {
  id: 'd',
  name: 'lng-leeds',
  address: '192.0.2.200',
  asn: 65010,
  asnReservedBy: null,
  bgpAddress: '10.200.0.1',
  prefixes: ['10.40.0.0/16'],
}

it.each([
  ['BGP', device, true, 'to lng-leeds at 192.0.2.200 · AS 65010 · peer 10.200.0.1'],
  [
    'an APIPA peer',
    { ...device, bgpAddress: '169.254.21.2' },
    true,
    'to lng-leeds at 192.0.2.200 · AS 65010 · peer 169.254.21.2 (APIPA)',
  ],
  [
    'no BGP',
    device,
    false,
    'to lng-leeds at 192.0.2.200 · no BGP: only the tunnels show whether it is reached · static 10.40.0.0/16',
  ],
  ['a device that is not listed', null, true, 'far end not listed · BGP'],
] as const)('the far end with %s', (_, far, bgp, text) => {
  expect(formatRemoteDevice(far && { ...far, prefixes: [...far.prefixes] }, bgp)).toBe(text)
})

const nothing = { protocol: 'IKEv2', mode: 'Default', dpdSeconds: 45, policyBased: false, policies: [] }

it('what is agreed is a line, and Azure’s default is called that', () => {
  expect(formatIpsecPolicy(nothing)).toBe('IKEv2 · Azure’s default IKE and IPsec policy · DPD 45 s')
  const policy = {
    ikeEncryption: 'AES256',
    ikeIntegrity: 'SHA384',
    dhGroup: 'DHGroup24',
    ipsecEncryption: 'GCMAES256',
    ipsecIntegrity: 'GCMAES256',
    pfsGroup: 'PFS24',
    saLifeSeconds: 27_000,
    saDataKilobytes: null,
  }
  expect(formatIpsecPolicy({ ...nothing, dpdSeconds: null, mode: 'ResponderOnly', policies: [policy] })).toBe(
    'IKEv2 · IKE AES256/SHA384/DHGroup24 · IPsec GCMAES256/GCMAES256/PFS24 · SA 27000 s · ResponderOnly',
  )
})
