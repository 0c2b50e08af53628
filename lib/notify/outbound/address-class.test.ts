import { expect, it } from 'vitest'
import { type IpAddress, parseAddress } from '#lib/bgp/index.ts'
import { type OutboundAddressClass, classifyAddress } from './address-class.ts'

it.each<{ kind: OutboundAddressClass; addresses: string[] }>([
  {
    kind: 'public',
    addresses: [
      '1.1.1.1',
      '52.96.0.1',
      '172.15.255.255',
      '172.32.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '223.255.255.255',
    ],
  },
  { kind: 'public', addresses: ['2606:4700::1111', '2a00:1450::1', '64:ff9b::1.1.1.1', '::ffff:1.1.1.1'] },
  { kind: 'special', addresses: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.255.255', 'fc00::1', 'fd12::1'] },
  { kind: 'special', addresses: ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::'] },
  { kind: 'special', addresses: ['100.64.0.1', '100.127.255.255', '192.0.0.1', '198.18.0.1', '198.19.255.255'] },
  { kind: 'special', addresses: ['192.0.2.1', '198.51.100.1', '203.0.113.9', '2001:db8::1', '3fff::1'] },
  { kind: 'special', addresses: ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', 'ff02::1'] },
  { kind: 'special', addresses: ['2001::1', '2001:2::1', '2001:10::1', '2002:0101:0101::1', '192.88.99.1', '100::1'] },
  { kind: 'special', addresses: ['::1.1.1.1', '::10.0.0.1', '5f00::1', '64:ff9b:1::1.1.1.1', 'fec0::1'] },
  { kind: 'special', addresses: ['::ffff:10.0.0.1', '::ffff:127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::7f00:1'] },
  { kind: 'never', addresses: ['169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1', '168.63.129.16'] },
  {
    kind: 'never',
    addresses: ['::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '::169.254.169.254'],
  },
  {
    kind: 'never',
    addresses: ['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '192.0.0.192', '64:ff9b::168.63.129.16'],
  },
])('$kind: $addresses', ({ kind, addresses }) => {
  expect(addresses.map((text) => [text, classifyAddress(parseAddress(text) as IpAddress)])).toEqual(
    addresses.map((text) => [text, kind]),
  )
})
